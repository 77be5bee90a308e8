//! API tokens: sessions of programs, which live as long as somebody wants.

use super::{Actor, keys, sessions, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    directory::{Directory, Scope, Session, SessionKind, TokenView},
    error::{AppError, Code},
    ids::{SessionId, UserId},
    journal::Draft,
    permission::Role,
    validate::{self, Checks},
};
use std::collections::BTreeSet;

/// What an API token is to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    pub expires_at: Option<Timestamp>,
}

impl NewToken {
    /// The same, with its bounds checked, and its widest scope.
    pub(super) fn checked(self) -> Result<(Self, Scope), AppError> {
        let mut checks = Checks::default();
        let name = checks.take("name", validate::line(&self.name, 1, 80));
        if self.scopes.is_empty() {
            checks.take::<()>("scopes", Err("is empty".to_owned()));
        }
        if self.expires_at.is_some_and(|end| end <= clock::now()) {
            checks.take::<()>("expiresAt", Err("is in the past".to_owned()));
        }
        checks.finish()?;
        let widest = self.scopes.last().copied().unwrap_or(Scope::Read);
        Ok((Self { name, ..self }, widest))
    }
}

/// Opens an API token for this person. The oldest gives way when there are too many.
pub(super) fn open(draft: &mut Draft<'_>, user: UserId, new: &NewToken, secret: &str, address: &str) -> TokenView {
    sessions::make_room(draft, user, SessionKind::Token);
    let session = Session {
        id: SessionId::generate(),
        user,
        kind: SessionKind::Token,
        name: new.name.clone(),
        address: address.to_owned(),
        secret: Some(keys::hash(secret)),
        generation: 0,
        rotated_at: draft.now,
        scopes: new.scopes.clone(),
        created_at: draft.now,
        last_seen_at: draft.now,
        expires_at: new.expires_at,
    };
    let view = session.token_view();
    store::put_session(draft, session);
    view
}

/// The secret of a new API token.
pub(super) fn secret() -> String {
    format!("{}{}", keys::API_PREFIX, keys::secret())
}

/// Makes an API token; its secret is returned here and never again.
///
/// # Errors
/// `validation`; `forbidden` for a guest or a member who asks for the admin scope, and for bots:
/// admins make theirs.
pub async fn create(app: &App, actor: &Actor, new: NewToken, address: String) -> Result<(TokenView, String), AppError> {
    let (new, widest) = new.checked()?;
    actor.require_scope(widest)?;
    if widest == Scope::Admin && actor.role < Role::Admin {
        return Err(AppError::new(Code::Forbidden));
    }
    let secret = secret();
    let (actor, kept) = (actor.clone(), secret.clone());
    let view = app
        .journal
        .commit(move |draft| {
            let user = actor.still(draft.directory)?.user;
            if draft.directory.active_person(user)?.bot {
                return Err(AppError::new(Code::Forbidden));
            }
            let view = open(draft, user, &new, &kept, &address);
            audit::note(draft, Act::TokenCreated, By::from(&actor), None, &view.name);
            Ok(view)
        })
        .await?;
    Ok((view, secret))
}

/// The actor's API tokens, the newest first.
#[must_use]
pub fn list(directory: &Directory, actor: &Actor) -> Vec<TokenView> {
    of(directory, actor.user)
}

/// The API tokens of this person, the newest first.
pub(super) fn of(directory: &Directory, user: UserId) -> Vec<TokenView> {
    let mut own: Vec<_> = sessions::of(directory, user)
        .filter(|session| session.kind == SessionKind::Token)
        .map(Session::token_view)
        .collect();
    own.sort_by_key(|token| std::cmp::Reverse(token.id));
    own
}
