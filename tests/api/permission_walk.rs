//! One try at an action, in a situation made for it, and what the permission table says of it.

use crate::{
    answer::Answer,
    drafts,
    person::{Person, id},
    scheduled, socketio,
    world::World,
};
use hearth_server::permission::{Action, Relation, Role, allowed};
use reqwest::Method;
use serde_json::json;

/// How somebody stands to a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    Outside,
    Member,
    Manager,
}

impl Standing {
    pub(crate) const ALL: [Self; 3] = [Self::Outside, Self::Member, Self::Manager];
}

pub(crate) fn word(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

/// The people of the walk: ann owns the team, tom is in every channel, una in none.
pub(crate) struct Cast {
    pub(crate) world: World,
    pub(crate) ann: Person,
    pub(crate) tom: Person,
    pub(crate) una: Person,
    made: u32,
}

impl Cast {
    pub(crate) async fn new() -> Self {
        let (world, ann) = World::with_backups().await;
        let tom = world.join(&ann, "Tom", "member").await;
        let una = world.join(&ann, "Una", "member").await;
        Self { world, ann, tom, una, made: 0 }
    }

    /// A name that nothing has yet.
    pub(crate) fn name(&mut self) -> String {
        self.made += 1;
        format!("name{}", self.made)
    }

    /// Somebody new of this role.
    pub(crate) async fn person(&mut self, role: Role) -> Person {
        let name = self.name();
        let joined_as = if role == Role::Owner { "admin" } else { word(role) };
        let person = self.world.join(&self.ann, &name, joined_as).await;
        if role == Role::Owner {
            self.ann.make(&person, "owner").await;
        }
        person
    }

    /// A new channel in which somebody stands like this, and in which ann said the first message
    /// and the somebody, while they were in it, the second.
    pub(crate) async fn channel(&mut self, kind: &str, actor: &Person, standing: Standing) -> String {
        let name = self.name();
        let channel = self.ann.channel(&name, kind, &[&self.tom, actor]).await;
        self.ann.say(&channel, "said by ann").await;
        actor.say(&channel, "said by the actor").await;
        match standing {
            Standing::Outside => self.ann.remove(&channel, actor).await,
            Standing::Member => {}
            Standing::Manager => {
                let path = format!("/channels/{channel}/members/{}", actor.id);
                self.ann.patch(&path, &json!({"role": "manager"})).await.is(200);
            }
        }
        channel
    }
}

/// Every answer of the API by which this action could be taken in a channel. The message is the
/// actor's own or ann's.
pub(crate) async fn try_in_channel(
    cast: &Cast,
    action: Action,
    actor: &Person,
    channel: &str,
    own: bool,
) -> Vec<Answer> {
    let path = format!("/channels/{channel}");
    let message = format!("{path}/messages/{}", if own { 2 } else { 1 });
    match action {
        Action::ViewChannel => vec![actor.get(&path).await, actor.get(&format!("{path}/members")).await],
        Action::ReadMessages => vec![
            actor.get(&format!("{path}/messages")).await,
            actor.get(&message).await,
            actor.get(&format!("{message}/revisions")).await,
            actor.get(&format!("{path}/pins")).await,
            actor.get(&format!("{message}/thread")).await,
        ],
        Action::JoinChannel => vec![actor.put(&format!("{path}/members/me"), &json!({})).await],
        Action::LeaveChannel => vec![actor.delete(&format!("{path}/members/{}", actor.id)).await],
        Action::EditChannel => vec![actor.patch(&path, &json!({"topic": "Changed"})).await],
        Action::ArchiveChannel => vec![actor.patch(&path, &json!({"archived": true})).await],
        Action::AddMember => vec![actor.put(&format!("{path}/members/{}", cast.una.id), &json!({})).await],
        Action::RemoveMember => vec![actor.delete(&format!("{path}/members/{}", cast.tom.id)).await],
        Action::SetMemberRole => {
            vec![actor.patch(&format!("{path}/members/{}", cast.tom.id), &json!({"role": "manager"})).await]
        }
        Action::SendMessage => vec![
            actor.post(&format!("{path}/messages"), &json!({"body": "hello"})).await,
            actor.post(&format!("{path}/messages/1/replies"), &json!({"body": "hello"})).await,
            actor.post("/scheduled", &scheduled::far(channel, "hello")).await,
            actor.put("/drafts", &drafts::fresh(channel, "hello")).await,
        ],
        Action::EditMessage => vec![actor.patch(&message, &json!({"body": "changed"})).await],
        Action::DeleteMessage => vec![actor.delete(&message).await],
        Action::React => vec![
            actor.put(&format!("{message}/reactions/👍"), &json!({})).await,
            actor.delete(&format!("{message}/reactions/👍")).await,
        ],
        Action::PinMessage => {
            vec![actor.put(&format!("{message}/pin"), &json!({})).await, actor.delete(&format!("{message}/pin")).await]
        }
        Action::SaveMessage => vec![actor.put(&format!("{message}/saved"), &json!({})).await],
        Action::SetLevel => {
            vec![actor.put(&format!("{path}/notifications"), &json!({"level": "nothing", "muted": true})).await]
        }
        Action::MarkUnread => vec![actor.put(&format!("{path}/messages/1/unread"), &json!({})).await],
        Action::ExportChannel => vec![actor.get(&format!("{path}/export")).await],
        Action::ManageHooks => {
            let made = actor.post(&format!("{path}/hooks"), &json!({"name": "Robot"})).await;
            let hook =
                made.json()["data"]["id"].as_str().map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
            let list = actor.get(&format!("{path}/hooks")).await;
            let path = format!("{path}/hooks/{hook}");
            let body = json!({"name": "Told", "url": "http://10.0.0.1/", "topics": ["message.created"], "channelIds": [channel]});
            let told =
                [actor.post("/outgoing", &body).await, actor.get(&format!("/outgoing?channelId={channel}")).await];
            let heard =
                vec![made, list, actor.post(&format!("{path}/rotate"), &json!({})).await, actor.delete(&path).await];
            heard.into_iter().chain(told).collect()
        }
        Action::SortChannel => vec![actor.put(&format!("{path}/section"), &json!({"section": "favourites"})).await],
        Action::FollowThread => {
            let reply = cast.ann.reply(channel, 1, "a reply").await;
            let thread = format!("/threads/{}/follow", reply["channelId"].as_str().unwrap());
            vec![actor.put(&thread, &json!({})).await, actor.delete(&thread).await]
        }
        other => panic!("{other:?} is not about a channel"),
    }
}

/// Every answer by which this action could be taken on a person, or on nothing in particular.
pub(crate) async fn try_in_team(action: Action, actor: &Person, target: &Person, name: &str) -> Vec<Answer> {
    let path = format!("/users/{}", target.id);
    match action {
        Action::ViewPeople => vec![actor.get("/users").await, actor.get(&path).await],
        Action::EditPerson => {
            vec![
                actor.patch(&path, &json!({"title": name})).await,
                actor.put(&path, &json!({"statusText": name})).await,
            ]
        }
        Action::SetRole => {
            let now = target.get("/users/me").await.is(200)["role"].clone();
            vec![actor.patch(&path, &json!({"role": if now == "member" { "guest" } else { "member" }})).await]
        }
        Action::RemovePerson => vec![actor.delete(&path).await],
        Action::CreateResetLink => vec![actor.post(&format!("{path}/reset-link"), &json!({})).await],
        Action::ViewSignIns | Action::EndSignIns | Action::ResetTwoFactor | Action::CreatePerson => {
            try_with_accounts(action, actor, target, name).await
        }
        Action::ManageInvites => {
            let made = actor.post("/invites", &json!({"role": "guest"})).await;
            let revoked = made.json()["data"]["id"].as_str().map(str::to_owned);
            let revoking = match revoked {
                Some(invite) => vec![actor.delete(&format!("/invites/{invite}")).await],
                None => Vec::new(),
            };
            [vec![made, actor.get("/invites").await], revoking].concat()
        }
        Action::ManageBots => try_with_bots(actor, name).await,
        Action::ManageGroups => {
            let made = actor.post("/groups", &json!({"handle": name, "name": name, "memberIds": [target.id]})).await;
            let group =
                made.json()["data"]["id"].as_str().map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
            let path = format!("/groups/{group}");
            vec![made, actor.patch(&path, &json!({"name": "Other"})).await, actor.delete(&path).await]
        }
        Action::ManageSettings => {
            vec![
                actor.get("/admin/settings").await,
                actor.patch("/admin/settings", &json!({"registration": "invite"})).await,
                actor.get("/admin/mail").await,
                actor.patch("/admin/mail", &json!({"address": null})).await,
            ]
        }
        Action::ManageNetwork => {
            vec![actor.get("/admin/network").await, actor.patch("/admin/network", &json!({"interfaces": null})).await]
        }
        Action::ManageBackups => {
            let made = actor.post("/admin/backups", &json!({})).await;
            let Some(backup) = made.json()["data"]["id"].as_str().map(str::to_owned) else {
                let path = format!("/admin/backups/{}", uuid::Uuid::now_v7());
                let others = [
                    actor.delete(&path).await,
                    actor.get(&format!("{path}/file")).await,
                    actor.post(&format!("{path}/check"), &json!({})).await,
                    actor.get("/admin/backup-plan").await,
                    actor.patch("/admin/backup-plan", &json!({"daily": 7})).await,
                    actor.post("/admin/backup-plan/drill", &json!({})).await,
                    actor.post("/admin/backups/upload", &json!({})).await,
                ];
                return [vec![made, actor.get("/admin/backups").await], others.to_vec()].concat();
            };
            let list = crate::backups::ready(actor, &backup).await;
            let path = format!("/admin/backups/{backup}");
            let plan = actor.patch("/admin/backup-plan", &json!({"daily": 7})).await;
            vec![
                made,
                list,
                plan,
                actor.get("/admin/backup-plan").await,
                actor.get(&format!("{path}/file")).await,
                actor.delete(&path).await,
            ]
        }
        // The hub of the walk keeps nothing that could be put in another's place; that is asked after permission.
        Action::RestoreBackup => vec![actor.delete("/admin/restore").await],
        Action::ImportTeam | Action::ExportTeam => try_to_move(action, actor).await,
        Action::SuspendPerson => {
            let path = format!("{path}/suspension");
            vec![actor.put(&path, &json!({})).await, actor.delete(&path).await]
        }
        Action::ViewAudit => vec![actor.get("/admin/audit").await, actor.get("/admin/audit.csv").await],
        Action::ViewOverview => vec![actor.get("/admin/overview").await],
        Action::SendNotification => vec![socketio::try_to_notify(actor, target).await],
        Action::CreateChannel => vec![
            actor.post("/channels", &json!({"name": name, "kind": "public"})).await,
            actor.post("/channels", &json!({"name": format!("{name}-private"), "kind": "private"})).await,
        ],
        Action::CreateProject => {
            let key = name.to_uppercase().replace("NAME", "C");
            vec![actor.post("/projects", &json!({"key": key, "name": name})).await]
        }
        Action::OpenDirect => {
            let request = actor.request(Method::POST, "/direct").json(&json!({"userIds": [target.id]}));
            vec![actor.send(request).await]
        }
        other => panic!("{other:?} is about a channel"),
    }
}

/// Every answer by which accounts are looked after.
async fn try_with_accounts(action: Action, actor: &Person, target: &Person, name: &str) -> Vec<Answer> {
    match action {
        Action::ViewSignIns => {
            vec![
                actor.get("/admin/people").await,
                actor.get(&format!("/admin/people/{}", target.id)).await,
                actor.get("/admin/security").await,
            ]
        }
        Action::EndSignIns => {
            let token = id(&target.post("/tokens", &json!({"name": "x", "scopes": ["read"]})).await.is(201));
            let sessions = format!("/admin/people/{}/sessions", target.id);
            vec![actor.delete(&format!("{sessions}/{token}")).await, actor.delete(&sessions).await]
        }
        Action::ResetTwoFactor => vec![actor.delete(&format!("/admin/people/{}/two-factor", target.id)).await],
        Action::CreatePerson => vec![
            actor.post("/admin/people", &json!({"csv": name, "dryRun": true})).await,
            actor.post("/admin/people", &json!({"csv": name})).await,
        ],
        other => panic!("{other:?} is not about accounts"),
    }
}

/// Every answer by which a team moves in or out, as far as one comes without an archive.
async fn try_to_move(action: Action, actor: &Person) -> Vec<Answer> {
    match action {
        Action::ImportTeam => {
            let path = format!("/admin/imports/{}", uuid::Uuid::now_v7());
            let others = if actor.get("/admin/imports").await.status == 403 {
                vec![
                    actor.post(&format!("{path}/check"), &json!({})).await,
                    actor.post(&format!("{path}/run"), &json!({})).await,
                    actor.post(&format!("{path}/stop"), &json!({})).await,
                    actor.get(&format!("{path}/report")).await,
                    actor.delete(&path).await,
                    actor.post("/admin/imports/upload", &json!({})).await,
                ]
            } else {
                Vec::new()
            };
            [vec![actor.get("/admin/imports").await], others].concat()
        }
        Action::ExportTeam => {
            let list = actor.get("/admin/exports").await;
            let path = format!("/admin/exports/{}", uuid::Uuid::now_v7());
            let others = if list.status == 403 {
                vec![
                    actor.post("/admin/exports", &json!({})).await,
                    actor.get(&format!("{path}/file")).await,
                    actor.delete(&path).await,
                ]
            } else {
                Vec::new()
            };
            [vec![list], others].concat()
        }
        other => panic!("{other:?} is not about moving"),
    }
}

/// Every answer by which bots are managed.
async fn try_with_bots(actor: &Person, name: &str) -> Vec<Answer> {
    let made = actor.post("/bots", &json!({"name": name})).await;
    let bot = made.json()["data"]["id"].as_str().map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    let path = format!("/bots/{bot}");
    let token = actor.post(&format!("{path}/tokens"), &json!({"name": "x", "scopes": ["read"]})).await;
    let token_id = token.json()["data"]["id"].as_str().unwrap_or(&bot).to_owned();
    let ended = actor.delete(&format!("{path}/tokens/{token_id}")).await;
    let picture = actor.request(Method::PUT, &format!("{path}/avatar")).body(crate::files::picture(9, 9));
    let pictured = actor.send(picture).await;
    let hook = match made.status {
        201 => {
            let channel = id(&actor.post("/channels", &json!({"name": name, "kind": "private"})).await.is(201));
            id(&actor.post(&format!("/channels/{channel}/hooks"), &json!({"name": name})).await.is(201))
        }
        _ => bot,
    };
    let hooks = vec![actor.get("/admin/hooks").await, actor.delete(&format!("/admin/hooks/{hook}")).await];
    let everywhere =
        json!({"name": name, "url": "http://10.0.0.1/", "topics": ["message.created"], "everywhere": true});
    let told = actor.post("/outgoing", &everywhere).await;
    let word = format!("c{}", uuid::Uuid::now_v7().simple().to_string().split_off(12));
    let command = actor.post("/commands", &json!({"name": word, "url": "http://10.0.0.1/"})).await;
    let command_id =
        command.json()["data"]["id"].as_str().map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    let path_of_command = format!("/commands/{command_id}");
    let commands = vec![
        told,
        command,
        actor.patch(&path_of_command, &json!({"hint": "x"})).await,
        actor.post(&format!("{path_of_command}/rotate"), &json!({})).await,
        actor.delete(&path_of_command).await,
    ];
    let bots =
        vec![actor.get("/bots").await, made, token, ended, pictured, actor.delete(&format!("{path}/avatar")).await];
    [bots, hooks, commands].concat()
}

/// What the answer has to be in a channel: one may not know of it, may not do it, or may.
pub(crate) fn expected_in_channel(action: Action, role: Role, is: Relation) -> Verdict {
    if !allowed(Action::ViewChannel, role, is) {
        Verdict::NotFound
    } else if allowed(action, role, is) {
        Verdict::Done
    } else {
        Verdict::Forbidden
    }
}

/// What becomes of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Done,
    Forbidden,
    NotFound,
}

impl Verdict {
    pub(crate) fn of(answer: &Answer) -> Self {
        match answer.status {
            200 | 201 | 204 => Self::Done,
            403 => {
                assert_eq!(answer.refused(403, "forbidden")["error"], "Insufficient permissions.");
                Self::Forbidden
            }
            404 => {
                answer.refused(404, "not_found");
                Self::NotFound
            }
            other => panic!("{} → {other} {}", answer.asked, answer.text),
        }
    }
}

/// The id of a channel that every one of these people is in and in which ann can mark a moment.
pub(crate) async fn common_room(cast: &mut Cast, people: &[&Person]) -> String {
    let name = cast.name();
    let ids: Vec<_> = people.iter().map(|person| &person.id).collect();
    let body = json!({"name": name, "kind": "private", "memberIds": ids});
    id(&cast.ann.post("/channels", &body).await.is(201))
}
