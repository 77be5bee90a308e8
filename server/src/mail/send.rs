//! Handing a mail to the server.

use super::Account;
use crate::directory::Security;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use std::time::Duration;

/// How long a step of the conversation with the server may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is kept, in characters.
const LONGEST: usize = 500;

/// Whose fault it is that a mail did not leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// The server's, or that of the way to it: it concerns every mail.
    Server,
    /// This mail may be taken later.
    Later,
    /// The server takes no mail for this address.
    Address,
}

/// Why a mail did not leave.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub fault: Fault,
    /// In the server's words, where it spoke.
    pub answer: String,
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

fn transport(account: &Account) -> Result<Transport, Failure> {
    let parameters = || TlsParameters::new(account.server.clone());
    let tls = match account.security {
        Security::None => Ok(Tls::None),
        Security::Starttls => parameters().map(Tls::Required),
        Security::Tls => parameters().map(Tls::Wrapper),
    };
    let tls = tls.map_err(|error| failure(&error, Fault::Server))?;
    let builder =
        Transport::builder_dangerous(account.server.as_str()).port(account.port).tls(tls).timeout(Some(PATIENCE));
    let builder = match &account.login {
        Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.clone())),
        None => builder,
    };
    Ok(builder.build())
}

/// Whether the server lets us in.
pub(super) async fn knock(account: &Account) -> Result<(), Failure> {
    match transport(account)?.test_connection().await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure { fault: Fault::Server, answer: "the server closed the connection".to_owned() }),
        Err(error) => Err(failure(&error, Fault::Server)),
    }
}

/// Sends one mail to one person; what the server said when it took it.
pub(super) async fn send(account: &Account, message: Message) -> Result<String, Failure> {
    match transport(account)?.send(message).await {
        Ok(response) => {
            let said = response.message().collect::<Vec<_>>().join(" ");
            Ok(shortened(&format!("{} {said}", response.code())))
        }
        Err(error) => {
            let fault = match error.status() {
                Some(code) => fault_of(code.into(), &error.to_string()),
                None => Fault::Server,
            };
            Err(failure(&error, fault))
        }
    }
}

/// What a refusal is about. RFC 5321: 4yz is for now, x5z of the mail system, and of those the codes 550 to 553 and 501 of
/// an address; RFC 3463 says in a second code, where there is one, whose: 5.1.7 and 5.1.8 are of the sender.
fn fault_of(code: u16, words: &str) -> Fault {
    let senders = ["5.1.7", "5.1.8", "5.7."].iter().any(|second| words.contains(second));
    match code {
        400..=499 => Fault::Later,
        501 | 550..=553 if !senders => Fault::Address,
        _ => Fault::Server,
    }
}

fn failure(error: &lettre::transport::smtp::Error, fault: Fault) -> Failure {
    let words = error.to_string();
    // Of what the server can or cannot do, not a fault of ours.
    let words = words.strip_prefix("internal client error: ").unwrap_or(&words);
    let words = if error.is_timeout() { format!("{words} (no answer for {PATIENCE:?})") } else { words.to_owned() };
    Failure { fault, answer: shortened(&words) }
}

fn shortened(words: &str) -> String {
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fault, fault_of};

    #[test]
    fn refusals_are_told_apart() {
        for (code, words, fault) in [
            (450, "mailbox busy", Fault::Later),
            (421, "shutting down", Fault::Later),
            (550, "5.1.1 no such user", Fault::Address),
            (552, "mailbox full", Fault::Address),
            (501, "bad address", Fault::Address),
            (550, "5.7.1 relaying denied", Fault::Server),
            (553, "5.1.8 sender unknown", Fault::Server),
            (535, "5.7.8 authentication failed", Fault::Server),
            (530, "5.7.0 must issue STARTTLS first", Fault::Server),
            (554, "transaction failed", Fault::Server),
        ] {
            assert_eq!(fault_of(code, words), fault, "{code} {words}");
        }
    }
}
