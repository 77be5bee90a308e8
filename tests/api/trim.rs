//! Letting go of old events.

use crate::world::World;
use hearth_server::{
    clock,
    database::{key, row_id},
    journal::KEEP_ROWS,
};
use serde_json::json;
use surrealdb::types::{Array, Object, Value};

/// Writes this many events of now from this position on, straight to the database.
async fn fill(world: &World, from: i64, count: i64) {
    let at = clock::now().millis();
    let numbers: Vec<_> = (from..from + count).collect();
    for some in numbers.chunks(5_000) {
        let row = |number: &i64| {
            let mut row = Object::new();
            row.insert("id", row_id("event", vec![key(*number)]));
            row.insert("at", at);
            row.insert("scope", "nobody".to_owned());
            row.insert("body", r#""name":"user.created","data":{"user":{}}}"#.to_owned());
            Value::Object(row)
        };
        let rows = Value::Array(Array::from(some.iter().map(row).collect::<Vec<_>>()));
        let database = world.app().database.handle();
        database.query("INSERT INTO event $rows RETURN NONE").bind(("rows", rows)).await.unwrap().check().unwrap();
    }
}

async fn number(world: &World, sql: &'static str) -> i64 {
    let mut answer = world.app().database.handle().query(sql).await.unwrap();
    let number: Result<Option<i64>, _> = answer.take(0);
    number.unwrap_or_else(|error| panic!("{sql}: {error:?} {:?}", answer.take_errors())).unwrap()
}

async fn rows(world: &World) -> i64 {
    number(world, "RETURN (SELECT count() FROM event GROUP ALL)[0].count").await
}

async fn trim(world: &World) {
    world.app().journal.trim().await.unwrap();
}

/// Makes the events before this one old, and changes nothing else.
async fn age(world: &World, before: i64) {
    let database = world.app().database.handle();
    let query = database.query("UPDATE event:[1]..[$before] SET at = 1000 RETURN NONE");
    query.bind(("before", before)).await.unwrap().check().unwrap();
}

#[tokio::test]
async fn events_that_are_old_and_many_and_read_by_all_go_and_everything_goes_on() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let first = ann.cursor().await;
    let newest = number(&world, "RETURN math::max((SELECT VALUE record::id(id)[0] FROM event))").await;
    fill(&world, newest + 1, KEEP_ROWS + 4_500 - newest).await;
    world.restart().await;
    let last = ann.cursor().await;
    assert_eq!(ann.resume(&first).await.1, "reset", "too far behind");

    trim(&world).await;
    let all = KEEP_ROWS + 4_500;
    assert_eq!(rows(&world).await, all, "what is younger than a week stays");

    age(&world, 3_001).await;
    world.app().database.handle().query("CREATE reader:slow SET position = 1500").await.unwrap().check().unwrap();
    trim(&world).await;
    assert_eq!(rows(&world).await, all - 1_500, "what a reader has not read stays");

    world.app().database.handle().query("DELETE reader:slow").await.unwrap().check().unwrap();
    trim(&world).await;
    assert_eq!(rows(&world).await, all - 2_500, "a step goes when all of it is old");

    age(&world, 8_000).await;
    for _ in 0..2 {
        trim(&world).await;
        assert_eq!(rows(&world).await, KEEP_ROWS, "the newest stay however old");
    }

    world.restart().await;
    assert_eq!(ann.cursor().await, last, "the log goes on from where it was");
    assert_eq!(ann.resume(&first).await.1, "reset");
    ann.say(&general, "hello").await;
    let (mut socket, resume) = ann.resume(&last).await;
    assert_eq!(resume, "replayed");
    assert_eq!(socket.expect("message.created").await["data"]["message"]["number"], json!(1));
}
