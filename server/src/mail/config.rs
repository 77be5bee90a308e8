//! What of mail is said at start, not in the dashboard.

use crate::directory::Security;
use serde::Deserialize;

/// By which server the hub sends mail; what is not here is for the dashboard.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct MailConfig {
    pub server: Option<String>,
    pub port: Option<u16>,
    pub security: Option<Security>,
    pub user: Option<String>,
    pub password: Option<String>,
    /// The address that mail comes from.
    pub from: Option<String>,
    /// What links in mails begin with.
    pub address: Option<String>,
}

impl std::fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Everything but the password.
        f.debug_struct("MailConfig").field("server", &self.server).field("port", &self.port).finish_non_exhaustive()
    }
}

impl MailConfig {
    /// Whether the configuration says what a field is, so that the dashboard cannot.
    pub(super) fn says(&self, field: &str) -> bool {
        match field {
            "server" => self.server.is_some(),
            "port" => self.port.is_some(),
            "security" => self.security.is_some(),
            "user" => self.user.is_some(),
            "password" => self.password.is_some(),
            "from" => self.from.is_some(),
            "address" => self.address.is_some(),
            _ => false,
        }
    }
}

/// The same in `hearth.toml`, below `[mail]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileMail {
    pub server: Option<String>,
    pub port: Option<u16>,
    pub security: Option<Security>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub from: Option<String>,
    pub address: Option<String>,
}

#[cfg(test)]
mod tests {
    use crate::{
        config::{Config, Flags, Source},
        directory::Security,
    };

    #[test]
    fn mail_is_set_up_by_variables_and_the_file_and_its_password_is_in_no_log() {
        let directory = tempfile::tempdir().unwrap();
        let file = "[mail]\nserver = \"smtp.example.org\"\nsecurity = \"tls\"\npassword = \"hush\"\n";
        std::fs::write(directory.path().join("hearth.toml"), file).unwrap();
        let flags = Flags { data: Some(directory.path().to_owned()), ..Flags::default() };
        let variable = |name: &str| (name == "HEARTH_MAIL_SERVER").then(|| "localhost".to_owned());
        let config = Config::read(flags, variable).unwrap();
        assert_eq!(config.mail.server.as_deref(), Some("localhost"));
        assert_eq!((config.mail.security, config.mail.password.as_deref()), (Some(Security::Tls), Some("hush")));
        assert_eq!(config.sources["mail.server"], Source::Variable);
        assert_eq!(config.sources["mail.password"], Source::File);
        assert!(!format!("{config:?}").contains("hush"));
    }
}
