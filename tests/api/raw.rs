//! Requests as bytes, for what no well-behaved client would send.

use crate::{answer::Answer, person::Client, world::soon};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sends these bytes on a connection of its own and reads until the server closes it.
pub(crate) async fn raw(client: &Client, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(client.host()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut read = Vec::new();
    let exchange = async {
        // A server that has heard enough may close before everything is written.
        let (_, outcome) = tokio::join!(writer.write_all(request), reader.read_to_end(&mut read));
        outcome
    };
    let outcome = soon("the connection to end", exchange).await;
    assert!(outcome.is_ok() || !read.is_empty(), "no answer at all: {outcome:?}");
    parse(&read)
}

fn parse(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value.trim()).unwrap());
        }
    }
    Answer { status, headers, text: body.to_owned(), asked: "raw request".to_owned() }
}
