//! The whole permission table, asked through the API and the socket.

use crate::{
    permission_projects::about_a_project,
    permission_walk::{Cast, Standing, Verdict, common_room, expected_in_channel, try_in_channel, try_in_team, word},
    socket::names,
    world::World,
};
use hearth_server::permission::{Action, Relation, Role, TABLE, allowed};
use serde_json::json;

fn about_a_channel(action: Action) -> bool {
    !matches!(
        action,
        Action::ViewPeople
            | Action::EditPerson
            | Action::SetRole
            | Action::RemovePerson
            | Action::CreateResetLink
            | Action::ViewSignIns
            | Action::EndSignIns
            | Action::ResetTwoFactor
            | Action::CreatePerson
            | Action::ManageInvites
            | Action::ManageBots
            | Action::ManageGroups
            | Action::ManageSettings
            | Action::ManageNetwork
            | Action::ManageBackups
            | Action::RestoreBackup
            | Action::ImportTeam
            | Action::ExportTeam
            | Action::SuspendPerson
            | Action::ViewAudit
            | Action::ViewOverview
            | Action::CreateChannel
            | Action::OpenDirect
            | Action::CreateProject
            | Action::SendNotification
    ) && !about_a_project(action)
}

fn relation(kind: &str, standing: Standing, own: bool) -> Relation {
    Relation {
        own,
        member: standing != Standing::Outside,
        manager: standing == Standing::Manager,
        public: kind == "public",
        ..Relation::NONE
    }
}

#[test]
fn every_action_has_one_row() {
    assert_eq!(TABLE.len(), 56);
    for (number, (action, _)) in TABLE.iter().enumerate() {
        assert_eq!(TABLE.iter().position(|(other, _)| other == action), Some(number), "{action:?}");
    }
}

#[tokio::test]
async fn in_channels_everyone_may_do_what_the_table_says_and_nothing_else() {
    let mut cast = Cast::new().await;
    let mut tried = 0;
    for role in Role::ALL {
        let actor = cast.person(role).await;
        for (action, _) in TABLE.iter().filter(|(action, _)| about_a_channel(*action)) {
            for kind in ["public", "private"] {
                for standing in Standing::ALL {
                    if *action == Action::JoinChannel && standing != Standing::Outside {
                        continue;
                    }
                    let messages = matches!(action, Action::EditMessage | Action::DeleteMessage | Action::ReadMessages);
                    for own in [false, true].into_iter().take(if messages { 2 } else { 1 }) {
                        let channel = cast.channel(kind, &actor, standing).await;
                        let expected = expected_in_channel(*action, role, relation(kind, standing, own));
                        for answer in try_in_channel(&cast, *action, &actor, &channel, own).await {
                            let found = Verdict::of(&answer);
                            assert_eq!(
                                found, expected,
                                "{role:?} {action:?} {kind} {standing:?} own={own}: {}",
                                answer.text
                            );
                            tried += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 350, "{tried}");
}

#[tokio::test]
async fn in_the_team_everyone_may_do_what_the_table_says_and_nothing_else() {
    let mut cast = Cast::new().await;
    for role in Role::ALL {
        for target_role in Role::ALL {
            let actor = cast.person(role).await;
            let other = cast.person(target_role).await;
            let targets =
                if role == target_role { vec![(&other, false), (&actor, true)] } else { vec![(&other, false)] };
            for (target, own) in targets {
                let is = Relation { own, outranks: !own && role > target_role, ..Relation::NONE };
                for (action, _) in TABLE
                    .iter()
                    .filter(|(action, _)| {
                        !about_a_channel(*action) && !about_a_project(*action) && *action != Action::RemovePerson
                    })
                    // Nobody suspends themselves or goes around their own password, whatever they may do to others.
                    .filter(|(action, _)| !(own && matches!(action, Action::SuspendPerson | Action::ResetTwoFactor)))
                {
                    let edits = *action != Action::SetRole || allowed(Action::EditPerson, role, is);
                    let expected = if allowed(*action, role, is) && edits { Verdict::Done } else { Verdict::Forbidden };
                    let name = cast.name();
                    for answer in try_in_team(*action, &actor, target, &name).await {
                        let found = Verdict::of(&answer);
                        assert_eq!(found, expected, "{role:?} {action:?} {target_role:?} own={own}: {}", answer.text);
                    }
                    if *action == Action::SetRole && expected == Verdict::Done {
                        cast.ann.make(target, word(target_role)).await;
                    }
                }
                let expected = if allowed(Action::RemovePerson, role, is) { Verdict::Done } else { Verdict::Forbidden };
                let answer = &try_in_team(Action::RemovePerson, &actor, target, "").await[0];
                assert_eq!(Verdict::of(answer), expected, "{role:?} removes {target_role:?} own={own}");
            }
        }
    }
}

#[tokio::test]
async fn sockets_and_replay_tell_of_a_channel_what_the_table_says() {
    let mut cast = Cast::new().await;
    for role in Role::ALL {
        let actor = cast.person(role).await;
        let room = common_room(&mut cast, &[&actor]).await;
        for kind in ["public", "private"] {
            for standing in Standing::ALL {
                let channel = cast.channel(kind, &actor, standing).await;
                let is = relation(kind, standing, false);
                let cursor = actor.cursor().await;
                let (mut live, resume) = actor.resume(&cursor).await;
                assert_eq!(resume, "replayed");
                cast.ann.patch(&format!("/channels/{channel}"), &json!({"topic": "Changed"})).await.is(200);
                cast.ann.say(&channel, "hello").await;
                cast.ann.say(&room, "the end").await;
                let mut expected = Vec::new();
                if allowed(Action::ViewChannel, role, is) {
                    expected.push("channel.updated");
                }
                if is.member {
                    expected.push("message.created");
                }
                let told = live.events_until_said("the end").await;
                assert_eq!(names(&told), expected, "live: {role:?} {kind} {standing:?}");
                let (mut back, _) = actor.resume(&cursor).await;
                assert_eq!(back.events_until_said("the end").await, told, "replay: {role:?} {kind} {standing:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_ex_member_and_an_ex_guest_reach_nothing_of_a_channel() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let zoo = ann.channel("zoo", "public", &[&gil]).await;
    for (person, channel) in [(&bob, &den), (&gil, &zoo)] {
        person.say(channel, "mine").await;
        ann.remove(channel, person).await;
        let path = format!("/channels/{channel}");
        for read in ["", "/members", "/messages", "/messages?after=0", "/messages/1", "/messages/1/revisions", "/pins"]
        {
            person.get(&format!("{path}{read}")).await.refused(404, "not_found");
        }
        person.patch(&format!("{path}/messages/1"), &json!({"body": "still mine?"})).await.refused(404, "not_found");
        person.delete(&format!("{path}/messages/1")).await.refused(404, "not_found");
        person.put(&format!("{path}/read"), &json!({"number": 1})).await.refused(404, "not_found");
        for mark in ["reactions/👍", "pin", "saved", "unread"] {
            person.put(&format!("{path}/messages/1/{mark}"), &json!({})).await.refused(404, "not_found");
        }
        let key = json!({"body": "again", "clientKey": "key"});
        person.post(&format!("{path}/messages"), &key).await.refused(404, "not_found");
        let bootstrap = person.bootstrap().await;
        assert!(!bootstrap.to_string().contains(channel.as_str()), "{bootstrap}");
    }
}
