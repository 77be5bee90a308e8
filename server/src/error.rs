//! What goes wrong, as the person or program at the other end reads it.
//!
//! Every failure leaves Hearth as a problem document (RFC 9457) with a stable `code`. What the log
//! keeps about an internal failure never reaches the client.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{fmt, time::Duration};
use utoipa::ToSchema;
use uuid::Uuid;

/// The stable reason of a failure; clients branch on it. The text beside it may change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    Validation,
    InvalidJson,
    WrongPassword,
    NoToken,
    InvalidToken,
    InvalidCredentials,
    CodeNeeded,
    CodeInvalid,
    SignInExpired,
    TwoFactorRequired,
    Suspended,
    Forbidden,
    OriginRefused,
    HostRefused,
    RegistrationClosed,
    InviteInvalid,
    SetupTokenInvalid,
    NotFound,
    MethodNotAllowed,
    AlreadySetUp,
    NotSetUp,
    EmailTaken,
    UsernameTaken,
    ChannelNameTaken,
    ChannelArchived,
    PollClosed,
    ProjectKeyTaken,
    ProjectArchived,
    StatusInUse,
    LastOwner,
    FixedByConfiguration,
    Conflict,
    VersionMismatch,
    PayloadTooLarge,
    QuotaExceeded,
    UploadOffset,
    ChecksumMismatch,
    BackupForeign,
    BackupDamaged,
    BackupNewer,
    ImportForeign,
    ImportDamaged,
    UnsupportedMediaType,
    IdempotencyMismatch,
    RateLimited,
    Internal,
    Busy,
    DiskFull,
}

impl Code {
    /// The code as it is written in the problem document.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The code that is written like this.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Validation | Self::InvalidJson | Self::WrongPassword => StatusCode::BAD_REQUEST,
            Self::NoToken
            | Self::InvalidToken
            | Self::InvalidCredentials
            | Self::CodeNeeded
            | Self::CodeInvalid
            | Self::SignInExpired => StatusCode::UNAUTHORIZED,
            Self::Forbidden
            | Self::TwoFactorRequired
            | Self::Suspended
            | Self::OriginRefused
            | Self::HostRefused
            | Self::RegistrationClosed
            | Self::InviteInvalid
            | Self::SetupTokenInvalid => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::AlreadySetUp
            | Self::NotSetUp
            | Self::EmailTaken
            | Self::UsernameTaken
            | Self::ChannelNameTaken
            | Self::ChannelArchived
            | Self::PollClosed
            | Self::ProjectKeyTaken
            | Self::ProjectArchived
            | Self::StatusInUse
            | Self::LastOwner
            | Self::FixedByConfiguration
            | Self::UploadOffset
            | Self::Conflict => StatusCode::CONFLICT,
            Self::VersionMismatch => StatusCode::PRECONDITION_FAILED,
            Self::PayloadTooLarge | Self::QuotaExceeded => StatusCode::PAYLOAD_TOO_LARGE,
            // The number that the tus protocol has for it.
            Self::ChecksumMismatch => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::IdempotencyMismatch
            | Self::BackupForeign
            | Self::BackupDamaged
            | Self::BackupNewer
            | Self::ImportForeign
            | Self::ImportDamaged => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Validation => "Validation failed",
            Self::InvalidJson => "Validation failed: the request body is not valid JSON",
            Self::WrongPassword => "The current password is not right",
            Self::NoToken => "Access denied. No token provided.",
            Self::InvalidToken => "Invalid token.",
            Self::InvalidCredentials => "Invalid credentials",
            Self::CodeNeeded => "A sign-in code is needed",
            Self::CodeInvalid => "That code is not right, or was used already",
            Self::SignInExpired => "This sign-in took too long; begin again",
            Self::TwoFactorRequired => "This team asks for two-factor sign-in: set it up first",
            Self::Suspended => "This account is suspended. Ask an admin of the team",
            Self::Forbidden => "Insufficient permissions.",
            Self::OriginRefused => "This request came from another site",
            Self::HostRefused => "This hub does not answer to that host name",
            Self::RegistrationClosed => "This team does not take new people by itself",
            Self::InviteInvalid => "This invitation no longer works",
            Self::SetupTokenInvalid => "The set-up token is missing or not right",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "This address does not take that method",
            Self::AlreadySetUp => "This hub already has a team",
            Self::NotSetUp => "This hub has no team yet",
            Self::EmailTaken => "This e-mail address already exists",
            Self::UsernameTaken => "This user name already exists",
            Self::ChannelNameTaken => "A channel of this name already exists",
            Self::ChannelArchived => "This channel is archived",
            Self::PollClosed => "This poll is closed",
            Self::ProjectKeyTaken => "A project with this key already exists",
            Self::ProjectArchived => "This project is archived",
            Self::StatusInUse => "There are still tasks in this status",
            Self::LastOwner => "A team needs at least one owner",
            Self::FixedByConfiguration => "The command line or configuration of this hub decides that",
            Self::Conflict => "This already exists",
            Self::VersionMismatch => "Somebody changed this in the meantime",
            Self::PayloadTooLarge => "The request is too large",
            Self::QuotaExceeded => "Your files would take more room than each person has",
            Self::UploadOffset => "The upload goes on at another place",
            Self::ChecksumMismatch => "What arrived is not what was sent",
            Self::BackupForeign => "This file is not a backup of Hearth",
            Self::BackupDamaged => "This backup is damaged or not whole",
            Self::BackupNewer => "This backup was made by a newer version of Hearth",
            Self::ImportForeign => "This file is not an export of Slack",
            Self::ImportDamaged => "This archive is damaged or not whole",
            Self::UnsupportedMediaType => "The request body must be application/json",
            Self::IdempotencyMismatch => "This Idempotency-Key was used for another request",
            Self::RateLimited => "Too many requests",
            Self::Internal => "Something went wrong inside Hearth",
            Self::Busy => "Hearth is busy, try again in a moment",
            Self::DiskFull => "The disk of this hub is full",
        }
    }
}

/// One field of a request that is not right.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name, dotted where it is inside another.
    pub field: String,
    /// What is wrong with it; reads on after the field's name.
    pub message: String,
}

/// Any failure of an operation.
#[derive(Clone, Debug)]
pub struct AppError {
    /// The reason that clients branch on.
    pub code: Code,
    title: Option<String>,
    errors: Vec<FieldError>,
    current: Option<Value>,
    ticket: Option<Box<str>>,
    retry_after: Option<Duration>,
}

impl AppError {
    /// A failure that its code says all about.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, title: None, errors: Vec::new(), current: None, ticket: None, retry_after: None }
    }

    /// A field of the request that is not right.
    #[must_use]
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// Several fields that are not right.
    #[must_use]
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(Code::Validation) }
    }

    /// `<thing> not found`.
    #[must_use]
    pub fn not_found(thing: &str) -> Self {
        Self { title: Some(format!("{thing} not found")), ..Self::new(Code::NotFound) }
    }

    /// A stale write; `current` is what the thing is now.
    #[must_use]
    pub fn stale(current: &impl Serialize) -> Self {
        Self { current: serde_json::to_value(current).ok(), ..Self::new(Code::VersionMismatch) }
    }

    /// A sign-in that goes on with a code; the ticket stands for the password, which was right.
    #[must_use]
    pub fn code_needed(ticket: String) -> Self {
        Self { ticket: Some(ticket.into()), ..Self::new(Code::CodeNeeded) }
    }

    /// A failure after which the client may try again when this time has passed.
    #[must_use]
    pub fn later(code: Code, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(code) }
    }

    /// A failure of Hearth itself: logged here, told to nobody.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(error = %cause, "internal failure");
        Self::new(Code::Internal)
    }

    /// The whole failure in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.document(None)["error"].as_str().unwrap_or_default().to_owned()
    }

    /// The problem document; `request` is the id of the request that failed.
    #[must_use]
    pub fn document(&self, request: Option<Uuid>) -> Value {
        let title = self.title.clone().unwrap_or_else(|| self.code.title().to_owned());
        let detail = self
            .errors
            .iter()
            .map(|error| format!("{} {}", error.field, error.message).trim().to_owned())
            .collect::<Vec<_>>()
            .join("; ");
        let error = if detail.is_empty() { title.clone() } else { format!("{title}: {detail}") };
        let name = self.code.name();
        let mut document = json!({
            "type": format!("urn:hearth:problem:{name}"),
            "title": title,
            "status": self.code.status().as_u16(),
            "code": name,
            "success": false,
            "error": error,
        });
        if let Some(request) = request {
            document["instance"] = format!("urn:uuid:{request}").into();
        }
        if !detail.is_empty() {
            document["detail"] = detail.into();
            document["errors"] = json!(self.errors);
        }
        if let Some(ticket) = &self.ticket {
            document["ticket"] = ticket.as_ref().into();
        }
        if let Some(current) = &self.current {
            document["current"] = current.clone();
        }
        document
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.title.as_deref().unwrap_or(self.code.title()))
    }
}

impl std::error::Error for AppError {}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.document(None).to_string()));
        *response.status_mut() = self.code.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs_f64().ceil().max(1.0);
            if let Ok(value) = HeaderValue::from_str(&format!("{seconds:.0}")) {
                if self.code == Code::RateLimited {
                    headers.insert(HeaderName::from_static("ratelimit-remaining"), HeaderValue::from_static("0"));
                    headers.insert(HeaderName::from_static("ratelimit-reset"), value.clone());
                }
                headers.insert(header::RETRY_AFTER, value);
            }
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The problem document as clients see it (RFC 9457 with extension members).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:hearth:problem:<code>`.
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    #[schema(nullable = false)]
    detail: Option<String>,
    /// `urn:uuid:<request id>`.
    instance: String,
    code: Code,
    #[schema(nullable = false)]
    errors: Option<Vec<FieldError>>,
    /// On `version_mismatch`: the thing as it is now.
    #[schema(nullable = false, value_type = Object)]
    current: Option<Value>,
    /// On `code_needed`: stands for the password at `/auth/login/code`, for five minutes.
    #[schema(nullable = false)]
    ticket: Option<String>,
    /// Always false.
    success: bool,
    /// Title and detail in one sentence.
    error: String,
}
