//! A lean HTTP client: one kept-alive connection, one request at a time.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpStream;

/// One person's connection.
pub(crate) struct Client {
    address: SocketAddr,
    token: Option<String>,
    connection: Option<SendRequest<Full<Bytes>>>,
}

/// What the server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

impl Client {
    /// A client that is nobody.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, token: None, connection: None }
    }

    /// A client that is the owner of a token.
    pub(crate) fn with_token(address: SocketAddr, token: &str) -> Self {
        Self { address, token: Some(token.to_owned()), connection: None }
    }

    pub(crate) async fn get_raw(&mut self, path: &str) -> Result<Answer> {
        self.call(Method::GET, path, None).await
    }

    /// The `data` of an answer.
    pub(crate) async fn get<T: DeserializeOwned>(&mut self, path: &str) -> Result<T> {
        self.get_raw(path).await?.data(path)
    }

    /// The `data` of the answer to a request with a body.
    pub(crate) async fn send<T: DeserializeOwned>(&mut self, method: Method, path: &str, body: &Value) -> Result<T> {
        self.call(method, path, Some(body)).await?.data(path)
    }

    /// One request and its answer, whatever its status. An error means that no whole answer came.
    pub(crate) async fn call(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let outcome = self.exchange(method, path, body).await;
        if outcome.is_err() {
            self.connection = None;
        }
        outcome
    }

    async fn exchange(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.address.to_string());
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(value) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Bytes::from(serde_json::to_vec(value)?)
            }
            None => Bytes::new(),
        };
        let request = request.body(Full::new(body))?;
        let response = self.connection().await?.send_request(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body })
    }

    async fn connection(&mut self) -> Result<&mut SendRequest<Full<Bytes>>> {
        let usable = match &mut self.connection {
            Some(connection) => connection.ready().await.is_ok(),
            None => false,
        };
        if !usable {
            let stream = TcpStream::connect(self.address).await.context("connecting")?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            self.connection = Some(sender);
        }
        self.connection.as_mut().context("the connection was just made")
    }
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The `data` of a successful answer's envelope.
    pub(crate) fn data<T: DeserializeOwned>(&self, what: &str) -> Result<T> {
        Ok(self.json::<Envelope<T>>(what)?.data)
    }

    /// A successful answer as it stands.
    pub(crate) fn json<T: DeserializeOwned>(&self, what: &str) -> Result<T> {
        if !self.is_success() {
            bail!("{what} answered {self}");
        }
        serde_json::from_slice(&self.body).with_context(|| format!("{what} answered {self}"))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.body);
        write!(formatter, "{} {}", self.status, text.chars().take(400).collect::<String>())
    }
}
