//! The work of `examples/peers` in acts, on its SQLite store: one measure a run, one line of JSON.
//!
//! acts answers before its store has written. One at a time, each advance is therefore read back from the store before the next;
//! in bulk, the engine is closed, which writes what is left, before the clock is stopped.

use std::collections::HashSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acts::{Engine, KvStore, Message, MessageState, Principal, Vars, Workflow};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::sleep;

type Any<T> = Result<T, Box<dyn Error>>;

/// More than the cases here: beyond its resident set, 1,024 by itself, acts offers no first task of a case.
const RESIDENT: i64 = 20_000;
/// How long a letter waits, as define.py wrote it.
const TIMEOUT: Duration = Duration::from_secs(3);
/// How often acts looks for what is due. Each look at a case that is not due writes rows too; by itself it looks every 15 seconds.
const TICK_SECONDS: i64 = 3;

struct Running {
    engine: Engine,
    messages: UnboundedReceiver<Message>,
    /// How many cases it has said are completed.
    completed: Arc<AtomicUsize>,
}

/// A case and its open task.
struct Open {
    case: String,
    task: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new("target/peers").join(name)
}

fn wipe(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}

async fn start(store: Option<&Path>, map: &str) -> Any<Running> {
    let mut builder = Engine::builder().cache_size(RESIDENT).tick_interval_secs(TICK_SECONDS);
    builder = builder.store_writer_queue_cap(1 << 20).scheduler_queue_cap(1 << 18);
    if let Some(path) = store {
        let store: Arc<dyn KvStore> = Arc::new(acts_store::SqliteStore::open(&path.to_string_lossy()).await?);
        builder = builder.set_store(store);
    }
    let engine = builder.start().await?;
    let (sender, messages) = unbounded_channel();
    engine.channel().on_message(move |message| {
        let sender = sender.clone();
        async move {
            if message.is_irq() && message.is_state(MessageState::Created) {
                let _ = sender.send(message.inner().clone());
            }
        }
    });
    let completed = Arc::new(AtomicUsize::new(0));
    let counter = completed.clone();
    engine.channel().on_complete(move |_| {
        let counter = counter.clone();
        async move {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let text = std::fs::read_to_string(folder("defs").join(format!("{map}.acts.yml")))?;
    let executor = engine.executor(&Principal::unrestricted());
    executor.model().deploy(&Workflow::from_yml(&text)?, None).await?;
    Ok(Running { engine, messages, completed })
}

impl Running {
    async fn next(&mut self) -> Any<Open> {
        let message = self.messages.recv().await.ok_or("acts is closed")?;
        Ok(Open { case: message.pid, task: message.tid })
    }

    async fn open(&mut self, map: &str, cases: usize) -> Any<Vec<Open>> {
        let executor = self.engine.executor(&Principal::unrestricted());
        let mut opened = Vec::with_capacity(cases);
        for case in 1..=cases {
            executor.proc().start(map, Vars::new().with("pid", format!("case{case}"))).await?;
            opened.push(self.next().await?);
        }
        Ok(opened)
    }

    async fn complete(&self, open: &Open) -> Any<()> {
        let executor = self.engine.executor(&Principal::unrestricted());
        Ok(executor.act().complete(&open.case, &open.task, Vars::new()).await?)
    }

    /// Waits until the store says that the task is completed.
    async fn stored(&self, open: &Open) -> Any<()> {
        let executor = self.engine.executor(&Principal::unrestricted());
        while executor.task().get(&open.case, &open.task).await?.state != "completed" {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

/// Of an engine that is started anew on the store, no case is open still. What is completed it removes by and by.
async fn none_is_open(store: &Path, cases: usize) -> Any<()> {
    let running = start(Some(store), "transfer-out").await?;
    let executor = running.engine.executor(&Principal::unrestricted());
    for case in 1..=cases {
        if let Ok(found) = executor.proc().get(&format!("case{case}")).await {
            assert_eq!(found.state, "completed", "case{case}");
        }
    }
    running.engine.close().await;
    Ok(())
}

fn say(measure: &str, how: &str, number: usize, took: Duration, checked: &Value) {
    let line = json!({
        "peer": "acts", "version": "0.25.0", "measure": measure, "how": how, "n": number, "seconds": took.as_secs_f64(),
        "checked": checked,
    });
    println!("{line}");
}

async fn advance(cases: usize) -> Any<()> {
    let store = folder("data/acts-advance.db");
    wipe(&store);
    let mut running = start(Some(&store), "transfer-out").await?;
    let mut open = running.open("transfer-out", cases).await?;
    let begun = Instant::now();
    for round in 0..3 {
        for one in &mut open {
            running.complete(one).await?;
            running.stored(one).await?;
            if round < 2 {
                *one = running.next().await?;
            }
        }
    }
    running.engine.close().await;
    let took = begun.elapsed();
    assert_eq!(running.completed.load(Ordering::SeqCst), cases);
    none_is_open(&store, cases).await?;
    say("advance", "each read back as stored, no deadlines", cases * 3, took, &json!({ "completed": cases }));
    Ok(())
}

async fn in_bulk(cases: usize, store: Option<&Path>) -> Any<Duration> {
    let mut running = start(store, "transfer-out").await?;
    let mut open = running.open("transfer-out", cases).await?;
    let begun = Instant::now();
    for round in 0..3 {
        for one in &open {
            running.complete(one).await?;
        }
        for one in &mut open {
            if round < 2 {
                *one = running.next().await?;
            }
        }
    }
    while running.completed.load(Ordering::SeqCst) < cases {
        tokio::task::yield_now().await;
    }
    if store.is_some() {
        running.engine.close().await;
    }
    Ok(begun.elapsed())
}

async fn bulk(cases: usize) -> Any<()> {
    let store = folder("data/acts-bulk.db");
    wipe(&store);
    let took = in_bulk(cases, Some(&store)).await?;
    none_is_open(&store, cases).await?;
    say("bulk", "all cases at once, then closed, no deadlines", cases * 3, took, &json!({ "completed": cases }));
    Ok(())
}

async fn decide(cases: usize) -> Any<()> {
    let took = in_bulk(cases, None).await?;
    say("decide", "its store in memory, no deadlines", cases * 3, took, &json!({ "completed": cases }));
    Ok(())
}

/// From the first that fires until the last is written, so that the wait for the tick does not count.
async fn timers(cases: usize) -> Any<()> {
    let store = folder("data/acts-timers.db");
    wipe(&store);
    let mut running = start(Some(&store), "letters").await?;
    let opening = Instant::now();
    running.open("letters", cases).await?;
    let left = TIMEOUT.checked_sub(opening.elapsed()).ok_or("opening took longer than the letters wait")?;
    assert!(running.messages.try_recv().is_err(), "nothing is due yet");
    sleep(left).await;
    let (mut begun, mut fired) = (Instant::now(), HashSet::new());
    while fired.len() < cases {
        let message = running.messages.recv().await.ok_or("acts is closed")?;
        if fired.is_empty() {
            begun = Instant::now();
        }
        assert!(message.name.contains("Second letter"), "{message:?}");
        fired.insert(message.pid);
    }
    running.engine.close().await;
    say(
        "timers",
        "its own, a tick in three seconds, real clock",
        cases,
        begun.elapsed(),
        &json!({ "fired": fired.len() }),
    );
    Ok(())
}

/// Open cases for `one`, all at the first step.
async fn fill(cases: usize) -> Any<()> {
    let store = folder("data/acts-cold.db");
    wipe(&store);
    let mut running = start(Some(&store), "transfer-out").await?;
    running.open("transfer-out", cases).await?;
    running.engine.close().await;
    Ok(())
}

/// What a command does that runs once: starts, advances one case, ends.
async fn one(case: usize) -> Any<()> {
    let mut running = start(Some(&folder("data/acts-cold.db")), "transfer-out").await?;
    let executor = running.engine.executor(&Principal::unrestricted());
    let case = format!("case{case}");
    let tasks = executor.proc().get(&case).await?.tasks;
    let waits = |state: &str| state != "completed";
    let task = tasks.iter().find(|task| task.r#type == "act" && waits(&task.state)).ok_or("no open task")?;
    running.complete(&Open { case: case.clone(), task: task.id.clone() }).await?;
    let next = loop {
        let message = running.messages.recv().await.ok_or("acts is closed")?;
        if message.pid == case {
            break message;
        }
    };
    running.engine.close().await;
    println!("{}", next.name);
    Ok(())
}

/// Ends without a farewell right after the last advance was acknowledged; `kept` then counts what the store has.
async fn killed(cases: usize) -> Any<()> {
    let store = folder("data/acts-killed.db");
    wipe(&store);
    let mut running = start(Some(&store), "transfer-out").await?;
    let mut open = running.open("transfer-out", cases).await?;
    for round in 0..3 {
        for one in &mut open {
            running.complete(one).await?;
            if round < 2 {
                *one = running.next().await?;
            }
        }
    }
    std::process::abort();
}

/// Counts for ten seconds, so that acts can take up again what it had begun, and says the most that it found.
async fn kept(cases: usize) -> Any<()> {
    let running = start(Some(&folder("data/acts-killed.db")), "transfer-out").await?;
    let executor = running.engine.executor(&Principal::unrestricted());
    let (begun, mut most) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(10) {
        let mut found = 0;
        for case in 1..=cases {
            if let Ok(case) = executor.proc().get(&format!("case{case}")).await {
                found += case.tasks.iter().filter(|task| task.r#type == "act" && task.state == "completed").count();
            }
        }
        most = most.max(found);
        sleep(Duration::from_millis(500)).await;
    }
    println!("{}", json!({ "peer": "acts", "version": "0.25.0", "acknowledged": cases * 3, "kept": most }));
    std::process::exit(0);
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Any<()> {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    let number = typed.get(1).ok_or("acts MEASURE NUMBER")?.parse()?;
    match typed[0].as_str() {
        "advance" => advance(number).await,
        "bulk" => bulk(number).await,
        "decide" => decide(number).await,
        "timers" => timers(number).await,
        "fill" => fill(number).await,
        "one" => one(number).await,
        "killed" => killed(number).await,
        "kept" => kept(number).await,
        other => Err(format!("no measure `{other}`").into()),
    }
}
