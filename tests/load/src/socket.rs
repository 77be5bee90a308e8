//! A realtime client: one WebSocket that says hello and reads frames.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long anything that must come may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
}

/// The frames that matter here.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Frame {
    Ready(Ready),
    Event(Event),
    Pong,
    #[serde(other)]
    Other,
}

/// The server's answer to a hello.
#[derive(Deserialize)]
pub(crate) struct Ready {
    pub(crate) resume: Resume,
    pub(crate) cursor: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Resume {
    Replayed,
    Reset,
}

/// One durable event.
#[derive(Deserialize)]
pub(crate) struct Event {
    pub(crate) cursor: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) data: Value,
}

impl Socket {
    /// Connects as the owner of a token, without saying hello yet.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let mut request = format!("ws://{address}/api/v1/realtime").into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
        Self::connect(address, request).await
    }

    /// Connects to a server that asks nothing.
    pub(crate) async fn open_bare(address: SocketAddr) -> Result<Self> {
        Self::connect(address, format!("ws://{address}/").into_client_request()?).await
    }

    async fn connect(
        address: SocketAddr,
        request: tokio_tungstenite::tungstenite::handshake::client::Request,
    ) -> Result<Self> {
        let tcp = TcpStream::connect(address).await.context("connecting")?;
        tcp.set_nodelay(true)?;
        // The default reads into 128 KiB for each socket; thousands of them must fit beside the server.
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let (stream, _) =
            client_async_with_config(request, tcp, Some(config)).await.context("upgrading to a socket")?;
        Ok(Self { stream })
    }

    /// Says hello and waits for the answer. Presence and what else comes before it is passed over.
    pub(crate) async fn hello(&mut self, cursor: Option<&str>) -> Result<Ready> {
        let mut hello = json!({"type": "hello", "protocol": 1, "client": "load", "visible": false});
        if let Some(cursor) = cursor {
            hello["cursor"] = cursor.into();
        }
        self.send(hello.to_string()).await?;
        loop {
            if let Frame::Ready(ready) = self.frame().await? {
                return Ok(ready);
            }
        }
    }

    /// Asks where the stream stands. The answer comes as a frame.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        self.send(json!({"type": "ping"}).to_string()).await
    }

    pub(crate) async fn send(&mut self, text: String) -> Result<()> {
        self.stream.send(Message::text(text)).await.context("writing to the socket")
    }

    /// The next text, unread. None when the socket is gone.
    pub(crate) async fn text(&mut self) -> Option<tokio_tungstenite::tungstenite::Utf8Bytes> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Some(text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame, which has to come soon.
    pub(crate) async fn frame(&mut self) -> Result<Frame> {
        let Ok(text) = timeout(PATIENCE, self.text()).await else {
            bail!("no frame came within {PATIENCE:?}");
        };
        let text = text.context("the socket was closed")?;
        serde_json::from_str(&text).with_context(|| format!("reading the frame {text}"))
    }
}
