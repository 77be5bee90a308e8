//! People.

use crate::{
    accounts::{
        Actor, OptionalActor, avatars,
        people::{self, Access, PersonPatch},
        resets,
    },
    app::App,
    clock::Timestamp,
    directory::{AccountView, DirectoryPolicy, UserView},
    error::{AppError, Code, Problem},
    http::{
        answer::{Data, PageQuery, Paged, created},
        extract::{IfMatch, Json, Path, Query, body_refused, nullable},
    },
    ids::UserId,
    permission::{Action, Relation, Role},
};
use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A person as someone who is not signed in sees them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicUser {
    id: UserId,
    name: String,
    username: String,
    title: String,
    avatar: Option<String>,
    created_at: Timestamp,
}

impl From<UserView> for PublicUser {
    fn from(user: UserView) -> Self {
        let UserView { id, name, username, title, avatar, created_at, .. } = user;
        Self { id, name, username, title, avatar, created_at }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// Part of a name or user name.
    #[serde(default)]
    q: Option<String>,
    /// `true` for bots only, `false` for people only.
    #[serde(default)]
    bots: Option<bool>,
    /// `name` (the default), `createdAt`, or one of them with `-` before it for the reverse.
    #[serde(default)]
    sort: Option<String>,
}

fn filtered(app: &App, query: &UserQuery) -> Result<Vec<AccountView>, AppError> {
    let wanted = query.q.as_deref().unwrap_or_default().to_lowercase();
    let mut users: Vec<_> = app
        .journal
        .directory()
        .people
        .values()
        .filter(|person| person.deleted_at.is_none())
        .filter(|person| query.bots.is_none_or(|bots| bots == person.bot))
        .filter(|person| person.name.to_lowercase().contains(&wanted) || person.username.contains(&wanted))
        .map(crate::directory::Person::account_view)
        .collect();
    let sort = query.sort.as_deref().unwrap_or("name");
    match sort.trim_start_matches('-') {
        "name" => users.sort_by_cached_key(|account| (account.user.name.to_lowercase(), account.user.id)),
        "createdAt" => users.sort_by_key(|account| (account.user.created_at, account.user.id)),
        _ => return Err(AppError::field("sort", "is not name, createdAt, -name or -createdAt")),
    }
    if sort.starts_with('-') {
        users.reverse();
    }
    Ok(users)
}

/// The people of the team
///
/// Without signing in only where the setting `directory` is `public`; e-mail addresses and roles
/// are left out then.
#[utoipa::path(get, path = "/users", tag = "people", params(PageQuery, UserQuery), responses(
    (status = 200, body = Paged<AccountView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_users(
    State(app): State<Arc<App>>,
    OptionalActor(actor): OptionalActor,
    Query(page): Query<PageQuery>,
    Query(query): Query<UserQuery>,
) -> Result<Response, AppError> {
    if let Some(actor) = actor {
        actor.require(Action::ViewPeople, Relation::NONE)?;
        let mut users = filtered(&app, &query)?;
        if actor.role == Role::Guest {
            hide_emails(&mut users, actor.user);
        }
        return Ok(Paged::of(users, page)?.into_response());
    }
    let public = app.journal.directory().settings()?.directory == DirectoryPolicy::Public;
    if !public {
        return Err(AppError::new(Code::NoToken));
    }
    let users = filtered(&app, &query)?.into_iter().map(|account| PublicUser::from(account.user)).collect();
    Ok(Paged::of(users, page)?.into_response())
}

/// Guests see their own e-mail address only.
fn hide_emails(users: &mut [AccountView], own: UserId) {
    users.iter_mut().filter(|account| account.user.id != own).for_each(|account| account.email = None);
}

/// A person's id, or `me`.
fn user_id(text: &str, actor: &Actor) -> Result<UserId, AppError> {
    if text == "me" { Ok(actor.user) } else { text.parse().map_err(|_| AppError::not_found("User")) }
}

/// One person
#[utoipa::path(get, path = "/users/{id}", tag = "people", params(("id" = String, Path, description = "An id, or `me`")), responses(
    (status = 200, body = Data<AccountView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn get_user(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Data<AccountView>, AppError> {
    actor.require(Action::ViewPeople, Relation::NONE)?;
    let user = user_id(&id, &actor)?;
    let mut account = [app.journal.directory().active_person(user)?.account_view()];
    if actor.role == Role::Guest {
        hide_emails(&mut account, actor.user);
    }
    let [account] = account;
    Ok(Data::of(account))
}

/// What is to change about a person; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPatch {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    username: Option<String>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    #[serde(default)]
    #[schema(nullable = false)]
    title: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    status_text: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    status_emoji: Option<String>,
    /// When the status is cleared by itself, at most a year ahead; `null` leaves it. Another status without this stays
    /// until it is changed.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Timestamp>)]
    status_until: Option<Option<Timestamp>>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    /// For admins.
    #[serde(default)]
    #[schema(nullable = false)]
    role: Option<Role>,
}

impl From<UserPatch> for PersonPatch {
    fn from(body: UserPatch) -> Self {
        let UserPatch { name, username, email, title, status_text, status_emoji, status_until, time_zone, role } = body;
        Self { name, username, email, title, status_text, status_emoji, status_until, time_zone, role }
    }
}

/// Change one's own profile, or anyone's as an admin
#[utoipa::path(patch, path = "/users/{id}", tag = "people", request_body = UserPatch,
    params(("id" = String, Path, description = "An id, or `me`"), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<AccountView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn update_user(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    version: IfMatch,
    Json(body): Json<UserPatch>,
) -> Result<Data<AccountView>, AppError> {
    let user = user_id(&id, &actor)?;
    people::update(&app, &actor, user, body.into(), version).await.map(Data::of)
}

/// The same as `PATCH`, for clients that send `PUT`
#[utoipa::path(put, path = "/users/{id}", tag = "people", request_body = UserPatch,
    params(("id" = String, Path, description = "An id, or `me`"), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<AccountView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn replace_user(
    app: State<Arc<App>>,
    actor: Actor,
    id: Path<String>,
    version: IfMatch,
    body: Json<UserPatch>,
) -> Result<Data<AccountView>, AppError> {
    update_user(app, actor, id, version, body).await
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// Always true.
    success: bool,
    message: String,
}

/// Take a person out of the team
///
/// Their messages stay; the author shows as a former member.
#[utoipa::path(delete, path = "/users/{id}", tag = "people", params(("id" = String, Path, description = "An id, or `me`")), responses(
    (status = 200, body = Deleted), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete_user(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let user = user_id(&id, &actor)?;
    people::remove(&app, &actor, user).await?;
    let body = Deleted { success: true, message: "User deleted successfully".to_owned() };
    Ok(axum::Json(body).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordBody {
    current_password: String,
    new_password: String,
}

/// Change one's own password
///
/// Every other sign-in of the person ends.
#[utoipa::path(put, path = "/users/me/password", tag = "people", request_body = PasswordBody, responses(
    (status = 204), (status = 400, body = Problem), (status = 429, body = Problem)))]
pub async fn change_password(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, AppError> {
    people::change_password(&app, &actor, body.current_password, body.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give oneself a picture
///
/// PNG, JPEG, WebP or GIF, at most 5 MB. It is cropped to a square of 256 pixels and its metadata
/// is removed.
#[utoipa::path(put, path = "/users/me/avatar", tag = "people",
    request_body(content = Vec<u8>, content_type = "image/*"),
    responses((status = 200, body = Data<AccountView>), (status = 400, body = Problem), (status = 413, body = Problem)))]
pub async fn set_avatar(
    State(app): State<Arc<App>>,
    actor: Actor,
    body: Result<Bytes, BytesRejection>,
) -> Result<Data<AccountView>, AppError> {
    let bytes = body.map_err(|refused| body_refused(&refused))?;
    avatars::set(&app, &actor, actor.user, bytes).await.map(Data::of)
}

/// Take one's own picture away
#[utoipa::path(delete, path = "/users/me/avatar", tag = "people", responses((status = 200, body = Data<AccountView>)))]
pub async fn delete_avatar(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<AccountView>, AppError> {
    avatars::remove(&app, &actor, actor.user).await.map(Data::of)
}

/// A person's picture
#[utoipa::path(get, path = "/users/{id}/avatar/{hash}", tag = "people", params(("id" = UserId, Path), ("hash" = String, Path)), responses(
    (status = 200, content_type = "image/png", body = Vec<u8>), (status = 404, body = Problem)))]
pub async fn get_avatar(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, hash)): Path<(UserId, String)>,
) -> Result<Response, AppError> {
    actor.require(Action::ViewPeople, Relation::NONE)?;
    let image = avatars::get(&app, id, &hash).await?;
    let headers =
        [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private, max-age=31536000, immutable")];
    Ok((headers, image).into_response())
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResetLink {
    /// The link's path on this hub, `/reset/<code>`.
    url: String,
    expires_at: Timestamp,
}

/// Make a link with which a person chooses a new password
#[utoipa::path(post, path = "/users/{id}/reset-link", tag = "people", params(("id" = UserId, Path)), responses(
    (status = 201, body = Data<ResetLink>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn create_reset_link(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<UserId>,
) -> Result<Response, AppError> {
    let (code, expires_at) = resets::create(&app, &actor, id).await?;
    let url = format!("/reset/{code}");
    Ok(created(&format!("/api/v1/auth/reset/{code}"), Data::of(ResetLink { url, expires_at })))
}

/// Suspend a person
///
/// They are signed out everywhere and cannot sign in; everything of theirs stays.
#[utoipa::path(put, path = "/users/{id}/suspension", tag = "people", params(("id" = UserId, Path)), responses(
    (status = 200, body = Data<AccountView>), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn suspend_user(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<UserId>,
) -> Result<Data<AccountView>, AppError> {
    people::set_access(&app, &actor, id, Access::Suspended).await.map(Data::of)
}

/// Let a suspended person in again
#[utoipa::path(delete, path = "/users/{id}/suspension", tag = "people", params(("id" = UserId, Path)), responses(
    (status = 200, body = Data<AccountView>), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 429, body = Problem)))]
pub async fn resume_user(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<UserId>,
) -> Result<Data<AccountView>, AppError> {
    people::set_access(&app, &actor, id, Access::Resumed).await.map(Data::of)
}
