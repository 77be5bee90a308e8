//! A team that moves in from Slack.

use crate::{
    files,
    person::{Person, id},
    replica::Replica,
    slack_export::{self, Export, said},
    world::{PATIENCE, World, soon},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// What uploading this archive gives.
pub(crate) async fn upload(actor: &Person, bytes: Vec<u8>) -> crate::answer::Answer {
    let request = actor.request(Method::POST, "/admin/imports/upload?name=acme.zip");
    actor.send(request.header("content-type", "application/zip").body(bytes).timeout(PATIENCE * 2)).await
}

/// An import once nothing is being done with it any more.
pub(crate) async fn settled(actor: &Person, import: &str) -> Value {
    soon("the import to end", async {
        loop {
            let list = actor.get("/admin/imports").await.is(200);
            let found = list.as_array().unwrap().iter().find(|one| one["id"] == import).unwrap().clone();
            if found["progress"].is_null() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}

/// An archive that was uploaded and read.
pub(crate) async fn looked_at(actor: &Person, bytes: Vec<u8>) -> Value {
    let import = upload(actor, bytes).await.is(201);
    settled(actor, &id(&import)).await
}

async fn run(actor: &Person, import: &Value) -> Value {
    actor.post(&format!("/admin/imports/{}/run", id(import)), &json!({})).await.is(200);
    settled(actor, &id(import)).await
}

/// An archive that was brought.
pub(crate) async fn brought(actor: &Person, bytes: Vec<u8>) -> Value {
    let import = looked_at(actor, bytes).await;
    assert_eq!(import["state"], "ready", "{import}");
    let done = run(actor, &import).await;
    assert_eq!((&done["state"], &done["failure"]), (&json!("done"), &Value::Null), "{done}");
    done
}

async fn report(actor: &Person, import: &Value) -> String {
    let answer = actor.get(&format!("/admin/imports/{}/report", id(import))).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    answer.text
}

async fn channel(actor: &Person, name: &str) -> Option<Value> {
    let list = actor.get(&format!("/channels?q={name}")).await.json();
    list["data"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned()
}

async fn messages(actor: &Person, channel: &str) -> Vec<Value> {
    let answer = actor.get(&format!("/channels/{channel}/messages?limit=100")).await.is(200);
    answer["data"].as_array().unwrap().clone()
}

async fn user(actor: &Person, username: &str) -> Option<Value> {
    let bootstrap = actor.bootstrap().await;
    bootstrap["users"].as_array().unwrap().iter().find(|one| one["username"] == username).cloned()
}

fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["body"].as_str().unwrap()).collect()
}

/// A team in whose #general something was said, with a Bob.
async fn team() -> (World, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.say(&ann.general().await, "said here").await;
    (world, ann, bob)
}

#[tokio::test]
async fn an_export_is_counted_first_and_nothing_changes_by_that() {
    let (_world, ann, _bob) = team().await;
    let before = ann.bootstrap().await;
    let import = looked_at(&ann, slack_export::whole()).await;
    let after = ann.bootstrap().await;
    for part in ["users", "channels", "memberships"] {
        assert_eq!(before[part], after[part], "{part}");
    }
    let plan = &import["plan"];
    let counts = &plan["counts"];
    for (what, count) in [
        ("matched", 1),
        ("members", 2),
        ("guests", 1),
        // Fred, Eve, and Otto of another team.
        ("former", 3),
        // Deploy, Sensor and Slackbot.
        ("bots", 3),
        ("publicChannels", 3),
        ("privateChannels", 1),
        ("archivedChannels", 1),
        ("direct", 1),
        ("groups", 1),
        ("replies", 4),
        ("reactions", 4),
        ("files", 1),
        ("fileBytes", 5),
        ("pins", 1),
        ("knownMessages", 0),
    ] {
        assert_eq!(counts[what], count, "{what}: {counts}");
    }
    assert_eq!(counts["firstAt"], "2020-09-13T12:26:40.000Z");
    assert_eq!(plan["matches"], json!([{"from": "U1", "userId": ann.id}]));
    assert_eq!(plan["renamed"], json!([{"from": "general", "to": "general-2"}]));
    let problems: Vec<_> =
        plan["problems"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    for kind in [
        "file_missing",
        "custom_emoji",
        "root_missing",
        "pin_missing",
        "notice",
        "message_empty",
        "message_unreadable",
        "day_unreadable",
        "folder_unknown",
        "conversation_deserted",
        "channel_renamed",
        "person_renamed",
        "role_lowered",
        "entry_unknown",
    ] {
        assert!(problems.contains(&kind), "{kind}: {problems:?}");
    }
    let table = report(&ann, &import).await;
    for row in [
        "custom_emoji,#general,party-parrot,1,",
        "file_missing,#general,gone.pdf https://files.slack.com/F2/gone.pdf,1,",
        "person_renamed,users.json,bob → bob2,1,",
        "entry_unknown,,../../etc/passwd,1,",
    ] {
        assert!(table.contains(row), "{row}\n{table}");
    }
    assert!(!table.contains("xoxe"), "no secret of an address");
}

#[tokio::test]
async fn people_channels_and_what_was_said_come_with_their_own_names_and_times() {
    let (_world, ann, bob) = team().await;
    let done = brought(&ann, slack_export::whole()).await;
    assert_eq!(done["made"]["counts"]["replies"], 4);

    let dora = user(&ann, "dora").await.unwrap();
    assert_eq!(
        (&dora["name"], &dora["role"], &dora["title"]),
        (&json!("Dora Black"), &json!("member"), &json!("Maker"))
    );
    assert_eq!(user(&ann, "gus").await.unwrap()["role"], "guest");
    assert!(user(&ann, "fred").await.unwrap()["deletedAt"].is_string());
    assert_eq!(user(&ann, "deploy").await.unwrap()["bot"], true);
    assert_eq!(user(&ann, "bob2").await.unwrap()["name"], "Bob Slacker");
    // An admin lets her in.
    ann.post(&format!("/users/{}/reset-link", id(&dora)), &json!({})).await.is(201);

    let general = channel(&ann, "general-2").await.unwrap();
    assert_eq!(general["topic"], "All & sundry · Company-wide");
    assert_eq!(general["archivedAt"], Value::Null);
    assert_eq!(general["createdAt"], "2017-07-14T02:40:00.000Z");
    let members: Vec<_> = general["members"].as_array().unwrap().iter().map(|one| one["userId"].clone()).collect();
    assert_eq!(members.len(), 3, "the former one is in no channel");
    let managers = general["members"].as_array().unwrap().iter().filter(|one| one["role"] == "manager").count();
    assert_eq!(managers, 1);
    assert_eq!(general["pinned"], json!([1]));

    let list = messages(&ann, &id(&general)).await;
    let numbers: Vec<_> = list.iter().map(|message| message["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "without holes");
    let first = &list[0];
    assert_eq!(first["body"], "Hello **team** 👋 @ann in #general-2, see [this](https://x.example/a) <3");
    assert_eq!((&first["authorId"], &first["createdAt"]), (&dora["id"], &json!("2020-09-13T12:28:20.000Z")));
    assert_eq!(first["editedAt"], "2020-09-13T12:29:10.000Z");
    let reactions: Vec<_> = first["reactions"].as_array().unwrap().iter().map(|one| one["emoji"].clone()).collect();
    assert_eq!(reactions, [json!("👍🏻"), json!("🎉")]);
    assert_eq!(first["reactions"][1]["userIds"].as_array().unwrap().len(), 1);
    assert_eq!(first["thread"]["replies"], 3);
    let replies = messages(&ann, first["thread"]["id"].as_str().unwrap()).await;
    assert_eq!(bodies(&replies), ["A _reply_", "Seen by all", "a late reply"]);
    assert_eq!(list[1]["body"], "Seen by all");
    assert_eq!(list[1]["twin"]["root"], 1);
    let body = |number: usize| list[number - 1]["body"].as_str().unwrap();
    assert_eq!(body(3), "```\nlet x = *y*;\n```");
    assert_eq!(body(4), "_waves_");
    assert_eq!(body(5), "> **[Passed](https://ci.example/12)**\n> all **good**");
    assert_eq!(list[4]["alias"], json!({"name": "Build 12", "emoji": "🚀"}));
    assert_eq!(body(6), "from nowhere");
    assert_eq!(body(7), "With files\nhttps://docs.example/plan\n[file: gone.pdf]");
    let file = &list[6]["files"][0];
    assert_eq!(file["name"], "notes.txt");
    assert_eq!(files::bytes(&ann, &format!("/files/{}/content", id(file)), 200).await, b"notes");
    assert_eq!(body(8), "from another team");
    assert_eq!((body(9).len() + body(10).len() + 1, body(9).len() <= 16_000), (24_999, true), "in two pieces");
    assert!(list[10]["deletedAt"].is_string(), "what was deleted holds its thread");
    assert_eq!(list[10]["thread"]["replies"], 1);
    assert_eq!(body(12), "to what is not there");
    assert_eq!(list.len(), 12);

    assert!(channel(&ann, "old-stuff").await.unwrap()["archivedAt"].is_string());
    assert_eq!(channel(&ann, "secret").await, None, "private is private");
    assert_eq!(channel(&bob, "gone").await, None);
    let random = id(&channel(&bob, "random").await.unwrap());
    assert_eq!(bodies(&messages(&bob, &random).await), ["I am another bob"]);

    // Conversations between people: ann's with dora, and of three.
    let bootstrap = ann.bootstrap().await;
    let direct: Vec<_> =
        bootstrap["channels"].as_array().unwrap().iter().filter(|one| one["kind"] == "direct").collect();
    assert_eq!(direct.len(), 2);
    let pair = direct.iter().find(|one| one["members"].as_array().unwrap().len() == 2).unwrap();
    assert_eq!(bodies(&messages(&ann, &id(pair)).await), ["between us", "yes"]);
    for membership in bootstrap["memberships"].as_array().unwrap() {
        assert_eq!((&membership["unread"], &membership["mentions"]), (&json!(0), &json!(0)), "{membership}");
        assert_eq!(membership["readNumber"], membership["lastNumber"]);
    }
    let log = ann.get("/admin/audit").await.is(200);
    let acts: Vec<_> = log["entries"].as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
    for act in ["import_uploaded", "import_started", "import_finished"] {
        assert!(acts.contains(&json!(act)), "{act}");
    }
}

#[tokio::test]
async fn the_same_archive_brings_nothing_twice_and_a_later_one_what_is_new() {
    let (_world, ann, _bob) = team().await;
    brought(&ann, slack_export::whole()).await;
    let before = ann.bootstrap().await;
    let general = id(&channel(&ann, "general-2").await.unwrap());
    let list = messages(&ann, &general).await;
    let again = brought(&ann, slack_export::whole()).await;
    assert_eq!(again["made"]["counts"]["messages"], 0);
    assert_eq!(again["made"]["counts"]["replies"], 0);
    assert_eq!(again["made"]["counts"]["knownMessages"].as_u64().unwrap(), 12 - 1 + 4 + 6);
    let after = ann.bootstrap().await;
    for part in ["users", "channels", "memberships"] {
        assert_eq!(before[part], after[part], "{part}");
    }
    assert_eq!(messages(&ann, &general).await, list);

    ann.say(&general, "said after the import").await;
    let later = slack_export::with_everything(slack_export::lists()).json(
        "general/2020-09-20.json",
        &json!([
            said("U2", "1600600000.000100", "later", &json!({})),
            said("U1", "1600600001.000100", "a reply a week later", &json!({"thread_ts": "1600000100.000200"})),
        ]),
    );
    let done = brought(&ann, later.finish()).await;
    assert_eq!((&done["made"]["counts"]["messages"], &done["made"]["counts"]["replies"]), (&json!(1), &json!(1)));
    let list = messages(&ann, &general).await;
    assert_eq!(bodies(&list[12..]), ["said after the import", "later"]);
    assert_eq!(list[0]["thread"]["replies"], 4);
    assert_eq!(ann.membership(&general).await["unread"], 0);
}

#[tokio::test]
async fn an_untouched_channel_of_the_same_name_is_filled() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    brought(&ann, slack_export::whole()).await;
    assert_eq!(ann.general().await, general);
    assert_eq!(messages(&ann, &general).await.len(), 12);
    assert_eq!(ann.membership(&general).await["unread"], 0);
    assert_eq!(channel(&ann, "general-2").await, None);
}

#[tokio::test]
async fn who_have_talked_here_already_get_a_channel_for_what_they_said_there() {
    let (world, ann) = World::new().await;
    let dora = world.join(&ann, "Dora", "member").await;
    let direct = ann.direct(&[&dora]).await;
    ann.say(&direct, "here").await;
    brought(&ann, slack_export::whole()).await;
    assert_eq!(bodies(&messages(&ann, &direct).await), ["here"]);
    let room = channel(&dora, "dm-ann-dora").await.unwrap();
    assert_eq!(room["kind"], "private");
    assert_eq!(bodies(&messages(&dora, &id(&room)).await), ["between us", "yes"]);
}

#[tokio::test]
async fn people_go_on_while_a_large_archive_is_brought_and_it_can_be_stopped_and_gone_on_with() {
    let (_world, ann, bob) = team().await;
    let random = bob.channel("busy", "public", &[&ann]).await;
    let _socket = bob.socket().await;
    let import = looked_at(&ann, slack_export::large(3_000)).await;
    let path = format!("/admin/imports/{}", id(&import));
    ann.post(&format!("{path}/run"), &json!({})).await.is(200);
    ann.post(&format!("{path}/run"), &json!({})).await.refused(503, "busy");
    ann.delete(&path).await.refused(503, "busy");
    let mut sent = 0;
    soon("a part to be brought", async {
        loop {
            bob.say(&random, &format!("meanwhile {sent}")).await;
            sent += 1;
            let list = ann.get("/admin/imports").await.is(200);
            if list[0]["progress"]["messages"].as_u64().unwrap() > 200 {
                return;
            }
        }
    })
    .await;
    ann.post(&format!("{path}/stop"), &json!({})).await.is(200);
    let stopped = settled(&ann, &id(&import)).await;
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    let general = channel(&ann, "general-2").await.unwrap();
    assert!(general["archivedAt"].is_string(), "nobody writes into a past that is being filled");
    let part = stopped["made"]["counts"]["messages"].as_u64().unwrap();
    assert!((200..3_000).contains(&part), "{part}");

    let done = run(&ann, &import).await;
    assert_eq!(done["state"], "done");
    let counts = &done["made"]["counts"];
    assert_eq!(counts["messages"].as_u64().unwrap() + part, 3_000);
    assert_eq!(counts["knownMessages"], part);
    let general = channel(&ann, "general-2").await.unwrap();
    assert_eq!(general["archivedAt"], Value::Null);
    let last = ann.membership(&id(&general)).await["lastNumber"].clone();
    assert_eq!(last, 3_000);
    let page = ann.get(&format!("/channels/{}/messages?around=1500&limit=3", id(&general))).await.is(200);
    assert_eq!(bodies(page["data"].as_array().unwrap()), ["word 1498", "word 1499", "word 1500"]);
    assert_eq!(messages(&bob, &random).await.len(), sent);
    ann.delete(&path).await.is(204);
    assert_eq!(ann.get("/admin/imports").await.is(200), json!([]));
}

#[tokio::test]
async fn applying_what_an_import_tells_gives_what_loading_afresh_gives() {
    let (world, ann, bob) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let general = ann.general().await;
    let dora = world.join(&ann, "Dora", "member").await;
    // An empty conversation of ann and dora is filled while ann looks on.
    ann.direct(&[&dora]).await;
    let mut replicas = Vec::new();
    for person in [&ann, &bob, &gil, &dora] {
        replicas.push(Replica::new(person).await);
    }
    ann.add(&general, &gil).await;
    brought(&ann, slack_export::whole()).await;
    ann.say(&general, "the end").await;
    for replica in &mut replicas {
        replica.catch_up("the end").await;
        let fresh = crate::replica::State::loaded(&replica.person.bootstrap().await);
        assert_eq!(replica.state.channels, fresh.channels, "{}", replica.person.account["name"]);
        assert_eq!(replica.state.places(), fresh.places(), "{}", replica.person.account["name"]);
        assert_eq!(replica.state.users, fresh.users);
    }
}

#[tokio::test]
async fn what_was_brought_is_found_by_those_who_may_read_it() {
    let (_world, ann, bob) = team().await;
    brought(&ann, slack_export::whole()).await;
    for (person, word, count) in [(&bob, "another", 2), (&ann, "sundry", 0), (&bob, "secret", 0), (&ann, "between", 1)]
    {
        let found = soon("the index", async {
            loop {
                let answer = person.get(&format!("/search?q={word}")).await.is(200);
                if answer["data"]["state"] == "current" {
                    return answer["data"]["messages"].as_array().unwrap().len();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        assert_eq!(found, count, "{word}");
    }
}

#[tokio::test]
async fn what_is_no_export_is_refused_and_leaves_nothing_behind() {
    let (world, ann) = World::on_disk().await;
    let whole = slack_export::whole();
    upload(&ann, b"a letter".to_vec()).await.refused(422, "import_foreign");
    upload(&ann, Vec::new()).await.refused(422, "import_foreign");
    upload(&ann, Export::new().bytes("notes.txt", b"x").finish()).await.refused(422, "import_foreign");
    upload(&ann, Export::new().json("users.json", &json!([])).finish()).await.refused(422, "import_foreign");
    upload(&ann, whole[..whole.len() / 2].to_vec()).await.refused(422, "import_damaged");
    let folder = world.config.data.clone().unwrap().join("imports");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    assert_eq!(ann.get("/admin/imports").await.is(200), json!([]));
    let name = "x".repeat(300);
    let request = ann.request(Method::POST, &format!("/admin/imports/upload?name={name}"));
    ann.send(request.body(whole)).await.refused(400, "validation");
    let missing = format!("/admin/imports/{}", uuid::Uuid::now_v7());
    ann.post(&format!("{missing}/run"), &json!({})).await.refused(404, "not_found");
    ann.post(&format!("{missing}/check"), &json!({})).await.refused(404, "not_found");
    ann.get(&format!("{missing}/report")).await.refused(404, "not_found");
    ann.delete(&missing).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_archive_made_to_harm_is_bounded() {
    let (_world, ann) = World::new().await;
    let huge = "x".repeat(1 << 20);
    // A megabyte of a name, of a topic, of an id; what would be hundreds of megabytes; names that are paths.
    let bomb = vec![b' '; 80 << 20];
    let users = json!([
        {"id": "U1", "name": huge, "profile": {"real_name": huge, "title": huge}},
        {"id": huge, "name": "x"},
        {"id": "U2", "name": "../../x", "real_name": "\u{202e}evil\u{0}"},
        {"id": "U3"},
        [1, 2, 3],
        "text",
    ]);
    let export = Export::new()
        .json("users.json", &users)
        .json(
            "channels.json",
            &json!([
                {"id": "C1", "name": "a/../b", "members": ["U2"], "topic": {"value": huge}},
                {"id": "C2", "name": huge, "members": ["U2"]},
                {"id": "C3", "name": "c", "members": "U2"},
            ]),
        )
        .bytes("c/2020-01-01.json", &bomb)
        .json("a/../b/2020-01-01.json", &json!([said("U2", "1600000000.000100", "x", &json!({}))]))
        .bytes("../c/2020-01-02.json", b"[]")
        .json("dms.json", &json!({"a": 1}))
        .bytes(&format!("{}.json", "n".repeat(60_000)), b"[]");
    let done = brought(&ann, export.finish()).await;
    assert_eq!(done["made"]["counts"]["members"], 2, "whoever is a megabyte long does not come: {done}");
    let bootstrap = ann.bootstrap().await;
    for user in bootstrap["users"].as_array().unwrap() {
        assert!(user["name"].as_str().unwrap().chars().count() <= 80);
        assert!(user["username"].as_str().unwrap().len() <= 32, "{user}");
    }
    for channel in bootstrap["channels"].as_array().unwrap() {
        assert!(channel["name"].as_str().unwrap().len() <= 80);
        assert!(channel["topic"].as_str().unwrap().chars().count() <= 250);
    }
    // A list so deep that reading it would overflow, and one that grows without end.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let export = slack_export::lists().bytes("general/2020-01-01.json", deep.as_bytes());
    assert_eq!(looked_at(&ann, export.finish()).await["state"], "ready");
}

#[tokio::test]
async fn only_owners_and_admins_import() {
    let (world, ann) = World::new().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    upload(&bob, slack_export::whole()).await.refused(403, "forbidden");
    bob.get("/admin/imports").await.refused(403, "forbidden");
    let import = looked_at(&cy, slack_export::whole()).await;
    let path = format!("/admin/imports/{}", id(&import));
    for act in ["check", "run", "stop"] {
        bob.post(&format!("{path}/{act}"), &json!({})).await.refused(403, "forbidden");
    }
    bob.get(&format!("{path}/report")).await.refused(403, "forbidden");
    bob.delete(&path).await.refused(403, "forbidden");
    run(&cy, &import).await;
    let token = cy.post("/tokens", &json!({"name": "x", "scopes": ["write"]})).await.is(201);
    let program = cy.with_token(token["token"].as_str().unwrap());
    program.get("/admin/imports").await.refused(403, "forbidden");
}
