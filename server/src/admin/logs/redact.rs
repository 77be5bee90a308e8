//! Taking out of a text what would tell strangers who and where somebody is.

use std::{net::IpAddr, path::Path};

/// The text without addresses of people and of the internet, and without the names of folders that lead to the data.
///
/// Addresses of private networks stay, because they help to find what is wrong and lead nowhere.
pub(super) fn redact(text: &str, data: &Path) -> String {
    let mut text = text.to_owned();
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    for (folder, name) in [(Some(data), "<data>"), (home.as_deref(), "~")] {
        let folder = folder.map(|folder| folder.display().to_string()).filter(|folder| folder.len() > 1);
        if let Some(folder) = folder {
            text = text.replace(&folder, name);
        }
    }
    let part_of_a_word =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | ':' | '@' | '-' | '_' | '+' | '%');
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let word = rest.find(|letter| !part_of_a_word(letter)).unwrap_or(rest.len());
        clean.push_str(&redacted(&rest[..word]));
        let gap = rest[word..].find(part_of_a_word).unwrap_or(rest.len() - word);
        clean.push_str(&rest[word..word + gap]);
        rest = &rest[word + gap..];
    }
    clean
}

fn redacted(word: &str) -> String {
    let bare = word.trim_end_matches(['.', ':']);
    if let Some((name, domain)) = bare.split_once('@')
        && !name.is_empty()
        && domain.contains('.')
    {
        return "<e-mail>".to_owned();
    }
    let host = bare.rsplit_once(':').filter(|(host, port)| host.contains('.') && port.parse::<u16>().is_ok());
    let address = bare.parse::<IpAddr>().ok().or_else(|| host?.0.parse().ok());
    match address {
        Some(address) if !leads_nowhere(address) => "<address>".to_owned(),
        _ => word.to_owned(),
    }
}

fn leads_nowhere(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unicast_link_local()
                || address.is_unique_local()
                || address.is_unspecified()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::redact;
    use std::path::Path;

    #[test]
    fn addresses_and_folders_go_and_the_rest_stays() {
        let clean = |text| redact(text, Path::new("/srv/ann/hearth"));
        assert_eq!(
            clean(r#"{"message":"from 81.2.69.142:4327 at /srv/ann/hearth/logs by ann.b@example.org"}"#),
            r#"{"message":"from <address> at <data>/logs by <e-mail>"}"#
        );
        assert_eq!(clean("192.168.1.20 and 10.0.0.3:80, ::1, fe80::1"), "192.168.1.20 and 10.0.0.3:80, ::1, fe80::1");
        assert_eq!(clean("2a00:1450:4001:80b::200e."), "<address>");
        assert_eq!(clean("hearth_server::journal 12:30:01 @here"), "hearth_server::journal 12:30:01 @here");
    }
}
