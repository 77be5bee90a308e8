//! Everything that the program `hearth` does, without a window: an installer holds one program, and `hearth` there is a
//! line that starts `hearth-desktop command`.

use std::ffi::{OsStr, OsString};

/// The words for the command line of `hearth`, if they were typed: all after a first `command`, or, with `--headless` among
/// them, those of `hearth serve`.
pub(crate) fn asked(typed: impl IntoIterator<Item = OsString>) -> Option<Vec<OsString>> {
    let mut typed = typed.into_iter().peekable();
    let name = OsString::from("hearth");
    if typed.next_if(|first| first == OsStr::new("command")).is_some() {
        return Some(std::iter::once(name).chain(typed).collect());
    }
    let (flag, rest): (Vec<_>, Vec<_>) = typed.partition(|word| word == OsStr::new("--headless"));
    (!flag.is_empty()).then(|| [name, "serve".into()].into_iter().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::asked;
    use std::ffi::OsString;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn a_command_and_a_headless_start_are_those_of_hearth() {
        for (typed, hearth) in [
            ("command backup --to x", Some("hearth backup --to x")),
            ("command", Some("hearth")),
            ("--headless", Some("hearth serve")),
            ("--data d --headless --no-mdns", Some("hearth serve --data d --no-mdns")),
            ("", None),
            ("--data command", None),
        ] {
            assert_eq!(asked(words(typed)), hearth.map(words), "{typed}");
        }
    }
}
