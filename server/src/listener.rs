//! Where the hub listens, and each connection's bounds.

use crate::app::App;
use axum::{Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);
/// How many connections there can be at once.
const MOST: usize = 24_000;

/// A port that was taken for the hub.
#[derive(Debug)]
pub enum Listener {
    /// The address that was asked for.
    Fixed(TcpListener),
    /// This computer only, until there is an owner; then every address of it, on the same port.
    UntilOwner(TcpListener),
}

impl Listener {
    /// Takes the asked address, or the first free port from `port` on of this computer.
    ///
    /// # Errors
    /// When the asked address or twenty ports are taken.
    pub async fn bind(asked: Option<SocketAddr>, port: u16) -> std::io::Result<Self> {
        if let Some(address) = asked {
            return TcpListener::bind(address).await.map(Self::Fixed);
        }
        let mut last = None;
        for port in port..port.saturating_add(20) {
            // The port has to be free on every address, because that is where it will be needed.
            let free = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await.map(drop);
            match free {
                Ok(()) => match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                    Ok(listener) => return Ok(Self::UntilOwner(listener)),
                    Err(error) => last = Some(error),
                },
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
    }

    /// The address that is listened on now.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        match self {
            Self::Fixed(listener) | Self::UntilOwner(listener) => listener.local_addr(),
        }
    }

    async fn accept(&self) -> std::io::Result<(TcpStream, SocketAddr)> {
        match self {
            Self::Fixed(listener) | Self::UntilOwner(listener) => listener.accept().await,
        }
    }

    /// Listens on every address from now on. Connections that are open stay.
    async fn widen(self) -> std::io::Result<Self> {
        let Self::UntilOwner(loopback) = self else { return Ok(self) };
        let port = loopback.local_addr()?.port();
        drop(loopback);
        for _ in 0..20 {
            match TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await {
                Ok(listener) => {
                    tracing::info!(port, "listening on the local network");
                    return Ok(Self::Fixed(listener));
                }
                Err(error) => {
                    tracing::warn!(%error, "the port is not free on every address yet");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map(Self::Fixed)
    }
}

/// Takes connections until the hub stops.
pub(crate) async fn accept(app: &Arc<App>, mut listener: Listener, router: Router) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        if matches!(listener, Listener::UntilOwner(_)) && app.journal.directory().settings.is_some() {
            listener = listener.widen().await?;
        }
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.set_up.notified() => continue,
            () = app.shutdown.cancelled() => return Ok(()),
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or the client is gone already: neither ends the hub.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (app_, router) = (Arc::clone(app), router.clone());
        app.tasks.spawn(async move {
            let _place = place;
            connection(&app_, stream, peer, router).await;
        });
    }
}

async fn connection(app: &App, stream: TcpStream, peer: SocketAddr, router: Router) {
    // Small frames leave at once; without this they would wait for the acknowledgement of the last.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(32 << 10)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        // A client that breaks off or sends nonsense is nothing that the hub has to note.
        _ = connection.as_mut() => {}
        () = app.shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
