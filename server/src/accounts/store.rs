//! The rows of people, sign-ins and invitations. Each function writes a row and the fact that goes
//! with it, so that the directory and the database cannot drift apart.

use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{
        CodeSecret, Directory, DirectoryPolicy, Fact, Invite, LinkPreviews, PasswordRule, Person, Registration, Reset,
        SESSION_IDLE_DAYS, Scope, SecretHash, Session, SessionKind, Settings, TwoFactor, TwoFactorRule,
    },
    ids::{InviteId, SessionId, UserId},
    journal::Draft,
    permission::Role,
};
use serde::{Serialize, de::DeserializeOwned};
use surrealdb::types::{Bytes, RecordId, SurrealValue};
use uuid::Uuid;

/// A word as it is written in JSON, for enums that are stored as text.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The enum value of a stored word.
fn parse<T: DeserializeOwned>(word: &str) -> anyhow::Result<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| anyhow::anyhow!("the database has the unknown word {word:?}"))
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SettingsRow {
    name: String,
    registration: String,
    directory: String,
    password_rule: String,
    link_previews: Option<String>,
    read_receipts: Option<bool>,
    two_factor: Option<String>,
    session_idle_days: Option<i64>,
    session_most_days: Option<i64>,
}

pub(super) fn put_settings(draft: &mut Draft<'_>, settings: Settings) {
    let row = SettingsRow {
        name: settings.name.clone(),
        registration: word(settings.registration),
        directory: word(settings.directory),
        password_rule: word(settings.password_rule),
        link_previews: Some(word(settings.link_previews)),
        read_receipts: settings.read_receipts.then_some(true),
        two_factor: Some(word(settings.two_factor)),
        session_idle_days: Some(i64::from(settings.session_idle_days)),
        session_most_days: settings.session_most_days.map(i64::from),
    };
    draft.put(RecordId::new("settings", "this"), row);
    draft.fact(Fact::Settings(settings));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PersonRow {
    name: String,
    username: String,
    email: Option<String>,
    role: String,
    title: String,
    status_text: String,
    status_emoji: String,
    status_until: Option<i64>,
    time_zone: Option<String>,
    avatar: Option<String>,
    bot: Option<bool>,
    created_at: i64,
    deleted_at: Option<i64>,
    suspended_at: Option<i64>,
    version: i64,
    sees_since: i64,
}

pub(super) fn put_person(draft: &mut Draft<'_>, person: Person) {
    let row = PersonRow {
        name: person.name.clone(),
        username: person.username.clone(),
        email: person.email.clone(),
        role: word(person.role),
        title: person.title.clone(),
        status_text: person.status_text.clone(),
        status_emoji: person.status_emoji.clone(),
        status_until: person.status_until.map(Timestamp::millis),
        time_zone: person.time_zone.clone(),
        avatar: person.avatar.clone(),
        bot: person.bot.then_some(true),
        created_at: person.created_at.millis(),
        deleted_at: person.deleted_at.map(Timestamp::millis),
        suspended_at: person.suspended_at.map(Timestamp::millis),
        version: i64::from(person.version),
        sees_since: person.sees_since,
    };
    draft.put(record("person", person.id.0), row);
    draft.fact(Fact::Person(person));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct CredentialRow {
    password_hash: String,
}

pub(super) fn put_password(draft: &mut Draft<'_>, user: UserId, password_hash: &str) {
    let row = CredentialRow { password_hash: password_hash.to_owned() };
    draft.put(record("credential", user.0), row);
}

pub(super) fn delete_password(draft: &mut Draft<'_>, user: UserId) {
    draft.delete(record("credential", user.0));
}

/// The hash of a person's password.
pub(super) async fn password_hash(database: &Database, user: UserId) -> Result<Option<String>, surrealdb::Error> {
    database.handle().query("RETURN $id.password_hash").bind(("id", record("credential", user.0))).await?.take(0)
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct AvatarRow {
    hash: String,
    image: Bytes,
}

pub(super) fn put_avatar(draft: &mut Draft<'_>, user: UserId, hash: &str, image: Vec<u8>) {
    draft.put(record("avatar", user.0), AvatarRow { hash: hash.to_owned(), image: image.into() });
}

pub(super) fn delete_avatar(draft: &mut Draft<'_>, user: UserId) {
    draft.delete(record("avatar", user.0));
}

/// A person's picture, if it is the one with this hash.
pub(super) async fn avatar(database: &Database, user: UserId, hash: &str) -> Result<Option<Vec<u8>>, surrealdb::Error> {
    let row: Option<AvatarRow> = database
        .handle()
        .query("SELECT hash, image FROM ONLY $id")
        .bind(("id", record("avatar", user.0)))
        .await?
        .take(0)?;
    Ok(row.filter(|row| row.hash == hash).map(|row| row.image.into_inner().to_vec()))
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SessionRow {
    user: Uuid,
    kind: String,
    name: String,
    address: String,
    secret: Option<Bytes>,
    generation: i64,
    rotated_at: i64,
    scopes: Vec<String>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: Option<i64>,
}

pub(super) fn put_session(draft: &mut Draft<'_>, session: Session) {
    let row = SessionRow {
        user: session.user.0,
        kind: word(session.kind),
        name: session.name.clone(),
        address: session.address.clone(),
        secret: session.secret.map(|secret| secret.to_vec().into()),
        generation: i64::from(session.generation),
        rotated_at: session.rotated_at.millis(),
        scopes: session.scopes.iter().map(word).collect(),
        created_at: session.created_at.millis(),
        last_seen_at: session.last_seen_at.millis(),
        expires_at: session.expires_at.map(Timestamp::millis),
    };
    draft.put(record("session", session.id.0), row);
    if session.kind != SessionKind::Token {
        put_seen(draft, session.user, session.last_seen_at);
    }
    draft.fact(Fact::Session(session));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SeenRow {
    at: i64,
}

/// Notes that somebody was here, which outlasts their sign-in.
fn put_seen(draft: &mut Draft<'_>, user: UserId, at: Timestamp) {
    if draft.directory.last_seen(user).is_none_or(|seen| seen < at) {
        draft.put(record("seen", user.0), SeenRow { at: at.millis() });
        draft.fact(Fact::Seen(user, at));
    }
}

pub(super) fn delete_seen(draft: &mut Draft<'_>, user: UserId) {
    draft.delete(record("seen", user.0));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TwoFactorRow {
    secret: Bytes,
    since: i64,
    last_step: i64,
    codes: Vec<Bytes>,
}

pub(super) fn put_two_factor(draft: &mut Draft<'_>, held: TwoFactor) {
    let row = TwoFactorRow {
        secret: held.secret.0.clone().into(),
        since: held.since.millis(),
        last_step: i64::try_from(held.last_step).unwrap_or(i64::MAX),
        codes: held.codes.iter().map(|code| code.to_vec().into()).collect(),
    };
    draft.put(record("two_factor", held.user.0), row);
    draft.fact(Fact::TwoFactor(held));
}

pub(super) fn delete_two_factor(draft: &mut Draft<'_>, user: UserId) {
    draft.delete(record("two_factor", user.0));
    draft.fact(Fact::TwoFactorGone(user));
}

pub(super) fn end_session(draft: &mut Draft<'_>, session: SessionId) {
    draft.delete(record("session", session.0));
    draft.fact(Fact::SessionEnded(session));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct InviteRow {
    code: String,
    role: String,
    label: String,
    max_uses: Option<i64>,
    uses: i64,
    created_by: Uuid,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

pub(super) fn put_invite(draft: &mut Draft<'_>, invite: Invite) {
    let row = InviteRow {
        code: invite.code.clone(),
        role: word(invite.role),
        label: invite.label.clone(),
        max_uses: invite.max_uses.map(i64::from),
        uses: i64::from(invite.uses),
        created_by: invite.created_by.0,
        created_at: invite.created_at.millis(),
        expires_at: invite.expires_at.map(Timestamp::millis),
        revoked_at: invite.revoked_at.map(Timestamp::millis),
    };
    draft.put(record("invite", invite.id.0), row);
    draft.fact(Fact::Invite(invite));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ResetRow {
    secret: Bytes,
    user: Uuid,
    expires_at: i64,
}

fn reset_id(secret: &SecretHash) -> RecordId {
    RecordId::new("reset", secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

pub(super) fn put_reset(draft: &mut Draft<'_>, reset: Reset) {
    let row =
        ResetRow { secret: reset.secret.to_vec().into(), user: reset.user.0, expires_at: reset.expires_at.millis() };
    draft.put(reset_id(&reset.secret), row);
    draft.fact(Fact::Reset(reset));
}

pub(super) fn use_reset(draft: &mut Draft<'_>, secret: SecretHash) {
    draft.delete(reset_id(&secret));
    draft.fact(Fact::ResetUsed(secret));
}

/// Reads people, sign-ins and invitations into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let moment = Timestamp::from_millis;
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    for row in all::<SettingsRow>(database, "SELECT * FROM settings").await? {
        directory.apply(&Fact::Settings(Settings {
            name: row.name,
            registration: parse::<Registration>(&row.registration)?,
            directory: parse::<DirectoryPolicy>(&row.directory)?,
            password_rule: parse::<PasswordRule>(&row.password_rule)?,
            link_previews: row.link_previews.as_deref().map(parse::<LinkPreviews>).transpose()?.unwrap_or_default(),
            read_receipts: row.read_receipts.unwrap_or_default(),
            two_factor: row.two_factor.map_or(Ok(TwoFactorRule::Optional), |word| parse(&word))?,
            session_idle_days: row.session_idle_days.map_or(SESSION_IDLE_DAYS, small),
            session_most_days: row.session_most_days.map(small),
        }));
    }
    for Keyed { key, row } in
        all::<Keyed<PersonRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM person").await?
    {
        directory.apply(&Fact::Person(Person {
            id: UserId(key),
            name: row.name,
            username: row.username,
            email: row.email,
            role: parse::<Role>(&row.role)?,
            title: row.title,
            status_text: row.status_text,
            status_emoji: row.status_emoji,
            status_until: row.status_until.map(Timestamp::from_millis),
            time_zone: row.time_zone,
            avatar: row.avatar,
            bot: row.bot.unwrap_or_default(),
            created_at: moment(row.created_at),
            deleted_at: row.deleted_at.map(moment),
            suspended_at: row.suspended_at.map(moment),
            version: small(row.version),
            sees_since: row.sees_since,
        }));
    }
    for Keyed { key, row } in
        all::<Keyed<SessionRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM session").await?
    {
        let scopes = row.scopes.iter().map(|scope| parse::<Scope>(scope)).collect::<Result<_, _>>()?;
        directory.apply(&Fact::Session(Session {
            id: SessionId(key),
            user: UserId(row.user),
            kind: parse::<SessionKind>(&row.kind)?,
            name: row.name,
            address: row.address,
            secret: row.secret.map(secret_hash).transpose()?,
            generation: small(row.generation),
            rotated_at: moment(row.rotated_at),
            scopes,
            created_at: moment(row.created_at),
            last_seen_at: moment(row.last_seen_at),
            expires_at: row.expires_at.map(moment),
        }));
    }
    for Keyed { key, row } in
        all::<Keyed<InviteRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM invite").await?
    {
        directory.apply(&Fact::Invite(Invite {
            id: InviteId(key),
            code: row.code,
            role: parse::<Role>(&row.role)?,
            label: row.label,
            max_uses: row.max_uses.map(small),
            uses: small(row.uses),
            created_by: UserId(row.created_by),
            created_at: moment(row.created_at),
            expires_at: row.expires_at.map(moment),
            revoked_at: row.revoked_at.map(moment),
        }));
    }
    for row in all::<ResetRow>(database, "SELECT * FROM reset").await? {
        directory.apply(&Fact::Reset(Reset {
            secret: secret_hash(row.secret)?,
            user: UserId(row.user),
            expires_at: moment(row.expires_at),
        }));
    }
    load_proofs(database, directory).await?;
    super::groups::load(database, directory).await
}

/// Reads when people were last here, and their two-factor sign-in.
async fn load_proofs(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    for Keyed { key, row } in
        all::<Keyed<SeenRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM seen").await?
    {
        directory.apply(&Fact::Seen(UserId(key), Timestamp::from_millis(row.at)));
    }
    for Keyed { key, row } in
        all::<Keyed<TwoFactorRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM two_factor").await?
    {
        directory.apply(&Fact::TwoFactor(TwoFactor {
            user: UserId(key),
            secret: CodeSecret(row.secret.into_inner().to_vec()),
            since: Timestamp::from_millis(row.since),
            last_step: u64::try_from(row.last_step).unwrap_or_default(),
            codes: row.codes.into_iter().map(secret_hash).collect::<Result<_, _>>()?,
        }));
    }
    Ok(())
}

fn secret_hash(bytes: Bytes) -> anyhow::Result<SecretHash> {
    bytes.into_inner().as_ref().try_into().map_err(|_| anyhow::anyhow!("a stored secret has a wrong length"))
}
