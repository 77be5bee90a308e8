use std::{fmt, str::FromStr};

/// The SHA-256 of a file's bytes, which is their name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileHash(pub [u8; 32]);

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Text that is not 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it is not a SHA-256")]
pub struct NotAHash;

impl FromStr for FileHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(digits) {
            return Err(NotAHash);
        }
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::FileHash;

    #[test]
    fn a_hash_reads_as_it_is_written_and_nothing_else_does() {
        let hash = FileHash(std::array::from_fn(|place| u8::try_from(place * 8).unwrap()));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for bad in ["", "../../etc/passwd", &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
            assert!(bad.parse::<FileHash>().is_err(), "{bad}");
        }
    }
}
