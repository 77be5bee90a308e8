//! The server killed under load, again and again, on the same data. After every round each acknowledged write has to be there,
//! once, with the number that was promised, and what events told has to be what a page of history says.
//!
//! A round: people send, edit, delete and mark read while an observer listens; at a random moment the process is killed; it starts
//! again; whoever had no answer asks again with the same key; then everything is compared with the ledger of what was acknowledged.

mod keep;
mod ledger;
mod observer;
mod people;
mod verify;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fastrand::Rng;
use tokio::time::sleep;

use crate::hearth::{Hearth, Place, free_address};
use crate::socket::Resume;
use crate::team::{Team, join, new_channel};
use keep::During;
use ledger::Ledger;
use observer::Story;
use people::People;

const CHANNELS: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// In the middle of what the server is killed.
    #[arg(long, value_enum, default_value_t = During::Load)]
    during: During,
    /// How often the server is killed.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
    /// How many people send at the same time.
    #[arg(long, default_value_t = 16)]
    senders: usize,
    /// Keep the data here instead of in a directory that is removed afterwards.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Repeat the choices of an earlier run, as far as timing allows.
    #[arg(long)]
    seed: Option<u64>,
    /// Compare the whole history, not only what is new, after this many rounds.
    #[arg(long, default_value_t = 10)]
    full_every: u32,
}

/// Everything that lives longer than a process of the server.
struct Test<'a> {
    place: &'a Place,
    data: PathBuf,
    team: Team,
    people: People,
    ledger: Ledger,
    random: Rng,
}

pub(crate) async fn crash(place: &Place, options: &Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    match options.during {
        During::Load => println!("{} rounds with {} senders, seed {seed}", options.rounds, options.senders),
        other => println!("{} rounds in the middle of {other:?}, seed {seed}", options.rounds),
    }
    let folder = place.fresh()?;
    let data = options.data.clone().unwrap_or_else(|| folder.path().join("data"));
    let done = match options.during {
        During::Load => rounds(place, options, data.clone(), seed).await,
        during => keep::rounds(place, data.clone(), during, options.rounds, seed).await,
    };
    if let Err(error) = done {
        drop(folder.keep());
        return Err(error.context(format!("seed {seed}; the data is kept in {}", data.display())));
    }
    Ok(())
}

async fn rounds(place: &Place, options: &Options, data: PathBuf, seed: u64) -> Result<()> {
    let address = free_address()?;
    let mut hearth = Hearth::start_at(place, &data, address).await?;
    let mut team = Team::found(address).await?;
    // One more than send: someone has to be only a reader.
    team.grow(address, options.senders + 1).await?;
    let mut channels = vec![team.channel.clone()];
    for index in 1..CHANNELS {
        let channel = new_channel(&mut team.owner.client(address), &format!("load-{index}")).await?;
        for person in &team.people {
            join(person, address, &channel).await?;
        }
        channels.push(channel);
    }
    let people = People::new(&team.people, seed);
    let ledger = Ledger::new(channels, team.people.len());
    let mut test = Test { place, data, team, people, ledger, random: Rng::with_seed(seed) };

    let start = Instant::now();
    for round in 1..=options.rounds {
        let full = round % options.full_every == 0 || round == options.rounds;
        let (running, summary) = test.round(hearth, full).await.with_context(|| format!("round {round}"))?;
        println!("{round}/{}: {summary}", options.rounds);
        hearth = running;
    }
    let status = hearth.stop().await?;
    if !status.success() {
        bail!("hearth did not stop cleanly after the last round: {status}");
    }
    let seconds = start.elapsed().as_secs_f64();
    let pages = test.ledger.pages();
    println!(
        "{} kills in {seconds:.0} s: {} acknowledged messages, {} edits, {} deletions; none lost, none doubled, no holes",
        options.rounds,
        pages.messages(),
        pages.edits,
        pages.deletions,
    );
    Ok(())
}

impl Test<'_> {
    /// One kill and everything that has to hold after it. Gives the server that runs now, and the round in a line.
    async fn round(&mut self, mut hearth: Hearth, full: bool) -> Result<(Hearth, String)> {
        let address = hearth.address;
        let reader = self.team.people.last().context("there is a reader")?;
        let (before, acknowledged) = {
            let pages = self.ledger.pages();
            (pages.last_numbers(), pages.messages())
        };
        let mut socket = reader.socket(address).await?;
        let cursor = socket.hello(None).await?.cursor;
        let listening = Story::from(cursor.clone()).listen(socket);

        // From a crowd that never waits to people who type now and then.
        let pause = Duration::from_millis([0, 4, 8][self.random.usize(..3)]);
        let working = self.people.work(address, &self.ledger, pause);
        let moment = Duration::from_millis(self.random.u64(50..1500));
        sleep(moment).await;
        hearth.kill()?;
        let in_doubt = self.people.gather(working).await?;
        let mut live = listening.await?;

        if self.random.u32(..4) == 0 {
            // Killed while it recovers, too.
            let mut recovering = Hearth::spawn(self.place, &self.data, address)?;
            sleep(Duration::from_millis(self.random.u64(..300))).await;
            recovering.kill()?;
        }
        let hearth = Hearth::start_at(self.place, &self.data, address).await.context("starting after the kill")?;
        let written = self.people.resolve(address, &self.ledger).await.context("asking again what was in doubt")?;

        let verifying = Instant::now();
        let created = self.ledger.pages().created_after(&before);
        live.resume(&mut reader.socket(address).await?, created)
            .await
            .context("resuming where the kill cut the stream")?;
        self.ledger.pages().check_told(&before, &live.told).context("told live and after the kill")?;
        let mut replay = Story::from(cursor);
        let resumed =
            replay.resume(&mut reader.socket(address).await?, created).await.context("replaying the round")?;
        if resumed == Resume::Replayed {
            self.ledger.pages().check_told(&before, &replay.told).context("told again from the start of the round")?;
        }
        let from = if full { vec![0; before.len()] } else { before };
        verify::history(&self.team.people, address, &self.ledger, &from).await?;
        for person in [self.random.usize(..self.team.people.len()), self.team.people.len() - 1] {
            verify::unread(&self.team.people, person, address, &self.ledger).await?;
        }
        let summary = format!(
            "killed after {} ms, {} messages acknowledged, {in_doubt} in doubt ({written} sends had been written), up again in {} ms, \
             {} in {} ms",
            moment.as_millis(),
            self.ledger.pages().messages() - acknowledged,
            hearth.start_time.as_millis(),
            if full { "everything verified" } else { "verified" },
            verifying.elapsed().as_millis(),
        );
        Ok((hearth, summary))
    }
}
