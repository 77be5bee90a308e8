//! A laptop that was asleep: after 3,000 events it is right within a second, after 50,000 it is told to load afresh.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::bench::load::send_many;
use crate::hearth::{Hearth, Place};
use crate::socket::{Frame, Resume, Socket};
use crate::team::{Person, Team};

const SENDERS: usize = 64;
const SHORT_SLEEP: u64 = 3_000;
const LONG_SLEEP: u64 = 50_000;
const LIMIT: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many events the long sleep misses.
    #[arg(long, default_value_t = LONG_SLEEP)]
    long: u64,
}

#[derive(Deserialize)]
struct Bootstrap {
    cursor: String,
    memberships: Vec<Membership>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    channel_id: String,
    last_number: u64,
    unread: u64,
}

pub(crate) async fn sleep_test(place: &Place, options: &Options) -> Result<()> {
    let folder = place.fresh()?;
    let hearth = Hearth::start(place, &folder.path().join("data")).await?;
    let address = hearth.address;
    let mut team = Team::found(address).await?;
    team.grow(address, SENDERS + 1).await?;
    let (senders, sleeper) = (&team.people[..SENDERS], &team.people[SENDERS]);

    let cursor = fall_asleep(sleeper, address).await?;
    send_many(address, senders, &team.channel, SHORT_SLEEP).await?;
    let took = wake_by_replay(sleeper, address, &cursor, &team.channel).await.context("waking from the short sleep")?;
    println!("slept through {SHORT_SLEEP} events: right {} ms after connecting", took.as_millis());
    ensure!(took <= LIMIT, "catching up took {took:?}, which is longer than {LIMIT:?}");

    let cursor = fall_asleep(sleeper, address).await?;
    send_many(address, senders, &team.channel, options.long).await?;
    let (told, took) = wake_by_reset(sleeper, address, &cursor, &team.channel, SHORT_SLEEP + options.long)
        .await
        .context("waking from the long sleep")?;
    println!(
        "slept through {} events: told to load afresh after {} ms, right {} ms after connecting",
        options.long,
        told.as_millis(),
        took.as_millis()
    );
    ensure!(took <= LIMIT, "loading afresh took {took:?}, which is longer than {LIMIT:?}");
    hearth.stop().await?;
    Ok(())
}

/// Says hello, keeps the cursor, and is gone.
async fn fall_asleep(sleeper: &Person, address: SocketAddr) -> Result<String> {
    Ok(sleeper.socket(address).await?.hello(None).await?.cursor)
}

async fn wake_by_replay(sleeper: &Person, address: SocketAddr, cursor: &str, channel: &str) -> Result<Duration> {
    let start = Instant::now();
    let mut socket = sleeper.socket(address).await?;
    let ready = socket.hello(Some(cursor)).await?;
    ensure!(ready.resume == Resume::Replayed, "{SHORT_SLEEP} missed events were not replayed");
    let mut expected = 1;
    while expected <= SHORT_SLEEP {
        let Frame::Event(event) = socket.frame().await? else {
            continue;
        };
        if event.name != "message.created" {
            continue;
        }
        let message = &event.data["message"];
        ensure!(message["channelId"] == channel, "an event of another channel: {message}");
        ensure!(message["number"] == expected, "message {} came where {expected} was due", message["number"]);
        expected += 1;
    }
    Ok(start.elapsed())
}

/// Gives when the reset was known, and when the state was.
async fn wake_by_reset(
    sleeper: &Person,
    address: SocketAddr,
    cursor: &str,
    channel: &str,
    last: u64,
) -> Result<(Duration, Duration)> {
    let mut client = sleeper.client(address);
    let start = Instant::now();
    let mut socket: Socket = sleeper.socket(address).await?;
    let ready = socket.hello(Some(cursor)).await?;
    let told = start.elapsed();
    ensure!(ready.resume == Resume::Reset, "so many missed events were replayed instead of a reset");
    let bootstrap: Bootstrap = client.get("/api/v1/bootstrap").await?;
    let ready = socket.hello(Some(&bootstrap.cursor)).await?;
    let took = start.elapsed();
    ensure!(ready.resume == Resume::Replayed, "the cursor of the bootstrap was refused");
    let Some(mine) = bootstrap.memberships.iter().find(|membership| membership.channel_id == channel) else {
        bail!("the bootstrap lacks the channel");
    };
    ensure!(mine.last_number == last, "the last number is {}, not {last}", mine.last_number);
    ensure!(mine.unread == last, "{} are unread, not {last}", mine.unread);
    let page: serde_json::Value = client.get(&format!("/api/v1/channels/{channel}/messages")).await?;
    let newest = page.as_array().and_then(|page| page.last()).context("the newest page is empty")?;
    ensure!(newest["number"] == last, "the newest page ends at {}, not {last}", newest["number"]);
    Ok((told, took))
}
