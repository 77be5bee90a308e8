//! A client that holds the team by applying events, as "Client state rules" of the API say.

use crate::{person::Person, socket::Socket};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The team as one client knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) hub: Value,
    pub(crate) me: Value,
    pub(crate) users: BTreeMap<String, Value>,
    pub(crate) groups: BTreeMap<String, Value>,
    pub(crate) channels: BTreeMap<String, Value>,
    pub(crate) memberships: BTreeMap<String, Value>,
    /// What the person saved, by channel and number.
    pub(crate) saved: BTreeMap<Place, Value>,
    /// What the person scheduled.
    pub(crate) scheduled: BTreeMap<String, Value>,
    /// What they want to be reminded of.
    pub(crate) reminders: BTreeMap<String, Value>,
    /// What the person began, by conversation and the number of what it replies to.
    pub(crate) drafts: BTreeMap<(String, Option<u64>), Value>,
    pub(crate) alerts: Value,
    pub(crate) sections: Value,
    pub(crate) filters: Value,
    pub(crate) projects: BTreeMap<String, Value>,
    /// The tasks that were told of, as long as the person is told of their project.
    pub(crate) tasks: BTreeMap<String, Value>,
    pub(crate) preferences: Value,
    /// What the person was told of tasks and has not read, by its place.
    pub(crate) news: BTreeMap<u64, Value>,
    pub(crate) project_levels: BTreeMap<String, Value>,
    /// What roots were last told to show.
    pub(crate) roots: BTreeMap<Place, Value>,
    /// The messages that were told of, as long as the person is told of their conversation.
    pub(crate) messages: BTreeMap<Place, Value>,
    /// The channels that threads hang in, by thread.
    homes: BTreeMap<String, String>,
}

/// A conversation and the number of one of its messages.
type Place = (String, u64);

fn place(entry: &Value) -> Place {
    (text(&entry["channelId"]), entry["number"].as_u64().unwrap())
}

fn by(key: &str, list: &Value) -> BTreeMap<String, Value> {
    list.as_array().unwrap().iter().map(|entry| (text(&entry[key]), entry.clone())).collect()
}

fn begun(draft: &Value) -> ((String, Option<u64>), Value) {
    ((text(&draft["channelId"]), draft["root"].as_u64()), draft.clone())
}

fn told(news: &Value) -> (u64, Value) {
    (news["place"].as_u64().unwrap(), news.clone())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl State {
    pub(crate) fn loaded(bootstrap: &Value) -> Self {
        Self {
            hub: bootstrap["hub"].clone(),
            me: bootstrap["me"].clone(),
            users: by("id", &bootstrap["users"]),
            groups: by("id", &bootstrap["groups"]),
            channels: by("id", &bootstrap["channels"]),
            memberships: by("channelId", &bootstrap["memberships"]),
            saved: bootstrap["saved"].as_array().unwrap().iter().map(|saved| (place(saved), saved.clone())).collect(),
            scheduled: by("id", &bootstrap["scheduled"]),
            reminders: by("id", &bootstrap["reminders"]),
            drafts: bootstrap["drafts"].as_array().unwrap().iter().map(begun).collect(),
            alerts: bootstrap["alerts"].clone(),
            sections: bootstrap["sections"].clone(),
            filters: bootstrap["filters"].clone(),
            projects: by("id", &bootstrap["projects"]),
            preferences: bootstrap["preferences"].clone(),
            news: bootstrap["news"].as_array().unwrap().iter().map(told).collect(),
            project_levels: by("projectId", &bootstrap["projectLevels"]),
            ..Self::default()
        }
    }

    /// The memberships that a fresh load tells of: of threads, those that are not read to the end.
    pub(crate) fn places(&self) -> BTreeMap<String, Value> {
        let listed = |place: &Value| place["thread"].is_null() || place["readNumber"] != place["lastNumber"];
        self.memberships
            .iter()
            .filter(|(_, place)| listed(place))
            .map(|(id, place)| (id.clone(), place.clone()))
            .collect()
    }

    pub(crate) fn apply(&mut self, event: &Value) {
        let data = &event["data"];
        if let Some(root) = data.get("root") {
            self.roots.insert(place(root), root["thread"].clone());
            self.homes.insert(text(&root["thread"]["id"]), text(&root["channelId"]));
            if let Some(message) = self.messages.get_mut(&place(root)) {
                message["thread"] = root["thread"].clone();
            }
        }
        match event["name"].as_str().unwrap() {
            "hub.updated" => self.hub = data["hub"].clone(),
            "user.created" | "user.updated" | "user.deleted" => {
                self.users.insert(text(&data["user"]["id"]), data["user"].clone());
            }
            "group.created" | "group.updated" => {
                self.groups.insert(text(&data["group"]["id"]), data["group"].clone());
            }
            "group.deleted" => drop(self.groups.remove(data["groupId"].as_str().unwrap())),
            "account.updated" => self.me = data["account"].clone(),
            // For the page on people, which is not part of what a client holds.
            "person.updated" => {}
            "channel.created" | "channel.updated" | "message.pinned" | "message.unpinned" => {
                self.set_channel(&data["channel"]);
            }
            "member.joined" => self.joined(data),
            "member.updated" => {
                self.set_channel(&data["channel"]);
                if data["member"]["userId"] == self.me["id"]
                    && let Some(own) = self.memberships.get_mut(&text(&data["channel"]["id"]))
                {
                    own["role"] = data["member"]["role"].clone();
                }
            }
            "member.left" => self.left(data),
            // Those who follow a thread count by what follows.
            "message.created" if data.get("root").is_some() => self.hold(&data["message"]),
            "message.created" => {
                self.hold(&data["message"]);
                self.created(&data["message"]);
            }
            "message.updated" => self.hold(&data["message"]),
            "draft.updated" => self.drafts.extend([begun(&data["draft"])]),
            name if ["scheduled", "reminder", "poll"].iter().any(|kind| name.starts_with(kind)) => {
                self.apply_for_later(name, data);
            }
            "alerts.updated" => self.alerts = data["words"].clone(),
            "sections.updated" => self.sections = data["sections"].clone(),
            "filters.updated" => self.filters = data["filters"].clone(),
            "preferences.updated" => self.preferences = data["preferences"].clone(),
            "mentions.updated" => {
                if let Some(own) = self.memberships.get_mut(&text(&data["channelId"])) {
                    own["mentions"] = data["mentions"].clone();
                }
            }
            "membership.updated" => {
                let place = &data["membership"];
                if let Some(own) = self.memberships.get_mut(&text(&place["channelId"])) {
                    own["level"] = place["level"].clone();
                    own["muted"] = place["muted"].clone();
                }
            }
            "membership.created" | "unread.marked" => {
                self.memberships.insert(text(&data["membership"]["channelId"]), data["membership"].clone());
            }
            "messages.imported" => self.imported(data),
            "thread.followed" => self.followed(&data["membership"]),
            "thread.unfollowed" => drop(self.memberships.remove(data["channelId"].as_str().unwrap())),
            "thread.replied" => {
                self.followed(&data["membership"]);
                let mut reply = data.clone();
                reply["channelId"] = data["membership"]["channelId"].clone();
                reply["mentions"] = json!({"everyone": data["everyone"]});
                self.created(&reply);
            }
            "message.deleted" => self.deleted(&data["message"]),
            "read.updated" => {
                if let Some(own) = self.memberships.get_mut(&text(&data["channelId"])) {
                    own["readNumber"] = data["readNumber"].clone();
                    own["unread"] = data["unread"].clone();
                    own["mentions"] = data["mentions"].clone();
                }
            }
            name if ["reaction", "saved"].iter().any(|kind| name.starts_with(kind)) => self.apply_to_marks(name, data),
            name if name.starts_with("news") => self.apply_news(name, data),
            "watch.updated" => {}
            name if ["project", "task"].iter().any(|kind| name.starts_with(kind)) => self.apply_to_tasks(name, data),
            "message.linked" => {
                if let Some(message) = self.messages.get_mut(&place(data)) {
                    message["tasks"] = data["tasks"].clone();
                }
            }
            unknown => panic!("the event {unknown} is not in the contract"),
        }
    }

    fn apply_to_marks(&mut self, name: &str, data: &Value) {
        match name {
            "reaction.added" | "reaction.removed" => {
                if let Some(message) = self.messages.get_mut(&place(data)) {
                    message["reactions"] = data["reactions"].clone();
                    message["reactionsVersion"] = data["reactionsVersion"].clone();
                }
            }
            "saved.added" => {
                self.saved.insert(place(&data["saved"]), data["saved"].clone());
            }
            "saved.removed" => {
                self.saved.remove(&place(data));
            }
            unknown => panic!("the event {unknown} is not in the contract"),
        }
    }

    fn apply_for_later(&mut self, name: &str, data: &Value) {
        match name {
            "scheduled.updated" => {
                self.scheduled.insert(text(&data["scheduled"]["id"]), data["scheduled"].clone());
            }
            "scheduled.removed" | "scheduled.sent" => drop(self.scheduled.remove(data["id"].as_str().unwrap())),
            "reminder.updated" | "reminder.due" => {
                self.reminders.insert(text(&data["reminder"]["id"]), data["reminder"].clone());
            }
            "reminder.removed" => drop(self.reminders.remove(data["id"].as_str().unwrap())),
            "poll.updated" => {
                if let Some(message) = self.messages.get_mut(&place(data)) {
                    message["poll"] = data["poll"].clone();
                }
            }
            // Of anonymous polls, what the person chose: the poll itself tells nobody.
            "poll.answered" => {}
            unknown => panic!("the event {unknown} is not in the contract"),
        }
    }

    fn apply_news(&mut self, name: &str, data: &Value) {
        match name {
            "news.added" => self.news.extend([told(&data["news"])]),
            "news.read" => {
                for place in data["places"].as_array().unwrap() {
                    self.news.remove(&place.as_u64().unwrap());
                }
            }
            "news.level" => {
                let level = &data["projectLevel"];
                let project = text(&level["projectId"]);
                if level["level"] == "watching" {
                    self.project_levels.remove(&project);
                } else {
                    self.project_levels.insert(project, level.clone());
                }
            }
            unknown => panic!("the event {unknown} is not in the contract"),
        }
    }

    fn apply_to_tasks(&mut self, name: &str, data: &Value) {
        match name {
            "project.created" | "project.updated" => {
                self.projects.insert(text(&data["project"]["id"]), data["project"].clone());
            }
            "project.left" | "project.closed" => {
                let id = data["projectId"].as_str().unwrap();
                self.projects.remove(id);
                self.tasks.retain(|_, task| task["projectId"] != id);
            }
            "task.ranked" => {
                for pair in data["ranks"].as_array().unwrap() {
                    for task in self.tasks.values_mut() {
                        if task["projectId"] == data["projectId"] && task["number"] == pair[0] {
                            task["rank"] = pair[1].clone();
                        }
                    }
                }
            }
            _ => {
                self.tasks.insert(text(&data["task"]["id"]), data["task"].clone());
            }
        }
    }

    fn set_channel(&mut self, channel: &Value) {
        self.channels.insert(text(&channel["id"]), channel.clone());
    }

    fn joined(&mut self, data: &Value) {
        self.set_channel(&data["channel"]);
        if data["member"]["userId"] == self.me["id"] {
            let channel = text(&data["channel"]["id"]);
            let membership = json!({
                "channelId": channel,
                "role": data["member"]["role"],
                "readNumber": data["lastNumber"],
                "lastNumber": data["lastNumber"],
                "lastMessageAt": data["lastMessageAt"],
                "unread": 0,
                "joinedAt": data["joinedAt"],
                "mentions": 0,
                "level": null,
                "muted": false,
                "thread": null,
            });
            self.memberships.insert(channel, membership);
        }
    }

    fn left(&mut self, data: &Value) {
        let id = text(&data["channelId"]);
        if let Some(members) = self.channels.get_mut(&id).and_then(|channel| channel["members"].as_array_mut()) {
            members.retain(|member| member["userId"] != data["userId"]);
        }
        if data["userId"] == self.me["id"] {
            self.memberships.remove(&id);
            self.memberships.retain(|_, place| place["thread"]["channelId"] != id.as_str());
            // What is told of it now is not told here any more.
            self.roots.retain(|(channel, _), _| *channel != id);
            let homes = &self.homes;
            self.messages.retain(|(channel, _), _| *homes.get(channel).unwrap_or(channel) != id);
            let private = self.channels.get(&id).is_some_and(|channel| channel["kind"] == "private");
            if private || self.me["role"] == "guest" {
                self.channels.remove(&id);
            }
        }
    }

    fn hold(&mut self, message: &Value) {
        self.messages.insert(place(message), message.clone());
    }

    fn followed(&mut self, membership: &Value) {
        self.memberships.entry(text(&membership["channelId"])).or_insert_with(|| membership.clone());
    }

    /// Counts a new message.
    fn created(&mut self, message: &Value) {
        let Some(own) = self.memberships.get_mut(&text(&message["channelId"])) else { return };
        own["lastNumber"] = message["number"].clone();
        own["lastMessageAt"] = message["createdAt"].clone();
        if message["authorId"] == self.me["id"] {
            own["readNumber"] = message["number"].clone();
            own["unread"] = json!(0);
            own["mentions"] = json!(0);
        } else {
            own["unread"] = json!(own["unread"].as_u64().unwrap() + 1);
            if message["mentions"]["everyone"] == true {
                own["mentions"] = json!(own["mentions"].as_u64().unwrap() + 1);
            }
        }
    }

    /// Messages came from elsewhere: read for who had read to the end, and nobody's unread.
    fn imported(&mut self, data: &Value) {
        let Some(own) = self.memberships.get_mut(&text(&data["channelId"])) else { return };
        own["lastNumber"] = data["to"].clone();
        own["lastMessageAt"] = data["lastMessageAt"].clone();
        if own["readNumber"].as_u64().unwrap() + 1 >= data["from"].as_u64().unwrap() {
            own["readNumber"] = data["to"].clone();
        }
    }

    fn deleted(&mut self, message: &Value) {
        self.hold(message);
        let Some(own) = self.memberships.get_mut(&text(&message["channelId"])) else { return };
        if message["number"].as_u64() > own["readNumber"].as_u64() {
            own["unread"] = json!(own["unread"].as_u64().unwrap() - 1);
        }
    }
}

/// How a client came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Came {
    Replayed,
    /// What it holds was loaded a moment ago.
    Afresh,
}

/// A person's client: connected or away, with what it knows.
pub(crate) struct Replica {
    pub(crate) person: Person,
    pub(crate) state: State,
    cursor: String,
    socket: Option<Socket>,
}

impl Replica {
    pub(crate) async fn new(person: &Person) -> Self {
        let mut replica = Self { person: person.clone(), state: State::default(), cursor: String::new(), socket: None };
        replica.connect().await;
        replica
    }

    /// Goes away without a word.
    pub(crate) fn disconnect(&mut self) {
        self.socket = None;
    }

    /// Comes back: goes on from the cursor, or loads afresh as often as it is told to.
    pub(crate) async fn connect(&mut self) -> Came {
        let mut came = Came::Replayed;
        let mut socket = self.person.connect().await;
        let mut resume = socket.hello(Some(&self.cursor)).await["resume"].take();
        for _ in 0..5 {
            if resume == "replayed" {
                self.socket = Some(socket);
                return came;
            }
            came = Came::Afresh;
            let bootstrap = self.person.bootstrap().await;
            self.state = State::loaded(&bootstrap);
            self.cursor = text(&bootstrap["cursor"]);
            resume = socket.hello(Some(&self.cursor)).await["resume"].take();
        }
        panic!("told to load afresh for ever");
    }

    /// Applies every event up to the message with this body, which was said already.
    pub(crate) async fn catch_up(&mut self, end: &str) {
        loop {
            let Some(socket) = &mut self.socket else {
                match self.connect().await {
                    Came::Replayed => continue,
                    Came::Afresh => return,
                }
            };
            match socket.read().await {
                Ok(frame) if frame["type"] == "event" => {
                    self.state.apply(&frame);
                    self.cursor = text(&frame["cursor"]);
                    if frame["data"]["message"]["body"] == end {
                        return;
                    }
                }
                Ok(_) => {}
                Err(4003) => self.socket = None,
                Err(code) => panic!("closed with {code}"),
            }
        }
    }
}
