//! The bare broadcast that fan-out is compared with: tokio-tungstenite, one task for each socket, every frame to everyone.
//! It knows no people, no rooms and no disk, so nothing that does can be faster.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::{Receiver, Sender, channel};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// The baseline in a process of its own, as the server is.
pub(super) struct Broadcast {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Broadcast {
    pub(super) fn start() -> Result<Self> {
        let this = std::env::current_exe()?;
        let mut child = Command::new(this).arg("baseline-broadcast").stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the baseline's output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse().context("the baseline says where it listens")?;
        Ok(Self { child, address })
    }
}

impl Drop for Broadcast {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until it is killed. Runs on as many threads as the machine has cores, as the server does.
pub(crate) async fn serve() -> Result<()> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let serving = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
        runtime.block_on(accept_all())
    });
    tokio::task::spawn_blocking(|| serving.join()).await?.map_err(|_| anyhow::anyhow!("the baseline panicked"))?
}

async fn accept_all() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    let (everyone, _) = channel(1024);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(socket(stream, everyone.clone(), everyone.subscribe()));
    }
}

async fn socket(stream: TcpStream, everyone: Sender<Utf8Bytes>, mut frames: Receiver<Utf8Bytes>) -> Result<()> {
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let mut socket = accept_async_with_config(stream, Some(config)).await?;
    loop {
        tokio::select! {
            frame = frames.recv() => socket.send(Message::Text(frame?)).await?,
            said = socket.next() => match said {
                Some(Ok(Message::Text(text))) => drop(everyone.send(text)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(()),
            },
        }
    }
}
