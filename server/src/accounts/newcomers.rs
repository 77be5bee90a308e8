//! Adding many people at once, from a table: a line each with a name, an e-mail address or user name, and a role.
//!
//! A dry run says what would come of each line and does nothing. Who is added has no password: the link for the first
//! sign-in, which is shown once, is how they choose one. Each line is a change of its own, so a table that is sent again
//! adds nobody twice.

use super::{
    Actor, keys, resets,
    sign_in::{self, Profile},
};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    chat,
    clock::Timestamp,
    directory::Directory,
    error::{AppError, Code},
    ids::UserId,
    permission::{Action, Relation, Role},
    validate,
};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How many lines a table can have.
const MOST_LINES: usize = 500;
/// How many characters it can have.
const LONGEST: usize = 100_000;

/// What comes of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NewcomerOutcome)]
pub enum Outcome {
    /// They will be added.
    New,
    /// They were added just now.
    Added,
    /// There is somebody of this user name or e-mail address.
    Exists,
    /// The line does not fit.
    Refused,
}

/// A line of the table, and what comes of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewcomerLine)]
pub struct LineView {
    /// Where it stands in the table, from 1.
    pub line: u64,
    pub name: String,
    /// Made from the name where the table has none.
    pub username: String,
    pub email: Option<String>,
    pub role: Role,
    pub outcome: Outcome,
    /// What is wrong with the line.
    pub problem: Option<String>,
    /// Who was added.
    pub user_id: Option<UserId>,
    /// The path on this hub by which they choose their password, `/reset/<code>`. It is shown only here.
    pub url: Option<String>,
    pub expires_at: Option<Timestamp>,
}

/// Whether it is only to be said what would come of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Run {
    Dry,
    Real,
}

/// Adds the people of a table, or says what would come of it.
///
/// # Errors
/// `forbidden`, `rate_limited`, `validation` for what is no table or too large a one. What is wrong with a line is said
/// of the line.
pub async fn add(app: &App, actor: &Actor, csv: &str, run: Run) -> Result<Vec<LineView>, AppError> {
    actor.require(Action::CreatePerson, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let rows = rows(csv)?;
    let mut lines = judge(&app.journal.directory(), actor.role, rows);
    if run == Run::Real {
        for line in lines.iter_mut().filter(|line| line.outcome == Outcome::New) {
            add_one(app, actor, line).await;
        }
    }
    Ok(lines)
}

/// Adds the person of a line.
async fn add_one(app: &App, actor: &Actor, line: &mut LineView) {
    let code = keys::link_code();
    let profile = Profile { name: line.name.clone(), username: Some(line.username.clone()), email: line.email.clone() };
    let (actor, secret, role) = (actor.clone(), code.clone(), line.role);
    let added = app.journal.commit(move |draft| {
        let actor = actor.still(draft.directory)?;
        actor.require(Action::CreatePerson, Relation::NONE)?;
        if role > actor.role {
            return Err(AppError::new(Code::Forbidden));
        }
        let person = sign_in::add_person(draft, &profile, role)?;
        chat::join_general(draft, &person)?;
        let expires_at = resets::open_first(draft, person.id, &secret);
        audit::note(draft, Act::PersonAdded, By::from(&actor), Some(person.id), &person.name);
        Ok((person.id, expires_at))
    });
    match added.await {
        Ok((user, expires_at)) => {
            line.outcome = Outcome::Added;
            line.user_id = Some(user);
            line.url = Some(format!("/reset/{code}"));
            line.expires_at = Some(expires_at);
        }
        Err(refused) => {
            let exists = matches!(refused.code, Code::EmailTaken | Code::UsernameTaken);
            line.outcome = if exists { Outcome::Exists } else { Outcome::Refused };
            line.problem = Some(refused.sentence());
        }
    }
}

/// A line as it was written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Row {
    line: u64,
    name: String,
    username: String,
    email: String,
    role: String,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Column {
    Name,
    Username,
    Email,
    /// A user name, or an e-mail address, which has an @.
    Either,
    Role,
    Other,
}

/// What a heading says of its column.
fn headed(heading: &str) -> Column {
    let plain: String = heading.chars().filter(|letter| letter.is_alphanumeric()).collect();
    match plain.to_lowercase().as_str() {
        "name" | "fullname" | "displayname" => Column::Name,
        "username" | "user" => Column::Username,
        "email" | "mail" | "emailaddress" => Column::Email,
        "login" | "emailorusername" | "usernameoremail" => Column::Either,
        "role" => Column::Role,
        _ => Column::Other,
    }
}

/// The rows of a table with or without headings, with its columns parted by commas, semicolons or tabs.
fn rows(csv: &str) -> Result<Vec<Row>, AppError> {
    if csv.len() > LONGEST {
        return Err(AppError::field("csv", format!("is longer than {LONGEST} bytes")));
    }
    if csv.contains('\0') {
        return Err(AppError::field("csv", "is not text"));
    }
    let text = csv.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |parted: u8| first.bytes().filter(|byte| *byte == parted).count();
    let delimiter = *b",;\t".iter().rev().max_by_key(|parted| count(**parted)).unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns = vec![Column::Name, Column::Either, Column::Role];
    let mut found = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|_| AppError::field("csv", "is not a table"))?;
        if index == 0 && record.iter().any(|heading| headed(heading) == Column::Name) {
            columns = record.iter().map(headed).collect();
            continue;
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        if found.len() == MOST_LINES {
            return Err(AppError::field("csv", format!("has more than {MOST_LINES} people")));
        }
        let mut row = Row { line: record.position().map_or(0, csv::Position::line), ..Row::default() };
        for (column, cell) in columns.iter().zip(record.iter()) {
            let cell = cell.to_owned();
            match column {
                Column::Name => row.name = cell,
                Column::Email => row.email = cell,
                Column::Either if cell.contains('@') => row.email = cell,
                Column::Username | Column::Either => row.username = cell,
                Column::Role => row.role = cell,
                Column::Other => {}
            }
        }
        found.push(row);
    }
    if found.is_empty() {
        return Err(AppError::field("csv", "has nobody in it"));
    }
    Ok(found)
}

/// What would come of each row, with those before it.
fn judge(directory: &Directory, own: Role, rows: Vec<Row>) -> Vec<LineView> {
    let mut names = BTreeSet::new();
    let mut emails = BTreeSet::new();
    rows.into_iter()
        .map(|row| {
            let mut line = LineView {
                line: row.line,
                name: row.name.clone(),
                username: row.username.clone(),
                email: Some(row.email.clone()).filter(|email| !email.is_empty()),
                role: Role::Member,
                outcome: Outcome::Refused,
                problem: None,
                user_id: None,
                url: None,
                expires_at: None,
            };
            match fit(directory, own, &row, (&names, &emails)) {
                Ok((profile, role, outcome)) => {
                    line.name = profile.name;
                    line.username = profile.username.unwrap_or_default();
                    line.email = profile.email;
                    (line.role, line.outcome) = (role, outcome);
                    if outcome == Outcome::New {
                        names.insert(line.username.clone());
                        emails.extend(line.email.clone());
                    }
                }
                Err(problem) => line.problem = Some(problem),
            }
            line
        })
        .collect()
}

/// Who a row is about and whether they are new, or what is wrong with it.
fn fit(
    directory: &Directory,
    own: Role,
    row: &Row,
    (names, emails): (&BTreeSet<String>, &BTreeSet<String>),
) -> Result<(Profile, Role, Outcome), String> {
    let say = |field: &'static str| move |problem: String| format!("{field} {problem}");
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let name = validate::person_name(&row.name).map_err(say("name"))?;
    let username = given(&row.username).map(|name| validate::username(&name).map_err(say("user name"))).transpose()?;
    let email = given(&row.email).map(|email| validate::email(&email).map_err(say("e-mail"))).transpose()?;
    let role = match row.role.to_lowercase().as_str() {
        "" | "member" => Role::Member,
        "guest" => Role::Guest,
        "admin" if own >= Role::Admin => Role::Admin,
        "admin" => return Err("role is above your own".to_owned()),
        "owner" => return Err("role is given to someone who is already in the team".to_owned()),
        _ => return Err("role is not guest, member or admin".to_owned()),
    };
    let taken = |name: &str| directory.is_name(name) || names.contains(name);
    let exists = username.as_deref().is_some_and(taken)
        || email.as_deref().is_some_and(|email| directory.user_with_email(email).is_some() || emails.contains(email));
    let username = username.unwrap_or_else(|| sign_in::username_for(&name, taken));
    let outcome = if exists { Outcome::Exists } else { Outcome::New };
    Ok((Profile { name, username: Some(username), email }, role, outcome))
}

#[cfg(test)]
mod tests {
    use super::{LineView, MOST_LINES, Outcome, judge, rows};
    use crate::{directory::Directory, ids::HubId, permission::Role};

    fn judged(csv: &str) -> Vec<LineView> {
        judge(&Directory::new(HubId::generate()), Role::Admin, rows(csv).unwrap())
    }

    #[test]
    fn a_table_has_headings_or_not_and_its_columns_in_any_order() {
        for csv in [
            "Bob Hale,bob@example.org,guest\nCy,cy.lee",
            "Name;E-mail or user name;Role\r\nBob Hale;bob@example.org;guest\r\n\r\nCy;cy.lee;\r\n",
            "\u{feff}role\temail\tusername\tname\nGuest\tbob@example.org\t\tBob Hale\nmember\t\tcy.lee\tCy",
        ] {
            let lines = judged(csv);
            let told: Vec<_> =
                lines.iter().map(|line| (line.name.as_str(), line.username.as_str(), line.role)).collect();
            assert_eq!(told, [("Bob Hale", "bob.hale", Role::Guest), ("Cy", "cy.lee", Role::Member)], "{csv}");
            assert_eq!(lines[0].email.as_deref(), Some("bob@example.org"));
            assert!(lines.iter().all(|line| line.outcome == Outcome::New && line.problem.is_none()));
        }
    }

    #[test]
    fn two_of_one_name_get_two_user_names_and_two_of_one_address_are_one() {
        let lines = judged("Bob\nBob\nBob,bob2\nAnn,ann@example.org\nAnna,ANN@example.org");
        let told: Vec<_> = lines.iter().map(|line| (line.username.as_str(), line.outcome)).collect();
        let new = Outcome::New;
        let exists = Outcome::Exists;
        assert_eq!(told, [("bob", new), ("bob2", new), ("bob2", exists), ("ann", new), ("anna", exists)]);
    }

    #[test]
    fn what_does_not_fit_is_said_of_the_line() {
        let lines =
            judged("name,login,role\n,x\nBob,b,\nCy,cy@,\nDee,dee,owner\nEve,eve,king\n\"Fay, the third\",fay,ADMIN");
        let problems: Vec<_> = lines.iter().map(|line| (line.line, line.problem.is_some())).collect();
        assert_eq!(problems, [(2, true), (3, true), (4, true), (5, true), (6, true), (7, false)]);
        assert_eq!((lines[5].name.as_str(), lines[5].role), ("Fay, the third", Role::Admin));
    }

    #[test]
    fn a_table_has_an_end() {
        assert!(rows("").is_err() && rows("\n \n").is_err() && rows("name,role\n").is_err());
        assert_eq!(rows(&"Bob\n".repeat(MOST_LINES)).unwrap().len(), MOST_LINES);
        assert!(rows(&"Bob\n".repeat(MOST_LINES + 1)).is_err());
        assert!(rows(&"x".repeat(100_001)).is_err());
    }
}
