//! A client's WebSocket.

use crate::{person::Proof, world::soon};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message, client::IntoClientRequest, handshake::client::Request, protocol::frame::coding::CloseCode,
    },
};

/// One connection.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Of the newest event, or of the ready before it.
    pub(crate) cursor: String,
    /// Whether the next hello's ready has been seen; presence before it belongs to the last one.
    pub(crate) ready: Value,
}

/// The request that opens a socket.
pub(crate) fn upgrade(host: &str, proof: &Proof) -> Request {
    let mut request = format!("ws://{host}/api/v1/realtime").into_client_request().unwrap();
    let headers = request.headers_mut();
    match proof {
        Proof::Nothing => {}
        Proof::Bearer(token) => {
            headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        Proof::Cookie(cookie) => {
            headers.insert("cookie", cookie.parse().unwrap());
            headers.insert("origin", format!("http://{host}").parse().unwrap());
        }
    }
    request
}

/// The status with which an upgrade was refused.
pub(crate) async fn refusal(request: Request) -> u16 {
    match soon("an answer to an upgrade", connect_async(request)).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("no answer: {error}"),
        Ok(_) => panic!("the upgrade was not refused"),
    }
}

impl Socket {
    pub(crate) async fn connect(host: &str, proof: &Proof) -> Self {
        Self::open(upgrade(host, proof)).await
    }

    pub(crate) async fn open(request: Request) -> Self {
        let (stream, _) = soon("a socket to open", connect_async(request)).await.unwrap();
        Self { stream, cursor: String::new(), ready: Value::Null }
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        soon("a frame to leave", self.stream.send(Message::text(text))).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self, bytes: &'static [u8]) {
        soon("a frame to leave", self.stream.send(Message::binary(bytes))).await.unwrap();
    }

    /// Says hello and waits for the ready.
    pub(crate) async fn hello(&mut self, cursor: Option<&str>) -> Value {
        self.send(&json!({"type": "hello", "protocol": 1, "cursor": cursor, "client": "tab", "visible": true})).await;
        let ready = self.frame("ready").await;
        self.ready = ready.clone();
        ready
    }

    /// The next frame of any kind, or the code with which the server closed.
    pub(crate) async fn read(&mut self) -> Result<Value, u16> {
        loop {
            match soon("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if let Some(cursor) = frame["cursor"].as_str().filter(|_| frame["type"] != "pong") {
                        cursor.clone_into(&mut self.cursor);
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| number(frame.code))),
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("the connection broke: {error}"),
                None => return Err(1006),
            }
        }
    }

    /// The next frame of any kind.
    pub(crate) async fn next(&mut self) -> Value {
        match self.read().await {
            Ok(frame) => frame,
            Err(code) => panic!("closed with {code} while a frame was expected"),
        }
    }

    /// The next frame of this type; others are passed over.
    pub(crate) async fn frame(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next event, which has to have this name.
    pub(crate) async fn expect(&mut self, name: &str) -> Value {
        let event = self.frame("event").await;
        assert_eq!(event["name"], name, "{event}");
        event
    }

    /// The next event of this name; others are passed over.
    pub(crate) async fn until(&mut self, name: &str) -> Value {
        loop {
            let event = self.frame("event").await;
            if event["name"] == name {
                return event;
            }
        }
    }

    /// Every event up to the message that says this, which is not among them.
    pub(crate) async fn events_until_said(&mut self, body: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.frame("event").await;
            if event["data"]["message"]["body"] == body {
                return events;
            }
            events.push(event);
        }
    }

    /// Reads on until the server closes, and gives the code and the events before it.
    pub(crate) async fn closed_after(&mut self) -> (u16, Vec<Value>) {
        let mut events = Vec::new();
        loop {
            match self.read().await {
                Ok(frame) if frame["type"] == "event" => events.push(frame),
                Ok(_) => {}
                Err(code) => return (code, events),
            }
        }
    }

    /// Reads on until the server closes, and gives the code.
    pub(crate) async fn closed(&mut self) -> u16 {
        self.closed_after().await.0
    }

    /// Goes away as a laptop does that is shut.
    pub(crate) fn vanish(self) {
        drop(self);
    }
}

fn number(code: CloseCode) -> u16 {
    code.into()
}

/// The names of events, in order.
pub(crate) fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["name"].as_str().unwrap()).collect()
}
