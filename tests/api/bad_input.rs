//! Every operation of the API description, as something to send nonsense to.

use crate::{
    answer::Answer,
    files, moving,
    person::{Person, id},
    reminders, scheduled, slack_export,
    threads::thread_of,
    world::{PASSWORD, World},
};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// One operation with everything that is needed to ask it.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) method: Method,
    /// Below `/api/v1`, with `{…}` in it.
    template: String,
    /// The names of what is in braces.
    pub(crate) parts: Vec<String>,
    pub(crate) query: Vec<String>,
    /// The fields of a JSON body with their kinds; `None` where there is no JSON body.
    pub(crate) fields: Option<Vec<Field>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
    /// What it may say, of a word.
    pub(crate) words: Vec<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Text,
    Word,
    Number,
    Truth,
    List,
    /// An object with fields of its own.
    Thing,
}

/// Every operation but the socket.
pub(crate) fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(hearth_server::router::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            if name == "realtime" {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let named = |place: &str| {
                let these = parameters.iter().filter(|parameter| parameter["in"] == place);
                these.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            found.push(Operation {
                name,
                method: method.to_uppercase().parse().unwrap(),
                template: path.strip_prefix("/api/v1").unwrap().to_owned(),
                parts: named("path"),
                query: named("query"),
                fields: fields(&document, &operation["requestBody"]["content"]["application/json"]["schema"]),
            });
        }
    }
    found
}

fn fields(document: &Value, schema: &Value) -> Option<Vec<Field>> {
    let schema = resolved(document, schema);
    let properties = schema["properties"].as_object()?;
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let field = |(name, schema): (&String, &Value)| {
        let schema = resolved(document, schema);
        Field {
            name: name.clone(),
            required: required.contains(&json!(name)),
            kind: kind(&schema),
            words: schema["enum"].as_array().cloned().unwrap_or_default(),
        }
    };
    Some(properties.iter().map(field).collect())
}

/// What a reference or an optional schema stands for.
fn resolved(document: &Value, schema: &Value) -> Value {
    if let Some(place) = schema["$ref"].as_str() {
        return resolved(document, document.pointer(&place[1..]).unwrap());
    }
    for either in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[either].as_array() {
            let some = choices.iter().find(|choice| choice["type"] != "null").unwrap();
            return resolved(document, some);
        }
    }
    schema.clone()
}

fn kind(schema: &Value) -> Kind {
    let is =
        |name: &str| schema["type"] == name || schema["type"].as_array().is_some_and(|all| all.contains(&json!(name)));
    if schema["enum"].is_array() {
        Kind::Word
    } else if is("integer") {
        Kind::Number
    } else if is("boolean") {
        Kind::Truth
    } else if is("array") {
        Kind::List
    } else if is("object") {
        Kind::Thing
    } else {
        assert!(is("string"), "{schema}");
        Kind::Text
    }
}

impl Operation {
    /// A body that fits as far as the description tells, with the required fields only.
    pub(crate) fn body(&self) -> Map<String, Value> {
        let required = self.fields.iter().flatten().filter(|field| field.required);
        required.map(|field| (field.name.clone(), self.sample(field))).collect()
    }

    fn sample(&self, field: &Field) -> Value {
        match (field.name.as_str(), field.kind) {
            ("email", _) if self.name != "login" => json!("sample@example.org"),
            ("password" | "newPassword", _) => json!(PASSWORD),
            ("channelId" | "projectId", _) => json!(uuid::Uuid::nil()),
            ("sendAt" | "editedAt" | "dueAt" | "closesAt" | "statusUntil", _) => json!("2026-11-26T09:00:00Z"),
            ("scopes", _) => json!(["read"]),
            ("topics", _) => json!(["message.created"]),
            ("channelIds", _) => json!([]),
            ("url", _) => json!("http://10.0.0.1/"),
            (_, Kind::Number) => json!(1),
            (_, Kind::Truth) => json!(true),
            (_, Kind::List) => json!([]),
            (_, Kind::Thing) => Value::Null,
            (_, Kind::Word) => {
                let plain =
                    field.words.iter().find(|word| ["public", "off", "mentions"].contains(&word.as_str().unwrap()));
                plain.or(field.words.first()).unwrap().clone()
            }
            (_, Kind::Text) => json!("sample"),
        }
    }

    pub(crate) fn changes(&self) -> bool {
        self.method != Method::GET
    }
}

/// A team with something of every kind in it.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) ann: Person,
    parts: Vec<(&'static str, String)>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let (world, ann) = World::new().await;
        Self::filled(world, ann).await
    }

    pub(crate) async fn on_disk() -> Self {
        let (world, ann) = World::on_disk().await;
        Self::filled(world, ann).await
    }

    async fn filled(world: World, ann: Person) -> Self {
        ann.patch("/admin/settings", &json!({"registration": "open"})).await.is(200);
        let bob = world.join(&ann, "Bob", "member").await;
        let general = ann.general().await;
        ann.say(&general, "hello").await;
        let thread = thread_of(&bob.reply(&general, 1, "hello").await);
        let invite = id(&ann.post("/invites", &json!({})).await.is(201));
        let token = id(&ann.post("/tokens", &json!({"name": "x", "scopes": ["read"]})).await.is(201));
        let token_of_bob = id(&bob.post("/tokens", &json!({"name": "x", "scopes": ["read"]})).await.is(201));
        let session = id(&world.login("ann").await.get("/sessions").await.is(200)[0]);
        let file = id(&files::uploaded(&ann, "notes.txt", b"notes").await);
        let bot = id(&ann.post("/bots", &json!({"name": "Sensor"})).await.is(201));
        let made = ann.post(&format!("/bots/{bot}/tokens"), &json!({"name": "x", "scopes": ["read"]})).await;
        let bot_token = id(&made.is(201));
        let hook = ann.post(&format!("/channels/{general}/hooks"), &json!({"name": "Builds"})).await;
        let hook = id(&hook.is(201));
        let body =
            json!({"name": "x", "url": "http://127.0.0.1:9/", "topics": ["message.deleted"], "channelIds": [general]});
        let outgoing = id(&ann.post("/outgoing", &body).await.is(201));
        let delivery = id(&ann.post(&format!("/outgoing/{outgoing}/test"), &json!({})).await.is(200));
        let command = ann.post("/commands", &json!({"name": "deploy", "url": "http://127.0.0.1:9/"})).await;
        let command = id(&command.is(201));
        let group = id(&ann.post("/groups", &json!({"handle": "design", "name": "Design"})).await.is(201));
        let scheduled = id(&ann.post("/scheduled", &scheduled::far(&general, "hello")).await.is(201));
        let link = world.app().keys.unsubscribe(bob.id.parse().unwrap()).unwrap();
        let reminder = id(&ann.post("/reminders", &reminders::far("hello")).await.is(201));
        let sections = ann.post("/users/me/sections", &json!({"name": "Work"})).await.is(201);
        let section = id(&sections["named"][0]);
        ann.post("/projects", &json!({"key": "OPS", "name": "Operations", "memberIds": [bob.id]})).await.is(201);
        let project = id(&ann.get("/projects/OPS").await.is(200));
        let filter = json!({"projectId": project, "name": "Mine", "path": "list?assignee=me"});
        let filter = id(&ann.post("/users/me/filters", &filter).await.is(201)[0]);
        for title in ["Door", "Window"] {
            ann.post("/projects/OPS/tasks", &json!({"title": title})).await.is(201);
        }
        ann.post("/tasks/OPS-1/checklist", &json!({"text": "Measure"})).await.is(200);
        ann.post("/tasks/OPS-1/comments", &json!({"body": "hello"})).await.is(201);
        ann.post("/users/me/feeds", &json!({})).await.is(201);
        let import = id(&moving::upload(&ann, slack_export::whole()).await.is(201));
        moving::settled(&ann, &import).await;
        let parts = vec![
            ("{importId}", import),
            ("{exportId}", uuid::Uuid::now_v7().to_string()),
            ("/scheduled/{id}", scheduled),
            ("/reminders/{id}", reminder),
            ("{groupId}", group),
            ("{botId}", bot),
            ("{hookId}", hook),
            ("{outgoingId}", outgoing),
            ("{deliveryId}", delivery),
            ("{commandId}", command),
            ("{tokenId}", bot_token),
            ("{sectionId}", section),
            ("{feed}", "mine".to_owned()),
            ("{filterId}", filter),
            ("{project}", "OPS".to_owned()),
            ("{task}", "OPS-1".to_owned()),
            ("{other}", "OPS-2".to_owned()),
            ("{check}", "1".to_owned()),
            ("{job}", "trim_audit".to_owned()),
            ("{kind}", "blocks".to_owned()),
            ("/files/{id}", file),
            ("/invites/{id}", invite),
            ("/tokens/{id}", token),
            ("/sessions/{id}", session),
            ("{sessionId}", token_of_bob),
            ("{id}", bob.id.clone()),
            ("{userId}", bob.id),
            ("{channelId}", general),
            ("{threadId}", thread),
            ("{number}", "1".to_owned()),
            ("{code}", "abcdefghjkmnpqrs".to_owned()),
            ("{token}", link),
            ("{hash}", "0123456789abcdef01234567".to_owned()),
        ];
        Self { world, ann, parts }
    }

    /// The path of an operation; `with` puts something else in the place of one part.
    pub(crate) fn path(&self, operation: &Operation, with: Option<(&str, &str)>) -> String {
        let mut path = operation.template.clone();
        if let Some((part, text)) = with {
            path = path.replace(&format!("{{{part}}}"), text);
        }
        for (part, value) in &self.parts {
            let filled = part.rsplit_once('{').map_or(value.clone(), |(before, _)| format!("{before}{value}"));
            path = path.replace(part, &filled);
        }
        path
    }

    /// Asks as ann, with a body of these bytes.
    pub(crate) async fn ask(&self, operation: &Operation, path: &str, body: Option<Vec<u8>>) -> Answer {
        let request = self.ann.request(operation.method.clone(), path);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        };
        self.ann.send(request).await
    }

    /// Everything that a fresh load shows, and what only admins and the person see.
    pub(crate) async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in [
            "/bootstrap",
            "/invites",
            "/tokens",
            "/bots",
            "/admin/hooks",
            "/outgoing",
            "/commands",
            "/sessions",
            "/admin/settings",
            "/users/me",
        ] {
            all.push(self.ann.get(path).await.is(200));
        }
        all
    }
}

/// A refusal of a client's fault, told as a problem document.
#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} → {} {:.300}", answer.asked, answer.status, answer.text);
    answer.problem();
}
