//! Finding messages, files and people.

use crate::{
    backups,
    files::{picture, send, uploaded},
    person::Person,
    restore::restore,
    world::{World, soon},
};
use reqwest::Url;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

/// Where these questions are asked.
fn address(query: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://hub/search", query).unwrap();
    format!("/search?{}", url.query().unwrap())
}

/// What a question gives once everything that was said can be found.
async fn asked(person: &Person, query: &[(&str, &str)]) -> Value {
    let ask = async {
        loop {
            let answer = person.get(&address(query)).await;
            // While a damaged index is put aside, a question may fail.
            if answer.status < 500 && answer.is(200)["data"]["state"] == "current" {
                return answer.is(200);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon("everything to be found", ask).await
}

/// The messages that a question finds, with marks, in their order.
async fn found(person: &Person, q: &str) -> Vec<String> {
    texts(&asked(person, &[("q", q)]).await["data"]["messages"])
}

fn texts(hits: &Value) -> Vec<String> {
    hits.as_array().unwrap().iter().map(|hit| marked(&hit["snippet"])).collect()
}

fn marked(segments: &Value) -> String {
    let text = |segment: &Value| {
        let text = segment["text"].as_str().unwrap();
        if segment["marked"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    segments.as_array().unwrap().iter().map(text).collect()
}

async fn refused(person: &Person, q: &str) -> String {
    let answer = person.get(&address(&[("q", q)])).await;
    answer.refused(400, "validation")["errors"][0]["field"].as_str().unwrap().to_owned()
}

const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn words_are_found_whole_in_part_and_with_one_slip() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    for body in ["The dashboard is ready", "Crème brûlée for all", "東京都の天気", "Straße 12", "a fine boat"]
    {
        ann.say(&general, body).await;
    }
    assert_eq!(found(&ann, "dashboard").await, ["The [dashboard] is ready"]);
    assert_eq!(found(&ann, "DASH").await, ["The [dash]board is ready"], "a beginning");
    assert_eq!(found(&ann, "hboar").await, ["The das[hboar]d is ready"], "a part");
    assert_eq!(found(&ann, "creme BRULEE").await, ["[Crème] [brûlée] for all"]);
    assert_eq!(found(&ann, "strasse").await, ["[Straße] 12"]);
    assert_eq!(found(&ann, "京都").await, ["東[京都]の天気"]);
    assert_eq!(found(&ann, "天").await, ["東京都の[天]気"]);
    assert_eq!(found(&ann, "気").await, ["東京都の天[気]"]);
    assert_eq!(found(&ann, "京天").await, NOTHING);
    let close = asked(&ann, &[("q", "dashbaord")]).await;
    assert_eq!(
        (texts(&close["data"]["messages"]), &close["data"]["close"]),
        (vec!["The [dashboard] is ready".to_owned()], &json!(true))
    );
    let exact = asked(&ann, &[("q", "boat")]).await;
    assert_eq!(
        (texts(&exact["data"]["messages"]), &exact["data"]["close"]),
        (vec!["a fine [boat]".to_owned()], &json!(false))
    );
    assert_eq!(found(&ann, "dashboard boat").await, NOTHING, "all of the words");
    assert_eq!(found(&ann, "\"fine boat\"").await, ["a [fine boat]"]);
    assert_eq!(found(&ann, "\"boat fine\"").await, NOTHING);
    assert_eq!(found(&ann, "\"dash\"").await, NOTHING, "quoted words are whole");
    assert_eq!(found(&ann, "a -dashboard -boat -brulee -東京").await, NOTHING);
    assert_eq!(found(&ann, "🎉").await, NOTHING);
}

#[tokio::test]
async fn filters_narrow_what_is_found() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (general, den) = (ann.general().await, ann.channel("den", "private", &[&bob]).await);
    let direct = ann.direct(&[&bob]).await;
    ann.say(&general, "plan by ann").await;
    bob.say(&general, "plan by bob, see https://example.org").await;
    bob.say(&den, "plan in the den").await;
    ann.say(&direct, "plan for two").await;
    let file = uploaded(&ann, "Bauplan.png", &picture(9, 9)).await;
    send(&ann, &den, "a plan to look at", &[&file]).await;
    bob.reply(&general, 1, "plan in a thread").await;
    ann.put(&format!("/channels/{general}/messages/2/saved"), &json!({})).await.is(200);
    ann.put(&format!("/channels/{den}/messages/1/pin"), &json!({})).await.is(200);

    let all = ["[plan] in a thread", "a [plan] to look at", "[plan] for two", "[plan] in the den"];
    assert_eq!(found(&ann, "plan").await[..4], all, "the newest first");
    for (q, expected) in [
        ("plan from:@bob in:general", &["[plan] in a thread", "[plan] by bob, see https://example.org"][..]),
        ("plan from:me in:#general", &["[plan] by ann"]),
        ("plan -from:bob in:general", &["[plan] by ann"]),
        ("plan in:direct", &["[plan] for two"]),
        ("plan in:@bob", &["[plan] for two"]),
        ("plan in:den", &["a [plan] to look at", "[plan] in the den"]),
        ("plan in:den -in:den", &[]),
        ("plan has:image", &["a [plan] to look at"]),
        ("plan has:files", &["a [plan] to look at"]),
        ("has:link", &["plan by bob, see https://example.org"]),
        ("plan is:thread", &["[plan] in a thread"]),
        ("is:saved", &["plan by bob, see https://example.org"]),
        ("is:pinned", &["plan in the den"]),
        ("plan is:mine in:den", &["a [plan] to look at"]),
        ("plan before:1990-01-01", &[]),
        ("plan in:den after:yesterday before:2999-01-01", &["a [plan] to look at", "[plan] in the den"]),
        ("bauplan", &["a plan to look at"]),
    ] {
        assert_eq!(found(&ann, q).await, expected, "{q}");
    }
    assert_eq!(found(&bob, "is:saved").await, NOTHING, "what ann saved is hers");
    for (q, field) in [
        ("from:nobody", "from"),
        ("in:nowhere", "in"),
        ("has:horns", "has"),
        ("is:odd", "is"),
        ("before:soon", "before"),
        ("-on:today", "on"),
        ("   ", "q"),
        (&"x".repeat(301), "q"),
    ] {
        assert_eq!(refused(&ann, q).await, field, "{q}");
    }
    for (name, value) in [("limit", "0"), ("limit", "51"), ("before", "x"), ("offset", "9999"), ("sort", "odd")] {
        ann.get(&address(&[("q", "plan"), (name, value)])).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn only_what_one_may_read_is_found_also_after_that_changed() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let (general, den) = (ann.general().await, ann.channel("den", "private", &[&bob]).await);
    ann.say(&general, "secret in general").await;
    ann.say(&den, "secret in the den").await;
    ann.reply(&den, 1, "secret in its thread").await;
    let file = uploaded(&ann, "secret.txt", b"secret").await;
    send(&ann, &den, "", &[&file]).await;
    assert_eq!(found(&bob, "secret").await.len(), 4);
    assert_eq!(found(&gil, "secret").await, NOTHING, "a guest is in neither");
    ann.remove(&den, &bob).await;
    let left = asked(&bob, &[("q", "secret")]).await;
    assert_eq!(texts(&left["data"]["messages"]), ["[secret] in general"]);
    assert_eq!((&left["data"]["count"], &left["data"]["more"]), (&json!(1), &json!(false)), "nor is it counted");
    assert_eq!(asked(&bob, &[("q", "secret"), ("type", "files")]).await["data"]["files"], json!([]));
    assert_eq!(refused(&bob, "in:den").await, "in", "that it exists is not told");
    ann.add(&den, &bob).await;
    assert_eq!(found(&bob, "secret").await.len(), 4);
    ann.add(&den, &gil).await;
    assert_eq!(found(&gil, "secret").await.len(), 3);
}

#[tokio::test]
async fn an_edit_replaces_and_a_deletion_removes() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    ann.say(&general, "first draft").await;
    ann.say(&general, "second draft").await;
    assert_eq!(found(&ann, "draft").await.len(), 2);
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "final version"})).await.is(200);
    assert_eq!(found(&ann, "draft").await, ["second [draft]"]);
    assert_eq!(found(&ann, "version").await, ["final [version]"]);
    ann.delete(&format!("/channels/{general}/messages/2")).await.is(200);
    assert_eq!(found(&ann, "draft").await, NOTHING);
    // What stands in a thread and in its channel is one message.
    let path = format!("/channels/{general}/messages/1/replies");
    ann.post(&path, &json!({"body": "said twice", "alsoToChannel": true})).await.is(201);
    assert_eq!(found(&ann, "twice").await, ["said [twice]"]);
}

#[tokio::test]
async fn results_come_page_by_page_and_the_best_first_where_asked() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    ann.say(&general, "kite kite kite").await;
    for number in 0..24 {
        ann.say(&general, &format!("{number} and a long sentence that happens to have a kite in it")).await;
    }
    for sort in ["newest", "best"] {
        let (mut numbers, mut before) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("q", "kite"), ("sort", sort), ("limit", "10")];
            if !before.is_empty() {
                query.push(("before", &before));
            }
            let page = asked(&ann, &query).await;
            let hits = page["data"]["messages"].as_array().unwrap();
            numbers.extend(hits.iter().map(|hit| hit["number"].as_u64().unwrap()));
            if numbers.len() == 10 {
                assert_eq!(page["data"]["count"], 25);
            }
            if page["pagination"]["hasBefore"] == false {
                break;
            }
            before = page["pagination"]["before"].as_str().unwrap().to_owned();
        }
        if sort == "newest" {
            assert_eq!(numbers, (1..=25).rev().collect::<Vec<_>>());
        } else {
            assert_eq!(numbers[0], 1, "it says nothing else");
            numbers.sort_unstable();
            assert_eq!(numbers, (1..=25).collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn files_are_found_by_their_names_and_people_by_theirs() {
    let (world, ann) = World::new().await;
    world.join(&ann, "Zoë", "member").await;
    let general = ann.general().await;
    let one = uploaded(&ann, "Übersicht 2026.pdf", b"%PDF-1.7\n").await;
    let two = uploaded(&ann, "kite.png", &picture(9, 9)).await;
    send(&ann, &general, "both", &[&one, &two]).await;
    ann.say(&general, "the übersicht is not a file").await;
    let files = asked(&ann, &[("q", "bersicht"), ("type", "files")]).await;
    let hit = &files["data"]["files"][0];
    assert_eq!((&hit["files"][0]["file"], hit["files"].as_array().unwrap().len()), (&one, 1));
    assert_eq!(marked(&hit["files"][0]["name"]), "Ü[bersicht] 2026.pdf");
    assert_eq!(files["data"]["files"].as_array().unwrap().len(), 1);
    assert_eq!(files["data"]["messages"], json!([]));
    let people = asked(&ann, &[("q", "zoe"), ("type", "people")]).await;
    assert_eq!(people["data"]["people"][0]["name"], "Zoë");
    assert_eq!(people["data"]["count"], 1);
}

/// Every file of the index.
fn files_of(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

#[tokio::test]
async fn the_index_goes_on_where_it_was_and_is_made_anew_when_it_is_gone_or_damaged() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    for number in 0..30 {
        ann.say(&general, &format!("kite number {number}")).await;
    }
    ann.reply(&general, 1, "a kite in a thread").await;
    ann.patch(&format!("/channels/{general}/messages/2"), &json!({"body": "no longer"})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/3")).await.is(200);
    let folder = world.config.data.clone().unwrap().join("search");
    let count = async |expected: u64| {
        assert_eq!(asked(&ann, &[("q", "kite")]).await["data"]["count"], expected);
    };
    count(29).await;
    let segments = |folder: &Path| {
        files_of(folder).iter().filter(|path| path.extension().is_some_and(|end| end == "store")).count()
    };
    let before = segments(&folder);
    world.restart().await;
    count(29).await;
    assert_eq!(segments(&folder), before, "nothing was made again");
    ann.say(&general, "one more kite").await;
    count(30).await;

    // Said while the index was away.
    world.stop().await;
    std::fs::remove_dir_all(&folder).unwrap();
    world.start().await.unwrap();
    ann.say(&general, "yet another kite").await;
    count(31).await;

    for damage in ["nothing", "nonsense", "the middle"] {
        world.stop().await;
        for file in files_of(&folder) {
            let length = usize::try_from(std::fs::metadata(&file).unwrap().len()).unwrap();
            let bytes = match damage {
                "nothing" => Vec::new(),
                "nonsense" => vec![b'x'; length],
                // Only what describes the index stays as it was.
                _ if file.extension().is_some_and(|end| end == "json") => continue,
                _ => {
                    let mut bytes = std::fs::read(&file).unwrap();
                    bytes.truncate(length / 2);
                    bytes
                }
            };
            std::fs::write(&file, bytes).unwrap();
        }
        world.start().await.unwrap();
        count(31).await;
    }
    ann.say(&general, "the last kite").await;
    count(32).await;
}

#[tokio::test]
async fn after_a_restore_only_what_was_restored_is_found() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    ann.say(&general, "kite that is kept").await;
    let (_folder, file) = backups::file(&ann).await;
    ann.say(&general, "kite of a future that is given up").await;
    assert_eq!(found(&ann, "kite").await.len(), 2);
    let data = world.config.data.clone().unwrap();
    world.stop().await;
    restore(&file, &data).await.unwrap();
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    assert_eq!(found(&ann, "kite").await, ["[kite] that is kept"]);
    ann.say(&general, "kite of the new future").await;
    assert_eq!(found(&ann, "kite").await, ["[kite] of the new future", "[kite] that is kept"]);
}
