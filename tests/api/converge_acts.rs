//! What people do at random, for the test that everything converges.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};

/// One thing that somebody does. Numbers choose among what there is by their remainder.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Say(usize, usize),
    Reply(usize, u32, bool),
    Follow(usize, bool),
    Edit(usize, u32, usize),
    Level(usize, bool),
    Delete(usize, u32),
    Read(usize, u32),
    Unread(usize, u32),
    React(usize, u32, usize, bool),
    Pin(usize, u32, bool),
    Save(usize, u32, bool),
    Create { private: bool, with: usize },
    Direct(usize),
    Design(usize, usize, bool),
    Group,
    Convert(usize, u8),
    Rename(usize, u8),
    Archive(usize, bool),
    Join(usize),
    Leave(usize),
    Add(usize, usize),
    Remove(usize, usize),
    Manager(usize, usize, bool),
    Profile(u8),
    Settings(u8),
    Alerts(bool),
    Sort(usize, usize),
    Preferences(u16),
    Begin(usize, usize),
    Schedule(usize, usize),
    Remind(usize, u32),
    Ask(usize, bool),
    Vote(usize, u32, u8),
    ClosePoll(usize, u32),
    Role(usize, bool),
    Banish,
    Project { private: bool, with: usize },
    OpenProject(usize, bool),
    ProjectMember(usize, usize, bool),
    Task(usize, Option<(usize, u32)>),
    Assign(usize, u32, usize, bool),
    Move(usize, u32, u32, u32),
    DeleteTask(usize, u32, bool),
    Comment(usize, u32, usize),
    Part(usize, u32, Option<u32>),
    Watch(usize, u32, usize),
    ProjectLevel(usize, usize),
    ReadNews(u32),
    Keep(usize, bool),
    Share(usize, u8),
}

pub(crate) fn act() -> impl Strategy<Value = Act> {
    let channel = 0..8_usize;
    let person = 0..4_usize;
    prop_oneof![
        8 => (channel.clone(), 0..10_usize).prop_map(|(channel, words)| Act::Say(channel, words)),
        1 => (channel.clone(), any::<bool>()).prop_map(|(channel, muted)| Act::Level(channel, muted)),
        8 => (channel.clone(), 0..6_u32, any::<bool>()).prop_map(|(channel, number, also)| Act::Reply(channel, number, also)),
        2 => (channel.clone(), any::<bool>()).prop_map(|(channel, follow)| Act::Follow(channel, follow)),
        4 => (channel.clone(), 0..20_u32, 0..10_usize)
            .prop_map(|(channel, number, words)| Act::Edit(channel, number, words)),
        4 => (channel.clone(), 0..20_u32).prop_map(|(channel, number)| Act::Delete(channel, number)),
        4 => (channel.clone(), 0..20_u32).prop_map(|(channel, number)| Act::Read(channel, number)),
        4 => (channel.clone(), 0..20_u32).prop_map(|(channel, number)| Act::Unread(channel, number)),
        6 => (channel.clone(), 0..6_u32, 0..3_usize, any::<bool>())
            .prop_map(|(channel, number, emoji, there)| Act::React(channel, number, emoji, there)),
        2 => (channel.clone(), 0..6_u32, any::<bool>()).prop_map(|(channel, number, there)| Act::Pin(channel, number, there)),
        2 => (channel.clone(), 0..6_u32, any::<bool>()).prop_map(|(channel, number, there)| Act::Save(channel, number, there)),
        2 => (any::<bool>(), person.clone()).prop_map(|(private, with)| Act::Create { private, with }),
        1 => person.clone().prop_map(Act::Direct),
        1 => (person.clone(), person.clone(), any::<bool>()).prop_map(|(one, other, gone)| Act::Design(one, other, gone)),
        1 => Just(Act::Group),
        2 => (channel.clone(), any::<u8>()).prop_map(|(channel, name)| Act::Convert(channel, name)),
        1 => (channel.clone(), any::<u8>()).prop_map(|(channel, name)| Act::Rename(channel, name)),
        1 => (channel.clone(), any::<bool>()).prop_map(|(channel, archived)| Act::Archive(channel, archived)),
        3 => channel.clone().prop_map(Act::Join),
        3 => channel.clone().prop_map(Act::Leave),
        3 => (channel.clone(), person.clone()).prop_map(|(channel, other)| Act::Add(channel, other)),
        3 => (channel.clone(), person.clone()).prop_map(|(channel, other)| Act::Remove(channel, other)),
        1 => (channel, person.clone(), any::<bool>()).prop_map(|(channel, other, manager)| Act::Manager(channel, other, manager)),
        1 => (0..8_usize, 0..2_usize).prop_map(|(channel, section)| Act::Sort(channel, section)),
        1 => any::<u8>().prop_map(Act::Profile),
        1 => any::<u8>().prop_map(Act::Settings),
        1 => any::<bool>().prop_map(Act::Alerts),
        1 => (0..1_440_u16).prop_map(Act::Preferences),
        2 => (0..8_usize, 0..11_usize).prop_map(|(channel, words)| Act::Begin(channel, words)),
        1 => (0..8_usize, 0..10_usize).prop_map(|(channel, words)| Act::Schedule(channel, words)),
        1 => (0..8_usize, 0..6_u32).prop_map(|(channel, number)| Act::Remind(channel, number)),
        4 => (0..8_usize, any::<bool>()).prop_map(|(channel, anonymous)| Act::Ask(channel, anonymous)),
        6 => (0..8_usize, 0..8_u32, 0..8_u8).prop_map(|(channel, number, choices)| Act::Vote(channel, number, choices)),
        1 => (0..8_usize, 0..8_u32).prop_map(|(channel, number)| Act::ClosePoll(channel, number)),
        1 => (1..3_usize, any::<bool>()).prop_map(|(who, guest)| Act::Role(who, guest)),
        1 => Just(Act::Banish),
        8 => task_act(),
    ]
}

/// Something about projects and tasks.
fn task_act() -> impl Strategy<Value = Act> {
    let (project, number, person) = (0..4_usize, 1..6_u32, 0..4_usize);
    let source = prop::option::of((0..8_usize, 1..6_u32));
    prop_oneof![
        1 => (any::<bool>(), person.clone()).prop_map(|(private, with)| Act::Project { private, with }),
        1 => (project.clone(), any::<bool>()).prop_map(|(project, public)| Act::OpenProject(project, public)),
        2 => (project.clone(), person.clone(), any::<bool>())
            .prop_map(|(project, person, there)| Act::ProjectMember(project, person, there)),
        1 => (project.clone(), any::<bool>()).prop_map(|(project, there)| Act::Keep(project, there)),
        1 => (project.clone(), any::<u8>()).prop_map(|(project, name)| Act::Share(project, name)),
        4 => (project.clone(), source).prop_map(|(project, source)| Act::Task(project, source)),
        3 => (project.clone(), number.clone(), person, any::<bool>())
            .prop_map(|(project, number, person, there)| Act::Assign(project, number, person, there)),
        4 => (project.clone(), number.clone(), 1..5_u32, number.clone())
            .prop_map(|(project, number, status, beside)| Act::Move(project, number, status, beside)),
        1 => (project.clone(), number.clone(), any::<bool>())
            .prop_map(|(project, number, gone)| Act::DeleteTask(project, number, gone)),
        3 => (project.clone(), number.clone(), 0..10_usize)
            .prop_map(|(project, number, words)| Act::Comment(project, number, words)),
        1 => (project.clone(), number.clone(), prop::option::of(number.clone()))
            .prop_map(|(project, number, parent)| Act::Part(project, number, parent)),
        1 => (project.clone(), number, 0..3_usize).prop_map(|(project, number, how)| Act::Watch(project, number, how)),
        1 => (project, 0..3_usize).prop_map(|(project, how)| Act::ProjectLevel(project, how)),
        1 => (0..20_u32).prop_map(Act::ReadNews),
    ]
}
