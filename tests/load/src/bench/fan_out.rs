//! Fan-out: from sending a message to the moment when the last socket in the room has it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use hyper::Method;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Field;
use super::broadcast::Broadcast;
use super::row::{Latencies, Row, Verdict, at, latencies};
use crate::client::Client;
use crate::socket::Socket;

/// One row's shape.
pub(super) struct Plan {
    pub(super) name: &'static str,
    sockets: usize,
    people: usize,
    per_second: u32,
    aim: &'static str,
    met: fn(p50: f64, p99: f64, ratio: f64) -> bool,
}

pub(super) const HUNDRED: Plan = Plan {
    name: "fan-out-100",
    sockets: 100,
    people: 100,
    per_second: 20,
    aim: "p50 ≤ 2 ms, p99 ≤ 8 ms",
    met: |p50, p99, _| p50 <= 2.0 && p99 <= 8.0,
};

pub(super) const TWO_THOUSAND: Plan = Plan {
    name: "fan-out-2000",
    sockets: 2000,
    people: 200,
    per_second: 5,
    aim: "≥ 70% of a bare broadcast",
    met: |_, _, ratio| ratio >= 0.7,
};

/// Marks the frames that count. The number after it says which message a frame carries.
const MARK: &str = "fan-out-";
const DIGITS: usize = 8;

/// What arrived where. Times are microseconds since `start`.
struct Board {
    start: Instant,
    sent: Vec<AtomicU64>,
    arrived: Vec<AtomicU32>,
    first: Vec<AtomicU64>,
    last: Vec<AtomicU64>,
    /// One frame as the server wrote it, for the baseline to repeat.
    sample: Mutex<Option<String>>,
}

/// Times of all messages.
struct Results {
    to_first: Latencies,
    to_last: Latencies,
}

impl Board {
    fn new(messages: usize) -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            sent: (0..messages).map(|_| AtomicU64::new(0)).collect(),
            arrived: (0..messages).map(|_| AtomicU32::new(0)).collect(),
            first: (0..messages).map(|_| AtomicU64::new(u64::MAX)).collect(),
            last: (0..messages).map(|_| AtomicU64::new(0)).collect(),
            sample: Mutex::new(None),
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Notes a frame if it is one of ours.
    fn note(&self, frame: &str) {
        let Some(index) = index_in(frame) else { return };
        if index >= self.sent.len() {
            return;
        }
        let now = self.now();
        self.first[index].fetch_min(now, Ordering::Relaxed);
        self.last[index].fetch_max(now, Ordering::Relaxed);
        if self.arrived[index].fetch_add(1, Ordering::Relaxed) == 0 && index == 0 {
            *self.sample.lock().unwrap_or_else(PoisonError::into_inner) = Some(frame.to_owned());
        }
    }

    /// How long it took to the first socket and to the last one.
    fn results(&self, sockets: usize) -> Result<Results> {
        let (mut to_first, mut to_last) = (latencies(), latencies());
        for (index, arrived) in self.arrived.iter().enumerate() {
            let arrived = arrived.load(Ordering::Relaxed) as usize;
            if arrived != sockets {
                bail!("message {index} reached {arrived} of {sockets} sockets");
            }
            let sent = self.sent[index].load(Ordering::Relaxed);
            to_first.saturating_record(self.first[index].load(Ordering::Relaxed).saturating_sub(sent));
            to_last.saturating_record(self.last[index].load(Ordering::Relaxed).saturating_sub(sent));
        }
        Ok(Results { to_first, to_last })
    }

    fn is_complete(&self, sockets: usize) -> bool {
        self.arrived.iter().all(|arrived| arrived.load(Ordering::Relaxed) as usize >= sockets)
    }
}

fn index_in(frame: &str) -> Option<usize> {
    let after = frame.find(MARK)? + MARK.len();
    frame.get(after..after + DIGITS)?.parse().ok()
}

/// A person's keys are theirs for good, so those of one row must not be those of another.
fn key(index: usize, row: &str) -> String {
    format!("{MARK}{index:0DIGITS$}-{row}")
}

pub(super) async fn measure(field: &mut Field, plan: &Plan) -> Result<Row> {
    let address = field.hearth.address;
    field.team.grow(address, plan.people).await?;
    // Before anybody listens: each joining is told to everyone, too. A channel of its own, so that marks do not meet those of another row.
    let channel = own_channel(field, plan).await?;
    let people = &field.team.people;
    let messages = field.effort.times(plan.per_second as usize * 10);

    let opening = (0..plan.sockets).map(|index| {
        let person = &people[index % plan.people];
        async move {
            let mut socket = person.socket(address).await?;
            socket.hello(None).await?;
            anyhow::Ok(socket)
        }
    });
    let sockets: Vec<Socket> = stream::iter(opening).buffered(32).try_collect().await?;
    // What arriving caused (presence) has to be out of the way.
    sleep(Duration::from_secs(2)).await;
    let path = format!("/api/v1/channels/{channel}/messages");
    let name = plan.name;
    let senders: Vec<Client> = field.team.people[..4].iter().map(|person| person.client(address)).collect();
    let (ours, sample) = run(sockets, plan, messages, senders, move |mut client: Client, index| {
        let path = path.clone();
        async move {
            let answer = client
                .call(Method::POST, &path, Some(&json!({"body": "Morning, everyone!", "clientKey": key(index, name)})))
                .await?;
            if answer.status != 201 {
                bail!("sending a message answered {answer}");
            }
            Ok(client)
        }
    })
    .await
    .context("fan-out through Hearth")?;

    let bare =
        baseline(plan, messages, &sample.context("no frame came")?).await.context("fan-out of the bare broadcast")?;
    let (p50, p99) = (at(&ours.to_last, 50.0), at(&ours.to_last, 99.0));
    let (bare_p50, bare_p99) = (at(&bare.to_last, 50.0), at(&bare.to_last, 99.0));
    let (first, bare_first) = (at(&ours.to_first, 50.0), at(&bare.to_first, 50.0));
    let ratio = bare_p50 / p50;
    Ok(Row {
        name: plan.name,
        what: format!("send → all of {} sockets, {}/s", plan.sockets, plan.per_second),
        figure: format!("p50 {p50:.2} ms (the first socket {first:.2}), p99 {p99:.2} ms"),
        values: json!({
            "p50Ms": p50,
            "p99Ms": p99,
            "firstP50Ms": first,
            "baselineP50Ms": bare_p50,
            "baselineP99Ms": bare_p99,
            "baselineFirstP50Ms": bare_first,
        }),
        aim: plan.aim,
        baseline: Some(format!(
            "bare broadcast: p50 {bare_p50:.2} ms (the first {bare_first:.2}), p99 {bare_p99:.2} ms"
        )),
        ratio: Some(ratio),
        verdict: Verdict::of(|| (plan.met)(p50, p99, ratio)),
    })
}

/// A room with everyone in it who holds a socket.
async fn own_channel(field: &Field, plan: &Plan) -> Result<String> {
    let address = field.hearth.address;
    let mut owner = field.team.owner.client(address);
    let channel = crate::team::new_channel(&mut owner, plan.name).await?;
    let joining = field.team.people[..plan.people].iter().map(|person| crate::team::join(person, address, &channel));
    let () = stream::iter(joining).buffered(8).try_collect().await?;
    Ok(channel)
}

async fn baseline(plan: &Plan, messages: usize, sample: &str) -> Result<Results> {
    let broadcast = Broadcast::start()?;
    let opening = (0..plan.sockets).map(|_| Socket::open_bare(broadcast.address));
    let sockets: Vec<Socket> = stream::iter(opening).buffered(32).try_collect().await?;
    let sender = Socket::open_bare(broadcast.address).await?;
    let (sample, name) = (sample.to_owned(), plan.name);
    let (results, _) = run(sockets, plan, messages, vec![sender], move |mut socket: Socket, index| {
        let frame = sample.replace(&key(0, name), &key(index, name));
        async move {
            socket.send(frame).await?;
            Ok(socket)
        }
    })
    .await?;
    Ok(results)
}

/// Sends at the plan's rate, whatever the answers take, and waits until every socket has everything.
async fn run<S, F>(
    sockets: Vec<Socket>,
    plan: &Plan,
    messages: usize,
    senders: Vec<S>,
    send: impl Fn(S, usize) -> F + Clone + Send + 'static,
) -> Result<(Results, Option<String>)>
where
    S: Send + 'static,
    F: Future<Output = Result<S>> + Send,
{
    let board = Board::new(messages);
    let readers: Vec<_> = sockets.into_iter().map(|socket| tokio::spawn(read(socket, board.clone()))).collect();
    let mut queues = Vec::new();
    let mut sending = Vec::new();
    for mut sender in senders {
        let (queue, mut waiting) = mpsc::unbounded_channel();
        let send = send.clone();
        queues.push(queue);
        sending.push(tokio::spawn(async move {
            while let Some(index) = waiting.recv().await {
                sender = send(sender, index).await?;
            }
            // Ended only with the others: the baseline's sender is a socket like any other.
            anyhow::Ok(sender)
        }));
    }
    let mut ticks = interval(Duration::from_secs(1) / plan.per_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for index in 0..messages {
        ticks.tick().await;
        board.sent[index].store(board.now(), Ordering::Relaxed);
        if queues[index % queues.len()].send(index).is_err() {
            // Its sender failed, and says why below.
            break;
        }
    }
    drop(queues);
    let mut ended = Vec::new();
    for sender in sending {
        ended.push(sender.await??);
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while !board.is_complete(plan.sockets) && Instant::now() < deadline {
        sleep(Duration::from_millis(20)).await;
    }
    for reader in &readers {
        reader.abort();
    }
    let results = board.results(plan.sockets)?;
    let sample = board.sample.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((results, sample))
}

async fn read(mut socket: Socket, board: Arc<Board>) {
    while let Some(text) = socket.text().await {
        board.note(&text);
    }
}
