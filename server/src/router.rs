//! Every address of the hub, and what each request passes through.

use crate::{
    accounts, admin,
    app::App,
    chat, commands, discovery,
    error::{AppError, Code},
    files, hooks,
    http::{extract::LARGEST_BODY, guard, idempotent, problems},
    ids::HubId,
    mail, moving, notifications, outgoing, previews, realtime, room, search, tasks, tls, web,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::SwaggerUi;

/// How long a request may take, its body included. One that brings a file may take longer, as long as it goes on.
const LONGEST: Duration = Duration::from_secs(30);

#[derive(OpenApi)]
#[openapi(
    info(title = "Hearth", description = "A team's chat and task hub. Every answer of failure is a problem document with a stable `code`."),
    modifiers(&Security),
    security(("bearer" = []), ("cookie" = [])),
    components(schemas(crate::error::Problem, Code, files::Category, tasks::ExportFormat))
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An access token of 15 minutes, or an API token that begins with `hearth_`."))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description("hearth_<hub>", "The session cookie of a browser.");
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The API's description and its routes.
fn api() -> (Router<Arc<App>>, utoipa::openapi::OpenApi) {
    let (routes, document) = OpenApiRouter::with_openapi(Document::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .routes(routes!(get_health))
                .merge(accounts::api::routes())
                .merge(chat::api::routes())
                .merge(tasks::api::routes())
                .merge(files::api::routes())
                .merge(search::api::routes())
                .merge(notifications::api::routes())
                .merge(mail::api::routes())
                .merge(hooks::api::routes())
                .merge(outgoing::api::routes())
                .merge(commands::api::routes())
                .merge(previews::api::routes())
                .merge(discovery::api::routes())
                .merge(tls::api::routes())
                .merge(admin::backup::api::routes())
                .merge(moving::api::routes())
                .merge(admin::audit::api::routes())
                .merge(admin::overview::api::routes())
                .merge(admin::logs::api::routes())
                .merge(admin::jobs::api::routes())
                .merge(admin::security::api::routes())
                .routes(routes!(realtime::api::realtime)),
        )
        .split_for_parts();
    (routes, with_common_refusals(document))
}

/// What can be answered without a token.
const OPEN: [&str; 14] = [
    "get_health",
    "get_setup",
    "create_setup",
    "get_hub",
    "get_join",
    "register",
    "login",
    "finish_login",
    "refresh_session",
    "get_reset",
    "complete_reset",
    "get_trust",
    "get_subscription",
    "unsubscribe",
];

/// Adds the refusals that come from what every request passes through, and says of all of them
/// that they are problem documents.
fn with_common_refusals(document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let Ok(mut value) = serde_json::to_value(&document) else { return document };
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    let operations = value["paths"].as_object_mut().into_iter().flatten().flat_map(|(path, item)| {
        let named = path.contains('{');
        item.as_object_mut().into_iter().flatten().map(move |(_, operation)| (named, operation))
    });
    for (named, operation) in operations {
        let open = operation["operationId"].as_str().is_some_and(|id| OPEN.contains(&id));
        let takes = operation.get("requestBody").is_some() || operation.get("parameters").is_some();
        if open {
            operation["security"] = json!([]);
        }
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, applies) in [
            ("400", takes),
            ("401", !open),
            ("403", true),
            ("404", named),
            ("413", takes),
            ("415", takes),
            ("429", takes),
            ("503", true),
        ] {
            if applies && !responses.contains_key(status) {
                responses.insert(status.to_owned(), json!({"description": ""}));
            }
        }
        for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
            response["description"] = status.and_then(|status| status.canonical_reason()).unwrap_or_default().into();
            response["content"] = json!({"application/problem+json": {"schema": problem}});
        }
    }
    serde_json::from_value(value).unwrap_or(document)
}

/// The API's description, in `OpenAPI` 3.1.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().1
}

/// The whole hub as one service.
pub fn router(app: Arc<App>) -> Router {
    let (routes, document) = api();
    let header = |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, value);
    let fixed = HeaderValue::from_static;
    let policy = HeaderValue::from_static(web::content_security_policy());
    let socket_io = realtime::socket_io(&app);
    routes
        .merge(SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", document))
        .route("/enter/{code}", get(accounts::api::enter))
        .route("/trust/hearth.crt", get(tls::api::certificate))
        .route("/metrics", get(admin::metrics::serve))
        .route("/api/v1/hooks/{secret}", post(hooks::api::receive))
        .route("/api/v1/commands/answers/{secret}", post(commands::api::receive_answer))
        .route(realtime::SOCKET_IO, socket_io)
        .route("/unsubscribe/{token}", get(web::serve).post(mail::one_click))
        .route("/api/v1/feeds/{secret}", get(tasks::api::read_feed))
        .method_not_allowed_fallback(async || AppError::new(Code::MethodNotAllowed))
        .fallback(web::serve)
        .layer(from_fn_with_state(Arc::clone(&app), idempotent))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(Arc::clone(&app), room::spare))
        .layer(from_fn_with_state(Arc::clone(&app), guard))
        .layer(from_fn_with_state(Arc::clone(&app), tls::apart))
        .layer(header(header::CONTENT_SECURITY_POLICY, policy))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")))
        .layer(header(header::REFERRER_POLICY, fixed("same-origin")))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin")))
        .layer(CatchPanicLayer::custom(|_| AppError::internal("a handler panicked").into_response()))
        .layer(from_fn_with_state(Arc::clone(&app), problems))
        .with_state(app)
}

async fn in_time(request: Request, next: Next) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let polls = path == realtime::SOCKET_IO && method == Method::GET;
    if polls
        || files::api::brings_a_file(method, path)
        || admin::backup::api::brings_a_backup(method, path)
        || moving::api::brings_an_archive(method, path)
    {
        return next.run(request).await;
    }
    tokio::time::timeout(LONGEST, next.run(request))
        .await
        .unwrap_or_else(|_| AppError::later(Code::Busy, Duration::from_secs(5)).into_response())
}

/// That the hub answers.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The version of Hearth.
    version: &'static str,
    hub: HubId,
}

/// Whether the hub and its database answer
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = Health), (status = 503, body = crate::error::Problem)))]
async fn get_health(State(app): State<Arc<App>>) -> Result<Json<Health>, AppError> {
    app.database
        .handle()
        .query("RETURN 1")
        .await
        .and_then(surrealdb::IndexedResults::check)
        .map_err(|_| AppError::later(Code::Busy, Duration::from_secs(2)))?;
    let hub = app.journal.directory().hub;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), hub }))
}
