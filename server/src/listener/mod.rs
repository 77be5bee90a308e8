//! Where the hub listens, and each connection's bounds.
//!
//! Without an explicit address the hub is at home on loopback. Once its owner lets teammates in, it
//! also listens on the addresses of the networks that it uses, on the same port; the listener on
//! loopback stays through all of it, so nobody who is connected notices.

mod lan;
mod patient;

use crate::{app::App, config::Config, discovery::Remembered, tls::Encrypted};
use axum::{Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use lan::Lan;
use patient::Patient;
use std::{
    future::poll_fn,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);
/// How many connections there can be at once.
const MOST: usize = 24_000;
/// How many ports are tried, from the usual one on.
const PORTS: u16 = 20;
/// How soon is tried again to listen on an address that the operating system refused.
const RETRY: Duration = Duration::from_secs(5);

/// A port that was taken for the hub.
#[derive(Debug)]
pub enum Listener {
    /// The address that was asked for, and nothing else.
    Fixed(TcpListener),
    /// This computer, and the local network when teammates are let in, on the same port.
    Home(TcpListener),
}

impl Listener {
    /// Takes the port of a hub with this configuration: the asked address; or the port that the hub
    /// had the last time; or the first free one from `port` on.
    ///
    /// # Errors
    /// When the asked address or twenty ports are taken.
    pub async fn of(config: &Config, port: u16) -> std::io::Result<Self> {
        if config.listen.is_none()
            && let Some(kept) = Remembered::read(config.data.as_deref()).get().port
            && let Ok(listener) = at_home(kept).await
        {
            return Ok(listener);
        }
        Self::bind(config.listen, port).await
    }

    /// Takes the asked address, or the first free port from `port` on of this computer.
    ///
    /// # Errors
    /// When the asked address or twenty ports are taken.
    pub async fn bind(asked: Option<SocketAddr>, port: u16) -> std::io::Result<Self> {
        if let Some(address) = asked {
            return TcpListener::bind(address).await.map(Self::Fixed);
        }
        let mut last = None;
        for port in port..port.saturating_add(PORTS) {
            match at_home(port).await {
                Ok(listener) => return Ok(listener),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
    }

    /// The address that is listened on now; on the local network it is the same port.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        match self {
            Self::Fixed(listener) | Self::Home(listener) => listener.local_addr(),
        }
    }

    /// Tells the hub where it listens, which [`run`](crate::run) does in any case; for those who want to say it
    /// to people before.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn announce(&self, app: &App) -> std::io::Result<()> {
        let address = self.address()?;
        app.discovery.listens_on(address.port(), matches!(self, Self::Fixed(_)).then(|| address.ip()));
        Ok(())
    }
}

/// Takes a port on loopback that is free on every address, because that is where it will be needed.
async fn at_home(port: u16) -> std::io::Result<Listener> {
    drop(TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?);
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map(Listener::Home)
}

/// Takes connections until the hub stops.
pub(crate) async fn accept(app: &Arc<App>, listener: Listener, router: Router) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST));
    let port = listener.address()?.port();
    let (first, grows) = match listener {
        Listener::Fixed(listener) => (listener, false),
        Listener::Home(listener) => (listener, true),
    };
    let mut lan = Lan::default();
    let mut changed = app.discovery.follow();
    loop {
        if grows {
            changed.mark_unchanged();
            lan.follow(app, port).await;
        }
        let accepted = tokio::select! {
            accepted = next(&first, &lan, &app.shutdown) => accepted,
            _ = changed.changed(), if grows => continue,
            () = tokio::time::sleep(RETRY), if lan.is_refused() => continue,
            () = app.shutdown.cancelled() => return Ok(()),
        };
        let (stream, peer, closing) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or the client is gone already: neither ends the hub.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let router = router.clone();
        let tls = app.tls.acceptor();
        app.tasks.spawn(async move {
            let _place = place;
            // Small frames leave at once; without this they would wait for the acknowledgement of the last.
            let _ = stream.set_nodelay(true);
            let Some(tls) = tls else { return connection(stream, peer, router, None, &closing).await };
            // What says nothing in time, or breaks off, is nothing that the hub has to note.
            match tokio::time::timeout(HEAD, begins_encrypted(&stream)).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return connection(stream, peer, router, None, &closing).await,
                Ok(Err(_)) | Err(_) => return,
            }
            if let Ok(Ok(stream)) = tokio::time::timeout(HEAD, tls.accept(stream)).await {
                connection(stream, peer, router, Some(Encrypted), &closing).await;
            }
        });
    }
}

/// The next connection of any listener, and what will end it.
async fn next(
    first: &TcpListener,
    lan: &Lan,
    shutdown: &CancellationToken,
) -> std::io::Result<(TcpStream, SocketAddr, CancellationToken)> {
    poll_fn(|context| {
        let doors = std::iter::once((first, shutdown)).chain(lan.doors());
        for (listener, closing) in doors {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(accepted.map(|(stream, peer)| (stream, peer, closing.clone())));
            }
        }
        Poll::Pending
    })
    .await
}

/// Whether what comes first is a TLS handshake (RFC 8446 §5.1); no method of HTTP begins with that byte.
async fn begins_encrypted(stream: &TcpStream) -> std::io::Result<bool> {
    const HANDSHAKE: u8 = 22;
    let mut first = [0];
    Ok(stream.peek(&mut first).await? == 1 && first[0] == HANDSHAKE)
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    encrypted: Option<Encrypted>,
    closing: &CancellationToken,
) {
    let service = router.map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        if let Some(encrypted) = encrypted {
            request.extensions_mut().insert(encrypted);
        }
        request.map(axum::body::Body::new)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(32 << 10)
        .serve_connection(TokioIo::new(Patient::new(stream)), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        // A client that breaks off or sends nonsense is nothing that the hub has to note.
        _ = connection.as_mut() => {}
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Listener;
    use crate::config::Config;
    use std::net::Ipv4Addr;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_port_that_is_taken_on_any_address_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let listener = Listener::bind(None, port).await.unwrap();
        let address = listener.address().unwrap();
        assert!(address.ip().is_loopback() && address.port() > port && matches!(listener, Listener::Home(_)));
    }

    #[tokio::test]
    async fn the_port_of_the_last_time_is_taken_again_if_it_is_free() {
        let directory = tempfile::tempdir().unwrap();
        let config = Config { data: Some(directory.path().to_owned()), ..Config::in_memory() };
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let kept = held.local_addr().unwrap().port();
        std::fs::write(directory.path().join("network.json"), format!("{{\"port\":{kept}}}")).unwrap();
        let other = Listener::of(&config, 20_000).await.unwrap().address().unwrap().port();
        assert_ne!(other, kept);
        drop(held);
        assert_eq!(Listener::of(&config, 20_000).await.unwrap().address().unwrap().port(), kept);
    }
}
