//! How connections come in: what every request to `/socket.io/` is asked, and who a client is.

use super::{
    talk,
    words::{Auth, Refused},
};
use crate::{
    accounts::{self, Actor, session_of_token},
    app::App,
    directory::Scope,
    error::{AppError, Code},
    http::{Peer, check_origin, extract::LARGEST_BODY, host_of},
    ids::SessionId,
    realtime::protocol::PING,
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::Method,
    response::{IntoResponse, Response},
    routing::{MethodRouter, any},
};
use socketioxide::{
    ParserConfig, SocketIo,
    extract::{SocketRef, TryData},
    handler::ConnectHandler,
};
use std::{convert::Infallible, future::ready, sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Service, ServiceExt};

/// Where the door is.
pub(crate) const PATH: &str = "/socket.io/";
/// How long a client may take to say who it is.
const HELLO: Duration = Duration::from_secs(5);
/// How long a client that was pinged may be silent.
const SILENT: Duration = Duration::from_secs(20);
/// How many packets may wait for one client, beside what waits for it in the hub.
const WAITING: usize = 128;
/// How many connections there can be, signed in or not.
const MOST: usize = 10_000;
/// How long connections get to end when the hub stops.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection's place among all; free again when the connection is gone.
#[derive(Clone, Debug)]
struct Place(#[expect(dead_code, reason = "it is given back when it is dropped")] Arc<OwnedSemaphorePermit>);

/// Opens the door, and closes what came in by it when the hub stops.
pub(crate) fn open(app: &Arc<App>) -> MethodRouter<Arc<App>> {
    let (service, io) = SocketIo::builder()
        .req_path(PATH.trim_end_matches('/'))
        .connect_timeout(HELLO)
        .ping_interval(PING)
        .ping_timeout(SILENT)
        .max_buffer_size(WAITING)
        .max_payload(LARGEST_BODY as u64)
        .ws_max_message_size(LARGEST_BODY)
        .ws_max_frame_size(LARGEST_BODY)
        // Nothing here takes bytes.
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
        .build_svc();
    let hub = Arc::clone(app);
    let known = move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        ready(signed_in(&hub, &socket, auth.ok()).map(drop).ok_or(Refused))
    };
    let hub = Arc::clone(app);
    let welcome = move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        match signed_in(&hub, &socket, auth.ok()) {
            Some(actor) => talk::start(&hub, actor, socket),
            None => drop(socket.disconnect()),
        }
        ready(())
    };
    io.ns("/", welcome.with(known));
    app.tasks.spawn(close(Arc::clone(app), io));
    let places = Arc::new(Semaphore::new(MOST));
    let app = Arc::clone(app);
    any(move |request: Request| answer(Arc::clone(&app), service.clone(), Arc::clone(&places), request))
}

/// Who a client is: by the token of its handshake, and by nothing else.
fn signed_in(app: &Arc<App>, socket: &SocketRef, auth: Option<Auth>) -> Option<Actor> {
    let session = session_of_token(&auth?.token?, app).ok()?;
    let mut actor = actor_of(app, session)?;
    let peer = socket.req_parts().extensions.get::<Peer>().map(|peer| peer.0.to_string());
    if let Some(address) = &peer {
        actor.address.clone_from(address);
    }
    accounts::touch(app, session, peer);
    Some(actor)
}

/// Whom a session speaks for, as long as it may read and does not have to set up two-factor sign-in first.
pub(super) fn actor_of(app: &App, session: SessionId) -> Option<Actor> {
    Actor::of(&app.journal.directory(), session)
        .filter(|actor| !actor.is_held_up() && actor.require_scope(Scope::Read).is_ok())
}

async fn answer<S, B>(app: Arc<App>, service: S, places: Arc<Semaphore>, request: Request) -> Response
where
    S: Service<Request, Response = axum::http::Response<B>, Error = Infallible>,
    B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    match admit(&places, request) {
        Ok(request) => {
            let answer = async {
                let Ok(answer) = service.oneshot(request).await;
                answer.map(Body::new)
            };
            tokio::select! {
                answer = answer => answer,
                // A poll waits for news, and would keep the hub from stopping.
                () = app.shutdown.cancelled() => AppError::later(Code::Busy, Duration::from_secs(1)).into_response(),
            }
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Lets a request in that does not come from a page of another site; one that begins a connection takes a place.
fn admit(places: &Arc<Semaphore>, mut request: Request) -> Result<Request, AppError> {
    let host = host_of(request.headers(), request.uri()).ok_or_else(|| AppError::new(Code::HostRefused))?;
    check_origin(request.headers(), &host, false)?;
    let begins = !request.uri().query().unwrap_or_default().split('&').any(|pair| pair.starts_with("sid="));
    if begins && *request.method() == Method::GET {
        let full = |_| AppError::later(Code::Busy, Duration::from_secs(5));
        let place = Arc::clone(places).try_acquire_owned().map_err(full)?;
        request.extensions_mut().insert(Place(Arc::new(place)));
    }
    Ok(request)
}

async fn close(app: Arc<App>, io: SocketIo) {
    app.shutdown.cancelled().await;
    // A client that does not read would be waited for.
    let _ = tokio::time::timeout(GOODBYE, io.close()).await;
}
