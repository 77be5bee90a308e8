//! A mail server for tests: small, on this computer, and of whatever mood a test needs.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    /// As it came.
    pub(crate) raw: String,
}

impl Mail {
    /// The value of a header, in one line.
    pub(crate) fn header(&self, name: &str) -> String {
        let (head, _) = self.raw.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = unfolded.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        });
        found.unwrap_or_default()
    }

    /// Everything that can be read in it, both parts, decoded.
    pub(crate) fn words(&self) -> String {
        let (_, body) = self.raw.split_once("\r\n\r\n").unwrap();
        let joined = body.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let code = (*first == b'=').then(|| after.get(..2)).flatten();
            let byte = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
            bytes.push(byte.unwrap_or(*first));
            rest = if byte.is_some() { &after[2..] } else { after };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// What the server does not like.
#[derive(Clone, Default, Debug)]
pub(crate) struct Mood {
    /// Name and password that it wants.
    pub(crate) login: Option<(&'static str, &'static str)>,
    /// Addresses for which it takes nothing.
    pub(crate) unknown: BTreeSet<String>,
    /// It takes no mail for now.
    pub(crate) busy: bool,
}

#[derive(Debug, Default)]
struct Inner {
    mood: Mood,
    mails: Vec<Mail>,
    knocks: usize,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Smtp {
    pub(crate) address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    task: JoinHandle<()>,
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Smtp {
    pub(crate) async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self::on(listener, address, mood)
    }

    /// The same address again, after it was down.
    pub(crate) async fn back(address: SocketAddr) -> Self {
        Self::on(TcpListener::bind(address).await.unwrap(), address, Mood::default())
    }

    fn on(listener: TcpListener, address: SocketAddr, mood: Mood) -> Self {
        let inner = Arc::new(Mutex::new(Inner { mood, ..Inner::default() }));
        let shared = Arc::clone(&inner);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().knocks += 1;
                tokio::spawn(talk(stream, Arc::clone(&shared)));
            }
        });
        Self { address, inner, task }
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// What it took since the last time.
    pub(crate) fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.inner.lock().unwrap().mails)
    }

    /// How often somebody connected.
    pub(crate) fn knocks(&self) -> usize {
        self.inner.lock().unwrap().knocks
    }
}

/// One conversation. An error is a client that went away.
async fn talk(stream: TcpStream, inner: Arc<Mutex<Inner>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let (mut from, mut to, mut known) = (String::new(), String::new(), false);
    writing.write_all(b"220 post.test ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let mood = inner.lock().unwrap().mood.clone();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" if mood.login.is_some() => "250-post.test\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            "EHLO" => "250-post.test\r\n250 8BITMIME".to_owned(),
            "AUTH" => {
                let said = STANDARD.decode(rest.trim_start_matches("PLAIN ")).unwrap_or_default();
                let (name, password) = mood.login.unwrap_or_default();
                known = said == format!("\0{name}\0{password}").into_bytes();
                if known { "235 2.7.0 welcome" } else { "535 5.7.8 authentication failed" }.to_owned()
            }
            "MAIL" if mood.login.is_some() && !known => "530 5.7.0 authentication required".to_owned(),
            "MAIL" if mood.busy => "451 4.3.0 come back later".to_owned(),
            "MAIL" => {
                from = angled(rest);
                "250 2.1.0 ok".to_owned()
            }
            "RCPT" => {
                to = angled(rest);
                if mood.unknown.contains(&to) { "550 5.1.1 no such mailbox" } else { "250 2.1.5 ok" }.to_owned()
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut raw = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                    raw.push_str("\r\n");
                }
                let mut inner = inner.lock().unwrap();
                inner.mails.push(Mail { from: from.clone(), to: to.clone(), raw });
                format!("250 2.0.0 queued as T{}", inner.mails.len())
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            "NOOP" | "RSET" => "250 ok".to_owned(),
            _ => "502 5.5.1 no such command".to_owned(),
        };
        writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn angled(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}
