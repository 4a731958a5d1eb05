//! The real program, killed (SIGKILL) at instants that dice choose, while others use the casebook: what it acknowledged is never lost,
//! what it did not is there as a whole or not at all, and sending it again answers as if once.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{Ran, Sandbox};
use crate::ledger::{Entry, Struck, Tally, hold, there};
use crate::stage::{Dice, assert_replays, assert_sound, begun, many, open, opening};

/// What a client sends: one command, or a file of them.
struct Sending {
    kind: &'static str,
    words: Vec<String>,
    /// What each line of it is to leave, without its answer; none of a tick.
    wants: Vec<Entry>,
    /// Whether it has to be refused.
    refused: bool,
}

/// How long each kind of command takes until it has half a chance to be there, in microseconds, and from how many runs that was learnt.
struct Aim(Mutex<[(u64, u64); KINDS.len()]>);

const KINDS: [&str; 6] = ["open", "move", "note", "refused", "batch", "tick"];

/// The commands of a file that is given as one.
const LINES: u64 = 12;

impl Aim {
    fn place(kind: &str) -> usize {
        KINDS.iter().position(|known| *known == kind).unwrap()
    }

    /// An instant: anywhere from the start to behind the end, or near to where it is decided.
    fn instant(&self, kind: &str, dice: &mut Dice) -> Duration {
        let (centre, _) = self.0.lock().unwrap()[Self::place(kind)];
        let micros = match dice.roll(4) {
            0 => dice.roll(centre * 2),
            1 => centre * 3 / 4 + dice.roll(centre * 3 / 4),
            _ => centre * 19 / 20 + dice.roll(centre / 8),
        };
        Duration::from_micros(micros)
    }

    fn learn(&self, kind: &str, struck: Struck) {
        let (centre, runs) = &mut self.0.lock().unwrap()[Self::place(kind)];
        let step = *centre / (4 + *runs).min(40);
        *centre = match struck {
            Struck::Before | Struck::Within => *centre + step,
            Struck::Committed | Struck::Answered | Struck::Missed => *centre - step,
        };
        *centre = (*centre).clamp(500, 500_000);
        *runs += 1;
    }

    /// Where nothing was learnt yet, how long the whole takes is near enough.
    fn took(&self, kind: &str, time: Duration) {
        let (centre, runs) = &mut self.0.lock().unwrap()[Self::place(kind)];
        if *runs <= 3 {
            *centre = u64::try_from(time.as_micros()).unwrap() * 4 / 5;
        }
    }
}

/// One client: it sends, is killed, looks what is there, and sends again.
struct Client<'r> {
    sandbox: &'r Sandbox,
    aim: &'r Aim,
    /// The hours by which tickers have moved the clock.
    clock: &'r AtomicU64,
    left: &'r AtomicU64,
    name: String,
    dice: Dice,
    sent: u64,
    /// The case that it works on, and the number of its next step.
    own: Option<(String, usize)>,
    tally: Tally,
}

/// The way of a case of the small atlas to its end.
const WAY: [&str; 5] = [
    "do CASE --as CLK",
    "receive CASE --as CLK --attach proof-of-address=SP-1",
    "check-off CASE lives-there --as CLK",
    "answer CASE granted --as CLK",
    "do CASE --as MGR",
];

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_string).collect()
}

impl Client<'_> {
    fn id(&mut self) -> String {
        self.sent += 1;
        format!("{}{:05}", self.name, self.sent)
    }

    fn entry(id: &str) -> Entry {
        Entry { id: id.to_string(), answer: None, note: None, plate: None }
    }

    /// What it sends next.
    fn next(&mut self) -> Sending {
        let id = self.id();
        let kind = match (self.dice.roll(10), &self.own) {
            (0, _) => "tick",
            (1, _) => "refused",
            (2 | 3, _) => "batch",
            (4 | 5, _) => "note",
            (_, None) => "open",
            (_, Some(_)) => "move",
        };
        let mut entry = Self::entry(&id);
        let request = ["--request".to_string(), id.clone()];
        match kind {
            "tick" => {
                let hours = self.clock.fetch_add(self.dice.roll(3), Ordering::SeqCst);
                let day = 3 + hours / 24;
                let now = format!("tick --now 2022-{:02}-{:02}T{:02}:00:00Z", 10 + day / 28, 1 + day % 28, hours % 24);
                Sending { kind, words: words(&now), wants: Vec::new(), refused: false }
            }
            "refused" => {
                let all = words("withdraw 1R --reason no --as CLK").into_iter().chain(request).collect();
                Sending { kind, words: all, wants: vec![entry], refused: true }
            }
            "batch" => self.file(kind, &id),
            "note" => {
                entry.note = Some(id.clone());
                let all = words(&format!("note 1R {id}")).into_iter().chain(request).collect();
                Sending { kind, words: all, wants: vec![entry], refused: false }
            }
            "open" => {
                entry.plate = Some(id.clone());
                Sending {
                    kind,
                    words: opening(&id).into_iter().chain(request).collect(),
                    wants: vec![entry],
                    refused: false,
                }
            }
            _ => {
                let (case, step) = self.own.clone().unwrap();
                let all = words(&WAY[step].replace("CASE", &case)).into_iter().chain(request).collect();
                Sending { kind, words: all, wants: vec![entry], refused: false }
            }
        }
    }

    /// A file of commands: cases that are opened, and notes to them.
    fn file(&mut self, kind: &'static str, id: &str) -> Sending {
        let (mut lines, mut wants) = (Vec::new(), Vec::new());
        for number in 0..LINES {
            let mut entry = Self::entry(&format!("{id}L{number}"));
            lines.push(if number % 3 == 0 {
                let plate = format!("{id}{}", char::from(b'A' + u8::try_from(number).unwrap()));
                entry.plate = Some(plate.clone());
                format!(
                    r#"{{"command":"open","map":"permit","as":"RES","request":"{}","set":{{"plate":"{plate}","resident":"X","zone":"south","moved_in":"2022-01-01","disabled":"no"}}}}"#,
                    entry.id
                )
            } else {
                entry.note = Some(entry.id.clone());
                let case = format!("@{id}L{}", number - number % 3);
                format!(r#"{{"command":"note","case":"{case}","text":"{0}","request":"{0}"}}"#, entry.id)
            });
            wants.push(entry);
        }
        let name = format!("{id}.jsonl");
        self.sandbox.write(&name, lines.join("\n"));
        Sending { kind, words: vec!["batch".to_string(), name], wants, refused: false }
    }

    fn run(&mut self, sending: &Sending) -> Child {
        self.tally.runs += 1;
        let words: Vec<&str> = sending.words.iter().map(String::as_str).chain(["--format", "json"]).collect();
        self.sandbox.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn book(&self) -> PathBuf {
        self.sandbox.path("casebook.db")
    }

    /// Sends something, with a kill at an instant; looks at what is there; and sends it again.
    fn send(&mut self, sending: &Sending) {
        let instant = self.aim.instant(sending.kind, &mut self.dice);
        let (killed, printed, written) = kill(self.run(sending), instant);
        // In one moment: what a killed program had written and not made known may come to light when nobody else has the file open.
        let there = there(&self.book(), &sending.wants);
        let whole = there.iter().all(|there| *there) && !there.is_empty();
        assert!(
            whole || !there.contains(&true),
            "{:?}: some lines of a file are there and others are not",
            sending.words
        );
        let first = printed.as_ref().map(|ran| answers(ran, sending));
        let struck = match (killed, &first) {
            (false, _) => Struck::Missed,
            (true, Some(_)) => Struck::Answered,
            (true, None) if whole => Struck::Committed,
            (true, None) if written => Struck::Within,
            (true, None) => Struck::Before,
        };
        // Of a tick nobody can tell which part of its work was done.
        let struck = if sending.kind == "tick" && struck == Struck::Within { Struck::Committed } else { struck };
        let acknowledged = first.iter().flatten().any(Option::is_some);
        assert!(!acknowledged || whole, "acknowledged and lost: {:?}", sending.words);
        assert!(!sending.refused || !whole, "refused, and there: {:?}", sending.words);
        self.tally.count(sending.kind, struck);
        self.aim.learn(sending.kind, struck);
        if killed {
            self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1))).unwrap();
            self.tally.again += 1;
        }
        let from = Instant::now();
        let (_, again, _) = kill(self.run(sending), Duration::MAX);
        self.aim.took(sending.kind, from.elapsed());
        let again = answers(&again.unwrap(), sending);
        if let Some(first) = first.filter(|_| sending.kind != "tick") {
            assert_eq!(first, again, "{:?} was answered in two ways", sending.words);
        }
        self.close(sending, again);
    }

    /// Enters what is over in the ledger, and goes on with its case.
    fn close(&mut self, sending: &Sending, answers: Vec<Option<Value>>) {
        match (sending.kind, answers.first().cloned().flatten()) {
            ("open", Some(answer)) => self.own = Some((answer["case"].as_str().unwrap().to_string(), 0)),
            // What a timer moved meanwhile is left alone.
            ("move", None) => self.own = None,
            ("move", Some(_)) => {
                self.own = self.own.take().map(|(case, step)| (case, step + 1)).filter(|(_, step)| *step < WAY.len());
            }
            _ => {}
        }
        let wants = sending.wants.iter().cloned().zip(answers);
        self.tally.entries.extend(wants.map(|(entry, answer)| Entry { answer, ..entry }));
    }

    fn go(mut self) -> Tally {
        while self.left.load(Ordering::SeqCst) > 0 {
            let sending = self.next();
            self.send(&sending);
        }
        self.tally
    }
}

/// Lets a program run for so long and kills it; says whether the kill struck, what was printed if all of it was, and whether it had
/// written pages.
fn kill(mut child: Child, after: Duration) -> (bool, Option<Ran>, bool) {
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let mut written = false;
    if after != Duration::MAX {
        std::thread::sleep(after);
        child.kill().unwrap();
        written = pages_were_written(child.id());
    }
    let status = child.wait().unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    out.read_to_string(&mut stdout).unwrap();
    err.read_to_string(&mut stderr).unwrap();
    let killed = status.code().is_none();
    let whole = serde_json::from_str::<Value>(&stdout).is_ok();
    // An answer that was read as a whole counts, whatever became of the program.
    let code = status.code().unwrap_or_else(|| i32::from(stdout.contains("\"error\"")));
    (killed, whole.then_some(Ran { code, stdout, stderr }), written)
}

/// Whether a program that was killed and not yet buried had written a page or more: what the system counted says so.
fn pages_were_written(id: u32) -> bool {
    let from = Instant::now();
    let dead = || {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
    };
    while !dead() && from.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_micros(200));
    }
    let io = std::fs::read_to_string(format!("/proc/{id}/io")).unwrap_or_default();
    let written = io.lines().find_map(|line| line.strip_prefix("wchar: ")?.trim().parse::<u64>().ok());
    written.is_some_and(|bytes| bytes >= 4096)
}

/// The answer to each thing that was sent; nothing where it was refused.
fn answers(ran: &Ran, sending: &Sending) -> Vec<Option<Value>> {
    let answer = ran.json();
    match sending.kind {
        "batch" => {
            assert_eq!(ran.code, 0, "{}", ran.shown());
            answer["answers"].as_array().unwrap().iter().cloned().map(Some).collect()
        }
        "tick" => {
            // Another ticker may have set a later time.
            let ahead = answer["error"]["message"].as_str().is_some_and(|said| said.contains("cannot go back"));
            assert!(ran.code == 0 || ahead, "{}", ran.shown());
            Vec::new()
        }
        "move" if ran.code == 1 => vec![None],
        _ => {
            assert_eq!(ran.code, i32::from(sending.refused), "{}", ran.shown());
            vec![(ran.code == 0).then_some(answer)]
        }
    }
}

/// One casebook under so many kills, by so many clients at once.
fn round(kills: u64, clients: usize, seed: u64, aim: &Aim) -> Tally {
    let sandbox = begun();
    open(&sandbox, ["SHARED".to_string()]);
    let (clock, left) = (AtomicU64::new(12), AtomicU64::new(kills));
    let client = |number: usize| Client {
        sandbox: &sandbox,
        aim,
        clock: &clock,
        left: &left,
        name: format!("{}", char::from(b'A' + u8::try_from(number).unwrap())),
        dice: Dice::new(seed * 100 + number as u64),
        sent: 0,
        own: None,
        tally: Tally::default(),
    };
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|number| scope.spawn(move || client(number).go())).collect();
        threads.into_iter().for_each(|thread| tally.add(thread.join().unwrap()));
    });
    hold(&sandbox.path("casebook.db"), &tally.entries);
    assert_sound(&sandbox);
    assert_replays(&sandbox, 5);
    hold(&sandbox.path("casebook.db"), &tally.entries);
    tally
}

/// Kills on one casebook, before another is begun.
const A_ROUND: u64 = 500;

#[test]
fn killed_at_any_instant_nothing_acknowledged_is_lost_and_nothing_is_there_by_halves() {
    let (kills, seed) = (many("MAPCASE_KILLS", 60), many("MAPCASE_SEED", 1));
    let from = Instant::now();
    let mut tally = Tally::default();
    for (number, clients) in [4, 1, 8, 2].into_iter().cycle().enumerate() {
        let rest = kills.saturating_sub(tally.kills());
        if rest == 0 {
            break;
        }
        // With more clients everything takes longer.
        let aim = Aim(Mutex::new([(8_000, 0); KINDS.len()]));
        let some = rest.min(A_ROUND).min(kills.div_ceil(2));
        tally.add(round(some, clients, seed * 1_000 + number as u64, &aim));
    }
    tally.say(seed, from.elapsed().as_secs_f64());
    let of = |struck: Struck| tally.struck.get(&struck).copied().unwrap_or_default();
    if kills >= 1_000 {
        for struck in [Struck::Before, Struck::Within, Struck::Committed, Struck::Answered] {
            assert!(of(struck) > 0, "no kill struck {struck:?}");
        }
    }
}
