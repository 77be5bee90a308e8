//! Read marks and exact unread counts.

use crate::{person::Person, world::World};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn mark(person: &Person, channel: &str, number: u64) -> Value {
    person.put(&format!("/channels/{channel}/read"), &json!({"number": number})).await.is(200)
}

#[tokio::test]
async fn a_mark_moves_forward_and_is_told_to_that_person_only() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    for _ in 0..5 {
        ann.say(&general, "hello").await;
    }
    let (mut to_ann, mut to_bob, mut to_bobs_phone) = (ann.socket().await, bob.socket().await, bob.socket().await);
    assert_eq!(bob.membership(&general).await["unread"], 5);
    let marked = mark(&bob, &general, 3).await;
    assert_eq!(marked, json!({"channelId": general, "readNumber": 3, "unread": 2, "mentions": 0}));
    for socket in [&mut to_bob, &mut to_bobs_phone] {
        assert_eq!(socket.expect("read.updated").await["data"], marked);
    }
    assert_eq!(mark(&bob, &general, 1).await, marked, "it never goes back");
    assert_eq!(mark(&bob, &general, 3).await, marked);
    assert_eq!(
        mark(&bob, &general, 4_000_000).await,
        json!({"channelId": general, "readNumber": 5, "unread": 0, "mentions": 0})
    );
    to_bob.expect("read.updated").await;
    ann.say(&general, "done").await;
    assert_eq!(to_bob.events_until_said("done").await, [json!(null); 0]);
    assert_eq!(to_ann.events_until_said("done").await, [json!(null); 0]);
}

#[tokio::test]
async fn ones_own_messages_and_tombstones_are_never_unread() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    for number in 1..=4 {
        ann.say(&general, &format!("message {number}")).await;
    }
    assert_eq!(ann.membership(&general).await["unread"], 0);
    ann.delete(&format!("/channels/{general}/messages/2")).await.is(200);
    assert_eq!(bob.membership(&general).await["unread"], 3);
    mark(&bob, &general, 1).await;
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    assert_eq!(bob.membership(&general).await["unread"], 2, "what was read already does not count twice");
    bob.say(&general, "answer").await;
    let membership = bob.membership(&general).await;
    assert_eq!((&membership["unread"], &membership["readNumber"]), (&json!(0), &json!(5)));
    assert_eq!(ann.membership(&general).await["unread"], 1);
}

async fn unread(person: &Person, channel: &str, number: u64) -> Value {
    person.put(&format!("/channels/{channel}/messages/{number}/unread"), &json!({})).await.is(200)
}

#[tokio::test]
async fn a_message_is_made_unread_again_on_all_of_ones_devices() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    for body in ["one", "two", "@bob three"] {
        ann.say(&general, body).await;
    }
    bob.say(&general, "mine").await;
    ann.say(&general, "five").await;
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    mark(&bob, &general, 5).await;
    to_bob.expect("read.updated").await;
    let marked = unread(&bob, &general, 2).await;
    assert_eq!(marked, json!({"channelId": general, "readNumber": 1, "unread": 3, "mentions": 1}), "not one's own");
    let told = to_bob.expect("unread.marked").await["data"]["membership"].clone();
    assert_eq!(told, bob.membership(&general).await);
    assert_eq!((&told["unread"], &told["readNumber"]), (&json!(3), &json!(1)));
    assert_eq!(unread(&bob, &general, 4).await["readNumber"], 1, "what is unread stays so");
    assert_eq!(mark(&bob, &general, 3).await["unread"], 1, "one's own in between does not count");
    to_bob.expect("read.updated").await;
    bob.delete(&format!("/channels/{general}/messages/4")).await.is(200);
    assert_eq!(bob.membership(&general).await["unread"], 1, "nor when it is gone");
    ann.say(&general, "done").await;
    assert_eq!(bob.membership(&general).await["unread"], 2);
    to_bob.events_until_said("done").await;
    assert_eq!(crate::socket::names(&to_ann.events_until_said("done").await), ["message.deleted"]);
    for number in [0, 7] {
        let path = format!("/channels/{general}/messages/{number}/unread");
        bob.put(&path, &json!({})).await.refused(404, "not_found");
    }
    let den = ann.channel("den", "private", &[]).await;
    ann.say(&den, "secret").await;
    bob.put(&format!("/channels/{den}/messages/1/unread"), &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_direct_message_and_a_reply_are_made_unread_again() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let direct = ann.direct(&[&bob]).await;
    ann.say(&direct, "hello").await;
    let reply = bob.reply(&direct, 1, "yes?").await;
    let thread = reply["channelId"].as_str().unwrap().to_owned();
    bob.say(&direct, "hello yourself").await;
    ann.reply(&direct, 1, "lunch?").await;
    mark(&bob, &thread, 2).await;
    assert_eq!(bob.membership(&thread).await, Value::Null, "a thread that was read is not listed");
    let mut to_bob = bob.socket().await;
    assert_eq!(unread(&bob, &thread, 1).await["unread"], 1);
    let told = to_bob.expect("unread.marked").await["data"]["membership"].clone();
    assert_eq!((&told, &told["thread"]), (&bob.membership(&thread).await, &json!({"channelId": direct, "number": 1})));
    assert_eq!(unread(&bob, &direct, 1).await["unread"], 1);
    world.restart().await;
    assert_eq!(bob.membership(&thread).await["unread"], 1);
    assert_eq!(bob.membership(&direct).await["unread"], 1);
    bob.say(&direct, "again").await;
    assert_eq!(bob.membership(&direct).await["unread"], 0, "who writes has read");
    world.restart().await;
    assert_eq!(bob.membership(&direct).await["unread"], 0);
}

#[tokio::test]
async fn a_mark_that_does_not_fit_is_refused() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    let path = format!("/channels/{general}/read");
    for body in [
        json!({"number": -1}),
        json!({"number": 1.5}),
        json!({"number": "1"}),
        json!({}),
        json!({"number": 4_294_967_296_u64}),
    ] {
        ann.put(&path, &body).await.refused(400, "validation");
    }
}

/// What a person would count by looking.
struct Counted {
    /// Author and whether it is still there, by number.
    messages: Vec<(usize, bool)>,
    read: [u64; 3],
}

impl Counted {
    /// Everything from this number on is unread again, if it was read.
    fn mark_unread(&mut self, person: usize, number: u64) {
        self.read[person] = self.read[person].min(number - 1);
    }

    fn unread(&self, person: usize) -> usize {
        let after = usize::try_from(self.read[person]).unwrap();
        self.messages.iter().skip(after).filter(|(author, there)| *author != person && *there).count()
    }
}

#[tokio::test]
async fn unread_counts_are_exact_after_anything_and_after_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let people = [ann, bob, cy];
    let general = people[0].general().await;
    let mut counted = Counted { messages: Vec::new(), read: [0; 3] };
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..150 {
        let who = random.random_range(0..3);
        let last = u64::try_from(counted.messages.len()).unwrap();
        match random.random_range(0..10) {
            0..6 => {
                people[who].say(&general, "hello").await;
                counted.messages.push((who, true));
                counted.read[who] = last + 1;
            }
            6..8 if last > 0 => {
                let number = random.random_range(1..=last);
                let path = format!("/channels/{general}/messages/{number}");
                people[0].delete(&path).await.is(200);
                counted.messages[usize::try_from(number).unwrap() - 1].1 = false;
            }
            8 if last > 0 => {
                let number = random.random_range(1..=last);
                unread(&people[who], &general, number).await;
                counted.mark_unread(who, number);
            }
            _ => {
                let number = random.random_range(0..=last + 2);
                mark(&people[who], &general, number).await;
                counted.read[who] = counted.read[who].max(number.min(last));
            }
        }
    }
    let expected: BTreeMap<_, _> = (0..3).map(|person| (person, counted.unread(person))).collect();
    for round in ["live", "after a restart"] {
        for (person, unread) in &expected {
            let membership = people[*person].membership(&general).await;
            assert_eq!(membership["unread"], *unread, "{round}, person {person}");
            assert_eq!(membership["lastNumber"], counted.messages.len());
            assert_eq!(membership["readNumber"], counted.read[*person]);
        }
        if round == "live" {
            world.restart().await;
        }
    }
}
