//! Outgoing webhooks: what is not taken is kept and tried again, and not for ever.

use crate::{
    outgoing::{deliveries, newest, team, webhook},
    person::id,
    receiver::{Receiver, Says, until, with_programs_here},
    world::World,
};
use hearth_server::{
    clock::{self, Timestamp},
    directory::{Fact, Outgoing},
    outgoing::{ENOUGH, GIVEN_UP_AFTER},
};
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_not_taken_is_tried_again_under_the_same_id() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    receiver.says([Says::Text(503, "text/plain", "not now".to_owned())]);
    ann.say(&general, "one").await;
    let first = receiver.next().await;
    let waits = newest(&ann, &id(&made), "waiting").await;
    assert_eq!((&waits["status"], &waits["answer"]), (&json!(503), &json!("not now")));
    assert!(waits["nextAt"].is_string(), "{waits}");
    until("it to be known that it fails", async || {
        let found = ann.get("/outgoing").await.is(200)[0].clone();
        (found["failingSince"].is_string() && found["waiting"] == 1).then_some(())
    })
    .await;
    // Others do not wait for it.
    ann.say(&general, "two").await;
    assert_eq!(receiver.next().await.json()["data"]["message"]["body"], "two");
    let again = receiver.next().await;
    assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));
    until("both to be taken", async || {
        let found = deliveries(&ann, &id(&made)).await;
        found.iter().all(|delivery| delivery["state"] == "delivered").then_some(())
    })
    .await;
    assert_eq!(ann.get("/outgoing").await.is(200)[0]["failingSince"], Value::Null);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_what_is_over_can_be_sent_again() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    receiver.says([Says::Elsewhere(receiver.url())]);
    let path = format!("/outgoing/{}", id(&made));
    let tested = ann.post(&format!("{path}/test"), &json!({})).await.is(200);
    assert_eq!((&tested["state"], &tested["status"]), (&json!("failed"), &json!(302)));
    let first = receiver.next().await;
    assert!(receiver.is_quiet());
    let again = ann.post(&format!("{path}/deliveries/{}/again", id(&tested)), &json!({})).await.is(200);
    assert_eq!((&again["state"], &again["tries"]), (&json!("delivered"), &json!(2)));
    assert_eq!(receiver.next().await.header("webhook-id"), first.header("webhook-id"));
    let nothing = format!("{path}/deliveries/{}/again", uuid::Uuid::now_v7());
    ann.post(&nothing, &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    receiver.says([Says::status(410)]);
    ann.say(&general, "one").await;
    receiver.next().await;
    let off = until("it to be switched off", async || {
        Some(ann.get("/outgoing").await.is(200)[0].clone()).filter(|found| found["on"] == false)
    })
    .await;
    assert_eq!(off["stopped"], "gone");
    ann.say(&general, "two").await;
    // Switched on again, it hears what is said from then on.
    let on = ann.patch(&format!("/outgoing/{}", id(&made)), &json!({"on": true})).await.is(200);
    assert_eq!((&on["on"], &on["stopped"]), (&json!(true), &Value::Null));
    ann.say(&general, "three").await;
    assert_eq!(receiver.next().await.json()["data"]["message"]["body"], "three");
}

#[tokio::test]
async fn after_days_of_failure_it_is_switched_off_and_its_maker_told() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "admin").await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&bob, &receiver, &general).await;
    // It has failed for three days.
    let outgoing = world.app().journal.directory().outgoing.values().next().unwrap().clone();
    let days = i64::try_from(GIVEN_UP_AFTER.as_millis()).unwrap();
    world
        .within(move |app| async move {
            let failing_since = Some(Timestamp::from_millis(clock::now().millis() - days));
            let outgoing = Outgoing { failing_since, failures: ENOUGH, ..outgoing };
            let failing = app.journal.commit(move |draft| {
                draft.fact(Fact::Outgoing(outgoing.clone()));
                Ok(())
            });
            failing.await.unwrap();
        })
        .await;
    let mut socket = bob.socket().await;
    receiver.says([Says::status(500)]);
    ann.say(&general, "one").await;
    receiver.next().await;
    let told = until("bob to be told", async || {
        let event = socket.until("message.created").await;
        Some(event["data"]["message"].clone()).filter(|message| message["authorId"] == made["botId"])
    })
    .await;
    assert!(told["body"].as_str().unwrap().contains("three days"), "{told}");
    let off = bob.get("/outgoing").await.is(200)[0].clone();
    assert_eq!((&off["on"], &off["stopped"]), (&json!(false), &json!("failing")));
    let audit = ann.get("/admin/audit?act=outgoing_stopped").await.is(200);
    assert_eq!(audit["entries"][0]["target"], made["botId"]);
}

#[tokio::test]
async fn nothing_is_lost_or_told_twice_when_the_hub_stops() {
    let mut world = World::empty_on_disk(with_programs_here()).await;
    let ann = world.set_up().await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    ann.say(&general, "one").await;
    assert_eq!(receiver.next().await.json()["data"]["message"]["body"], "one");
    newest(&ann, &id(&made), "delivered").await;
    // The receiver is away, and the hub stops before it is back.
    let place = receiver.end().await;
    ann.say(&general, "two").await;
    let waits = newest(&ann, &id(&made), "waiting").await;
    assert_eq!(waits["fault"], "no_connection");
    // This may be told before the stop or after it.
    ann.say(&general, "three").await;
    world.stop().await;
    let mut receiver = Receiver::at(place).await;
    world.start().await.unwrap();
    let mut told = Vec::new();
    while told.len() < 2 {
        let came = receiver.next().await;
        let body = came.json()["data"]["message"]["body"].as_str().unwrap().to_owned();
        if body == "two" {
            assert_eq!(came.header("webhook-id"), format!("msg_{}", id(&waits).replace('-', "")));
        }
        told.push(body);
    }
    told.sort();
    assert_eq!(told, ["three", "two"]);
    ann.say(&general, "four").await;
    assert_eq!(receiver.next().await.json()["data"]["message"]["body"], "four");
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn the_log_is_kept_for_programs_as_long_as_there_are_any() {
    let (world, ann) = team().await;
    let general = ann.general().await;
    let receiver = Receiver::new().await;
    let position = async || {
        let mut answer = world.app().database.handle().query("RETURN reader:outgoing.position").await.unwrap();
        answer.take::<Option<i64>>(0).unwrap()
    };
    assert_eq!(position().await, None);
    let first = webhook(&ann, &receiver, &general).await;
    assert!(position().await.is_some());
    let second = webhook(&ann, &receiver, &general).await;
    ann.delete(&format!("/outgoing/{}", id(&first))).await.is(204);
    assert!(position().await.is_some());
    ann.delete(&format!("/outgoing/{}", id(&second))).await.is(204);
    assert_eq!(position().await, None);
}
