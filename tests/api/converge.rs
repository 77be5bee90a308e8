//! Applying events gives what loading afresh gives, whatever happened and whoever was away.

use crate::{
    answer::Answer,
    converge_acts::{Act, act},
    drafts,
    person::{Person, id},
    reminders,
    replica::{Replica, State},
    scheduled,
    world::World,
};
use futures_util::future::join_all;
use proptest::{
    prelude::{Strategy, prop, prop_oneof},
    test_runner::{Config, TestRunner},
};
use serde_json::json;

/// What is said: to nobody, to some, to all.
const WORDS: [&str; 10] = [
    "hello",
    "hello @bob",
    "@gil and @dee",
    "@channel",
    "@here",
    "@ann @channel",
    "`@bob`",
    "@bob @gil @ann @here",
    "@design and @dee",
    "bye",
];

/// What happens next: several people act at once, or somebody's client goes away or comes back.
#[derive(Clone, Debug)]
enum Step {
    Together(Vec<(usize, Act)>),
    Away(usize),
    Back(usize),
    Look(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec((0..3_usize, act()), 1..5).prop_map(Step::Together),
        1 => (0..3_usize).prop_map(Step::Away),
        1 => (0..3_usize).prop_map(Step::Back),
        1 => (0..3_usize).prop_map(Step::Look),
    ]
}

struct Scene {
    _world: World,
    /// ann (owner), bob (member), gil (guest), dee (who may be taken out of the team).
    people: [Person; 4],
    replicas: Vec<Replica>,
    /// Known to all three and left alone, so that a moment can be marked in it.
    room: String,
    channels: Vec<String>,
    marks: u32,
}

impl Scene {
    async fn new() -> Self {
        let (world, ann) = World::new().await;
        let bob = world.join(&ann, "Bob", "member").await;
        let gil = world.join(&ann, "Gil", "guest").await;
        let dee = world.join(&ann, "Dee", "member").await;
        let room = ann.channel("room", "private", &[&bob, &gil]).await;
        let zoo = ann.channel("zoo", "public", &[&gil, &dee]).await;
        let channels = vec![ann.general().await, zoo];
        let body = json!({"key": "A1", "name": "First", "memberIds": [bob.id, gil.id]});
        ann.post("/projects", &body).await.is(201);
        for _ in 0..3 {
            ann.post("/projects/A1/tasks", &json!({"title": "A task"})).await.is(201);
        }
        let people = [ann, bob, gil, dee];
        let replicas = join_all(people.iter().take(3).map(Replica::new)).await;
        Self { _world: world, people, replicas, room, channels, marks: 0 }
    }

    async fn perform(&mut self, step: &Step) {
        match step {
            Step::Together(acts) => {
                let made = join_all(acts.iter().map(|(who, act)| self.act(*who, act))).await;
                for channel in made.into_iter().flatten() {
                    if !self.channels.contains(&channel) {
                        self.channels.push(channel);
                    }
                }
            }
            Step::Away(who) => self.replicas[*who].disconnect(),
            Step::Back(who) => {
                self.replicas[*who].connect().await;
            }
            Step::Look(who) => self.look(*who).await,
        }
    }

    /// Has somebody's client see everything that has happened.
    async fn look(&mut self, who: usize) {
        self.marks += 1;
        let mark = format!("mark {}", self.marks);
        self.people[0].say(&self.room, &mark).await;
        self.replicas[who].catch_up(&mark).await;
    }

    /// Tries something. It may be refused, but never by a fault of the server. Gives the id of a
    /// channel that was made.
    async fn act(&self, who: usize, act: &Act) -> Option<String> {
        let me = &self.people[who];
        let named = |channel: &usize| &self.channels[channel % self.channels.len()];
        let path = |channel: &usize| format!("/channels/{}", self.channels[channel % self.channels.len()]);
        let person = |other: &usize| &self.people[other % self.people.len()].id;
        let answer = match act {
            Act::Say(channel, words) => {
                me.post(&format!("{}/messages", path(channel)), &json!({"body": WORDS[*words]})).await
            }
            Act::Level(channel, muted) => {
                let level = if *muted { "nothing" } else { "everything" };
                me.put(&format!("{}/notifications", path(channel)), &json!({"level": level, "muted": muted})).await
            }
            Act::Reply(channel, number, also) => {
                let body = json!({"body": "hello @bob", "alsoToChannel": also});
                me.post(&format!("{}/messages/{number}/replies", path(channel)), &body).await
            }
            Act::Follow(thread, true) => me.put(&format!("/threads/{}/follow", named(thread)), &json!({})).await,
            Act::Follow(thread, false) => me.delete(&format!("/threads/{}/follow", named(thread))).await,
            Act::Edit(channel, number, words) => {
                me.patch(&format!("{}/messages/{number}", path(channel)), &json!({"body": WORDS[*words]})).await
            }
            Act::Delete(channel, number) => me.delete(&format!("{}/messages/{number}", path(channel))).await,
            Act::Read(channel, number) => me.put(&format!("{}/read", path(channel)), &json!({"number": number})).await,
            Act::Unread(channel, number) => {
                me.put(&format!("{}/messages/{number}/unread", path(channel)), &json!({})).await
            }
            Act::React(channel, number, emoji, there) => {
                let emoji = ["👍", "❤️", "👍🏽"][*emoji];
                mark(me, *there, &format!("{}/messages/{number}/reactions/{emoji}", path(channel))).await
            }
            Act::Pin(channel, number, there) => {
                mark(me, *there, &format!("{}/messages/{number}/pin", path(channel))).await
            }
            Act::Save(channel, number, there) => {
                mark(me, *there, &format!("{}/messages/{number}/saved", path(channel))).await
            }
            Act::Create { private, with } => {
                let name = uuid::Uuid::now_v7().to_string();
                let kind = if *private { "private" } else { "public" };
                me.post("/channels", &json!({"name": name, "kind": kind, "memberIds": [person(with)]})).await
            }
            Act::Direct(other) => me.post("/direct", &json!({"userIds": [person(other)]})).await,
            Act::Design(..) => self.design(me, act).await,
            Act::Group => {
                let others: Vec<_> = self.people.iter().map(|person| &person.id).collect();
                me.post("/direct", &json!({"userIds": others})).await
            }
            Act::Convert(channel, name) => {
                me.post(&format!("{}/convert", path(channel)), &json!({"name": format!("group-{name}")})).await
            }
            Act::Rename(channel, name) => me.patch(&path(channel), &json!({"name": format!("name-{name}")})).await,
            Act::Archive(channel, archived) => me.patch(&path(channel), &json!({"archived": archived})).await,
            Act::Join(channel) => me.put(&format!("{}/members/me", path(channel)), &json!({})).await,
            Act::Leave(channel) => me.delete(&format!("{}/members/me", path(channel))).await,
            Act::Add(channel, other) => {
                me.put(&format!("{}/members/{}", path(channel), person(other)), &json!({})).await
            }
            Act::Remove(channel, other) => me.delete(&format!("{}/members/{}", path(channel), person(other))).await,
            Act::Manager(channel, other, manager) => {
                let role = if *manager { "manager" } else { "member" };
                me.patch(&format!("{}/members/{}", path(channel), person(other)), &json!({"role": role})).await
            }
            Act::Profile(number) => me.patch("/users/me", &json!({"title": format!("Title {number}")})).await,
            Act::Settings(number) => me.patch("/admin/settings", &json!({"name": format!("Team {number}")})).await,
            Act::Alerts(some) => {
                let words = if *some { vec!["hello"] } else { Vec::new() };
                me.put("/users/me/alerts", &json!({"words": words})).await
            }
            Act::Sort(channel, section) => {
                let section = ["favourites", "none"][*section];
                me.put(&format!("{}/section", path(channel)), &json!({"section": section})).await
            }
            Act::Preferences(minute) => {
                me.patch("/users/me/notifications", &json!({"quiet": true, "quietFrom": minute})).await
            }
            Act::Begin(channel, _) | Act::Schedule(channel, _) | Act::Remind(channel, _) | Act::Ask(channel, _) => {
                write_later(me, act, named(channel)).await
            }
            Act::Vote(channel, ..) | Act::ClosePoll(channel, _) => write_later(me, act, named(channel)).await,
            Act::Role(other, guest) => {
                let role = if *guest { "guest" } else { "member" };
                me.patch(&format!("/users/{}", person(other)), &json!({"role": role})).await
            }
            Act::Banish => me.delete(&format!("/users/{}", self.people[3].id)).await,
            about_tasks => self.plan(me, about_tasks).await,
        };
        assert!(answer.status < 500, "{act:?} {}", answer.text);
        match (answer.status, act) {
            (201, Act::Create { .. } | Act::Direct(_) | Act::Group) => Some(id(&answer.json()["data"])),
            // A thread is a conversation as well: what is tried in channels is tried in it.
            (201, Act::Reply(..)) => answer.json()["data"]["channelId"].as_str().map(str::to_owned),
            _ => None,
        }
    }

    /// Makes, changes or takes away the group @design.
    async fn design(&self, me: &Person, act: &Act) -> Answer {
        let Act::Design(one, other, gone) = act else { unreachable!("only about groups") };
        let person = |other: &usize| &self.people[other % self.people.len()].id;
        let groups = me.get("/groups").await;
        match groups.json()["data"][0]["id"].as_str() {
            None => {
                let body = json!({"handle": "design", "name": "Design", "memberIds": [person(one)]});
                me.post("/groups", &body).await
            }
            Some(group) if *gone => me.delete(&format!("/groups/{group}")).await,
            Some(group) => {
                let body = json!({"memberIds": [person(one), person(other)]});
                me.patch(&format!("/groups/{group}"), &body).await
            }
        }
    }
}

/// Asks a poll, votes in one or closes it.
async fn poll(me: &Person, act: &Act, channel: &str) -> Answer {
    match act {
        Act::Ask(_, anonymous) => {
            let poll = json!({"options": ["yes", "no", "both"], "several": true, "anonymous": anonymous});
            me.post(&format!("{channel}/messages"), &json!({"body": "Well?", "poll": poll})).await
        }
        Act::Vote(_, number, choices) => {
            let chosen: Vec<_> = (0..3_u8).filter(|choice| choices & (1_u8 << choice) != 0).collect();
            me.put(&format!("{channel}/messages/{number}/poll/vote"), &json!({"choices": chosen})).await
        }
        Act::ClosePoll(_, number) => me.post(&format!("{channel}/messages/{number}/poll/close"), &json!({})).await,
        _ => unreachable!("only about polls"),
    }
}

/// Begins something in a channel, has it sent later, is reminded of it, or asks.
async fn write_later(me: &Person, act: &Act, channel: &str) -> Answer {
    match act {
        // The one past the last empties the draft.
        Act::Begin(_, words) => {
            let body = WORDS.get(*words).copied().unwrap_or_default();
            me.put("/drafts", &drafts::fresh(channel, body)).await
        }
        Act::Schedule(_, words) => me.post("/scheduled", &scheduled::far(channel, WORDS[*words])).await,
        Act::Remind(_, number) => {
            let message = json!({"channelId": channel, "number": number});
            me.post("/reminders", &json!({"message": message, "dueAt": reminders::far("x")["dueAt"]})).await
        }
        _ => poll(me, act, &format!("/channels/{channel}")).await,
    }
}

impl Scene {
    /// Does something about projects and tasks. The projects are called A1 to A4; the first one is there.
    async fn plan(&self, me: &Person, act: &Act) -> Answer {
        let person = |other: &usize| &self.people[other % self.people.len()].id;
        let key = |project: &usize| format!("A{}", project % 4 + 1);
        match act {
            Act::Project { private, with } => {
                let taken = me.bootstrap().await["projects"].as_array().unwrap().len();
                let body =
                    json!({"key": key(&taken), "name": "A project", "public": !private, "memberIds": [person(with)]});
                me.post("/projects", &body).await
            }
            Act::OpenProject(project, public) => {
                me.patch(&format!("/projects/{}", key(project)), &json!({"public": public})).await
            }
            Act::ProjectMember(project, other, true) => {
                me.put(&format!("/projects/{}/members/{}", key(project), person(other)), &json!({})).await
            }
            Act::ProjectMember(project, other, false) => {
                me.delete(&format!("/projects/{}/members/{}", key(project), person(other))).await
            }
            Act::Task(project, source) => {
                let source = source.map(|(channel, number)| {
                    json!({"channelId": self.channels[channel % self.channels.len()], "number": number})
                });
                me.post(&format!("/projects/{}/tasks", key(project)), &json!({"title": "A task", "source": source}))
                    .await
            }
            Act::Assign(project, number, other, there) => {
                let field = if *there { "addAssigneeIds" } else { "removeAssigneeIds" };
                me.patch(&format!("/tasks/{}-{number}", key(project)), &json!({field: [person(other)]})).await
            }
            Act::Move(project, number, status, beside) => {
                let body = json!({"status": status, "after": beside.to_string()});
                me.post(&format!("/tasks/{}-{number}/move", key(project)), &body).await
            }
            Act::DeleteTask(project, number, true) => {
                me.delete(&format!("/tasks/{}-{number}?parts={}", key(project), number % 2 == 0)).await
            }
            Act::Comment(project, number, words) => {
                let body = json!({"body": WORDS[*words]});
                me.post(&format!("/tasks/{}-{number}/comments", key(project)), &body).await
            }
            Act::Part(project, number, parent) => {
                me.patch(&format!("/tasks/{}-{number}", key(project)), &json!({"parent": parent})).await
            }
            Act::Watch(project, number, how) => {
                let watch = ["watching", "off", "muted"][*how];
                me.put(&format!("/tasks/{}-{number}/watch", key(project)), &json!({"watch": watch})).await
            }
            Act::ProjectLevel(project, how) => {
                let level = ["nothing", "mine", "watching"][*how];
                me.put(&format!("/projects/{}/notifications", key(project)), &json!({"level": level})).await
            }
            Act::ReadNews(up_to) => me.put("/news/read", &json!({"upTo": up_to})).await,
            Act::DeleteTask(project, number, false) => {
                me.post(&format!("/tasks/{}-{number}/restore", key(project)), &json!({})).await
            }
            Act::Keep(project, true) => {
                let project = me.get(&format!("/projects/{}", key(project))).await.json()["data"]["id"].clone();
                me.post("/users/me/filters", &json!({"projectId": project, "name": "Mine", "path": "list"})).await
            }
            Act::Keep(_, false) => {
                let kept = me.get("/users/me/filters").await.json()["data"][0]["id"].clone();
                me.delete(&format!("/users/me/filters/{}", kept.as_str().unwrap_or("none"))).await
            }
            Act::Share(project, name) => {
                let filters = json!({"filters": [{"name": format!("Filter {name}"), "path": "board"}]});
                me.put(&format!("/projects/{}/filters", key(project)), &filters).await
            }
            other => panic!("{other:?} is not about tasks"),
        }
    }
}

/// Puts a mark on a message or takes it away.
async fn mark(person: &Person, there: bool, path: &str) -> Answer {
    if there { person.put(path, &json!({})).await } else { person.delete(path).await }
}

/// Plays the steps, lets every client come back, and compares each with a fresh load.
async fn converges(steps: &[Step]) {
    let mut scene = Scene::new().await;
    for step in steps {
        scene.perform(step).await;
    }
    scene.people[0].say(&scene.room, "the end").await;
    for replica in &mut scene.replicas {
        replica.catch_up("the end").await;
        let afresh = State::loaded(&replica.person.bootstrap().await);
        let held = &replica.state;
        let name = &replica.person.account["name"];
        assert_eq!(held.hub, afresh.hub, "{name}: the hub");
        assert_eq!(held.me, afresh.me, "{name}: the own account");
        assert_eq!(held.alerts, afresh.alerts, "{name}: the words to be told of");
        assert_eq!(held.sections, afresh.sections, "{name}: the side bar");
        assert_eq!(held.filters, afresh.filters, "{name}: the filters that they keep");
        assert_eq!(held.groups, afresh.groups, "{name}: the groups");
        assert_eq!(held.preferences, afresh.preferences, "{name}: what they want to be told");
        assert_eq!(held.users, afresh.users, "{name}: the people");
        assert_eq!(held.channels, afresh.channels, "{name}: the channels");
        assert_eq!(held.places(), afresh.places(), "{name}: the memberships");
        assert_eq!(held.saved, afresh.saved, "{name}: what is saved");
        assert_eq!(held.drafts, afresh.drafts, "{name}: what is begun");
        assert_eq!(held.scheduled, afresh.scheduled, "{name}: what is scheduled");
        assert_eq!(held.reminders, afresh.reminders, "{name}: what they are reminded of");
        assert_eq!(held.projects, afresh.projects, "{name}: the projects");
        assert_eq!(held.news, afresh.news, "{name}: what they were told of tasks");
        assert_eq!(held.project_levels, afresh.project_levels, "{name}: of which tasks they want to be told");
        for (task, told) in &held.tasks {
            let fresh = replica.person.get(&format!("/tasks/{task}")).await;
            if told["deletedAt"].is_null() {
                assert_eq!(*told, fresh.is(200)["task"], "{name}: a task");
            } else {
                fresh.refused(404, "not_found");
            }
        }
        for ((channel, number), message) in &held.messages {
            let fresh = replica.person.get(&format!("/channels/{channel}/messages/{number}")).await;
            if fresh.status == 200 {
                assert_eq!(*message, fresh.json()["data"], "{name}: a message");
            }
        }
        for ((channel, number), thread) in &held.roots {
            let root = replica.person.get(&format!("/channels/{channel}/messages/{number}")).await;
            if root.status == 200 {
                assert_eq!(root.json()["data"]["thread"], *thread, "{name}: what hangs on {channel} {number}");
            }
        }
    }
}

#[test]
fn applying_events_gives_what_loading_afresh_gives() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 24, max_shrink_iters: 300, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(), 5..40);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(converges(&steps));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
