//! A program that Hearth tells, or asks, something.

use crate::world::soon;
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hearth_server::config::Config;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};

/// A hub in memory whose admins may have programs on this computer told.
pub(crate) fn with_programs_here() -> Config {
    Config { webhooks_here: true, ..Config::in_memory() }
}

/// What the program answers.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    Text(u16, &'static str, String),
    Elsewhere(String),
    /// Nothing, for longer than anybody waits.
    Nothing,
}

impl Says {
    pub(crate) fn status(status: u16) -> Self {
        Self::Text(status, "text/plain", String::new())
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::Text(200, "application/json", value.to_string())
    }

    async fn answer(self) -> Response {
        match self {
            Self::Text(status, kind, body) => {
                (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], body).into_response()
            }
            Self::Elsewhere(place) => (StatusCode::FOUND, [(LOCATION, place)]).into_response(),
            Self::Nothing => std::future::pending().await,
        }
    }
}

/// Something that came.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The fields of a form.
    pub(crate) fn field(&self, name: &str) -> String {
        let mut fields = url::form_urlencoded::parse(&self.body);
        fields.find(|(other, _)| other == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// Whether it is signed with this secret, as a receiver finds out that follows the specification.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.", self.header("webhook-id"), self.header("webhook-timestamp")).as_bytes());
        mac.update(&self.body);
        let made = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').any(|signature| signature == made)
    }
}

/// The program.
pub(crate) struct Receiver {
    address: SocketAddr,
    says: Arc<Mutex<VecDeque<Says>>>,
    came: mpsc::UnboundedReceiver<Came>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn new() -> Self {
        Self::at("127.0.0.1:0".parse().unwrap()).await
    }

    /// One that listens there.
    pub(crate) async fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let says: Arc<Mutex<VecDeque<Says>>> = Arc::default();
        let (tell, came) = mpsc::unbounded_channel();
        let router = {
            let says = Arc::clone(&says);
            Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
                let _ = tell.send(Came { headers, body });
                let next = says.lock().unwrap().pop_front();
                next.unwrap_or_else(|| Says::status(200)).answer()
            })
        };
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, says, came, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?token=abc", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it answers next, each once; after that it takes everything.
    pub(crate) fn says(&self, answers: impl IntoIterator<Item = Says>) {
        self.says.lock().unwrap().extend(answers);
    }

    /// What comes next.
    pub(crate) async fn next(&mut self) -> Came {
        soon("the program to be asked", self.came.recv()).await.unwrap()
    }

    /// That nothing more came until now, the hub having told everything before this.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.came.try_recv().is_err()
    }

    /// Ends it, so that nobody answers at its address.
    pub(crate) async fn end(self) -> SocketAddr {
        let Self { address, task, .. } = self;
        task.abort();
        let _ = task.await;
        address
    }
}

/// Asks until it is so.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    soon(what, async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}
