//! Wrong commands change nothing: made by rule over cases at many steps, also while timers are due and have not fired. After each,
//! every row of every table is as before, and the refusal says what is missing, who may act, or what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Book, With, answer, at, attachment, command, done, dump, note, opening, receive, set, withdraw};
use mapcase_case::{Act, CaseNumber, CaseState, Command, Opening, RefusalKind};
use mapcase_engine::{Engine, Error};
use mapcase_map::Machine;
use mapcase_map::model::{FieldType, Step, StepKind};

/// A casebook, a case in it and a time.
struct Scene {
    name: &'static str,
    book: Book,
    case: CaseNumber,
    now: DateTime<Utc>,
}

fn scene(name: &'static str, book: Book, case: u64, now: &str) -> Scene {
    Scene { name, book, case: CaseNumber(case), now: at(now) }
}

const CHILD: [(&str, &str); 2] = [("ics_number", "123456"), ("child_name", "A Child")];
const FAMILY: [(&str, &str); 3] =
    [("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")];

fn transfer_out() -> Book {
    let book = Book::real("2022-11-01");
    book.open("2022-11-18 12:00", "transfer-out", &CHILD);
    book
}

fn closure() -> Book {
    let book = transfer_out();
    book.act("2022-11-18 13:00", CaseNumber(1), done().with(&[("ola", "Testshire")]));
    book.act("2022-11-18 14:00", CaseNumber(1), done().with(&[("date_ending", "2022-12-31")]));
    book.act("2022-11-18 15:00", CaseNumber(1), done());
    book
}

fn letter() -> Book {
    let book = Book::real("2022-10-01");
    let case = book.open("2022-10-10 09:00", "financial-review-preparation", &FAMILY);
    book.act("2022-10-10 09:00", case, done());
    book.act("2022-10-14 10:00", case, done());
    book
}

fn transfer_in(steps: usize) -> Book {
    let book = Book::real("2022-10-01");
    let case = book.open("2022-11-01 09:00", "transfer-in", &[("ics_number", "123456")]);
    let story = [done(), done(), done(), answer("no"), done(), done().by("bob"), answer("no"), answer("no")];
    for command in story.into_iter().take(steps) {
        book.act("2022-11-01 10:00", case, command);
    }
    book
}

fn asked() -> Book {
    let book = closure();
    let reason = done()
        .with(&[("closure_reason", "other")])
        .attach(&["closure-request"])
        .check(&["review-done", "notice-given"]);
    book.act("2022-11-18 16:00", CaseNumber(2), reason);
    book.act("2022-11-18 16:00", CaseNumber(2), answer("no"));
    book
}

fn scenes() -> Vec<Scene> {
    let sent = || {
        let book = letter();
        book.act("2022-10-14 11:00", CaseNumber(1), done().attach(&["letter"]));
        book
    };
    let waiting = Book::real("2022-08-01");
    waiting.open(
        "2022-08-22 09:00",
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-02-28")],
    );
    waiting.act("2022-08-22 09:00", CaseNumber(1), done());
    let withdrawn = transfer_out();
    withdrawn.act("2022-11-18 13:00", CaseNumber(1), withdraw("CSM"));
    let uplift = Book::real("2022-11-01");
    uplift.open("2022-11-01 09:00", "service-uplift-request", &[("ics_number", "123456")]);
    vec![
        scene("a step with needs", transfer_out(), 1, "2022-11-18 13:00"),
        scene("a step whose deadline is due and has not fired", transfer_out(), 1, "2022-11-22 13:00"),
        scene("a case that was handed over", closure(), 1, "2022-11-19 09:00"),
        scene("a step with a checklist", closure(), 2, "2022-11-19 09:00"),
        scene("a checklist whose deadline is due and has not fired", closure(), 2, "2022-12-19 09:00"),
        scene("a step with evidence", letter(), 1, "2022-10-14 12:00"),
        scene("a wait for a reply", sent(), 1, "2022-10-20 09:00"),
        scene("a reply whose time has run out and nobody has noticed", sent(), 1, "2022-11-20 09:00"),
        scene("a wait for a time", waiting, 1, "2022-08-23 09:00"),
        scene("a duty of another person", transfer_in(5), 1, "2022-11-02 09:00"),
        scene("a question", transfer_in(6), 1, "2022-11-02 09:00"),
        scene("a limit that is due and has not fired", transfer_in(2), 1, "2023-01-10 09:00"),
        scene("a case that has ended", transfer_in(8), 1, "2022-11-02 09:00"),
        scene("a case that waits for another", asked(), 2, "2022-11-19 09:00"),
        scene("a case that was called", asked(), 3, "2022-11-19 09:00"),
        scene("a case that was withdrawn", withdrawn, 1, "2022-11-19 09:00"),
        scene("a step with money", uplift, 1, "2022-11-01 10:00"),
    ]
}

/// What a command is refused for.
struct Wrong {
    command: Command,
    kind: RefusalKind,
    says: Vec<String>,
}

struct Made<'a> {
    state: &'a CaseState,
    machine: &'a Machine,
    step: &'a Step,
    /// The number of the last event that is in the casebook; timers may be due that add some.
    stored: u64,
    now: DateTime<Utc>,
    list: Vec<Wrong>,
}

impl Made<'_> {
    fn add(&mut self, command: Command, kind: RefusalKind, says: &[&str]) {
        let says = says.iter().map(|word| word.to_string()).collect();
        self.list.push(Wrong { command, kind, says });
    }

    /// Of a case that runs: so; of one that does not, whatever it is.
    fn add_if_open(&mut self, command: Command, kind: RefusalKind, says: &[&str]) {
        match self.state.is_open() {
            true => self.add(command, kind, says),
            false => self.add(command, RefusalKind::NotOpen, &[]),
        }
    }

    /// The command of the step, bare, by somebody who has not acted yet.
    fn right(&self) -> Option<Command> {
        let command = match &self.step.kind {
            StepKind::Start { .. } | StepKind::Step { .. } => done(),
            StepKind::Decision { on: None, answers } => answer(answers.keys().next()?),
            StepKind::WaitFor { .. } => receive(),
            _ => return None,
        };
        Some(command.by("zoe"))
    }

    fn verbs(&mut self) {
        let right = self.right();
        for verb in [done(), answer("yes"), receive()] {
            let same = right
                .as_ref()
                .is_some_and(|right| std::mem::discriminant(&right.act) == std::mem::discriminant(&verb.act));
            if !same {
                self.add_if_open(verb, RefusalKind::WrongCommand, &[&format!("`{}`", self.step.id)]);
            }
        }
    }

    fn steps(&mut self) {
        let right = self.right().unwrap_or_else(done);
        self.add_if_open(right.clone().step("no-such-step"), RefusalKind::Unknown, &["no step `no-such-step`"]);
        let ids: Vec<String> = self.machine.map().steps.iter().map(|step| step.id.clone()).collect();
        let near = format!("{}x", ids[1]);
        self.add_if_open(right.clone().step(&near), RefusalKind::Unknown, &[&format!("did you mean `{}`?", ids[1])]);
        for other in ids.iter().filter(|id| **id != self.step.id).take(3) {
            self.add_if_open(
                right.clone().step(other),
                RefusalKind::NotHere,
                &[&format!("stands at `{}`", self.step.id)],
            );
        }
    }

    fn roles(&mut self) {
        let Some(right) = self.right() else { return };
        if self.step.roles.is_empty() {
            return;
        }
        let may = self.step.roles.join(" or ");
        for role in ["Family", "family", "", "CSM's deputy"] {
            self.add_if_open(right.clone().role(role), RefusalKind::WrongRole, &[&may]);
        }
        let evidence = command(Act::Attach(attachment("letter"))).role("Family");
        self.add_if_open(evidence, RefusalKind::WrongRole, &[&may]);
        self.add_if_open(
            command(Act::CheckOff("review-done".to_string())).role("Family"),
            RefusalKind::WrongRole,
            &[&may],
        );
    }

    fn answers(&mut self) {
        let StepKind::Decision { on: None, answers } = &self.step.kind else { return };
        for wrong in ["perhaps", "Yes", "yes ", ""] {
            self.add_if_open(
                answer(wrong),
                RefusalKind::WrongAnswer,
                &answers.keys().map(String::as_str).collect::<Vec<_>>(),
            );
        }
    }

    /// All is missing, and all but one.
    fn missing(&mut self) {
        let Some(right) = self.right() else { return };
        let (step, record) = (self.step, &self.machine.map().record);
        let needs: Vec<&String> = step.needs.iter().filter(|field| !self.state.record.contains_key(*field)).collect();
        let mut says: Vec<String> = needs
            .iter()
            .map(|field| match &record[*field].kind {
                FieldType::Choice(choices) => {
                    format!("{}: {} (set {field}=…)", record[*field].title, choices.join(", "))
                }
                _ => format!("{} (set {field}=…)", record[*field].title),
            })
            .collect();
        says.extend(step.evidence.iter().map(|name| format!("(attach {name} REFERENCE)")));
        says.extend(step.checklist.iter().map(|(item, title)| format!("{title} (check-off {item})")));
        let says: Vec<&str> = says.iter().map(String::as_str).collect();
        if says.is_empty() {
            return;
        }
        self.add_if_open(right.clone(), RefusalKind::Missing, &says);
        if let (Act::Do { .. }, [.., last]) = (&right.act, &says[..]) {
            let names: Vec<&str> = step.evidence.iter().map(String::as_str).collect();
            let mut almost = right;
            if step.checklist.is_empty() && !needs.is_empty() {
                almost = almost.attach(&names);
            } else {
                let items: Vec<&str> = step.checklist.iter().skip(1).map(|(item, _)| item.as_str()).collect();
                almost = almost.check(&items);
            }
            let _ = last;
            self.add_if_open(almost, RefusalKind::Missing, &["missing"]);
        }
    }

    fn times(&mut self) {
        let right = self.right().unwrap_or_else(done);
        let acts =
            [right.clone(), set(&[("ics_number", "123456")]), note("x"), command(Act::Attach(attachment("letter")))];
        for act in &acts {
            for later in [TimeDelta::seconds(1), TimeDelta::days(365)] {
                let future = Command { at: Some(self.now + later), ..act.clone() };
                self.add(future, RefusalKind::InTheFuture, &["in the future"]);
            }
        }
        let early = |act: &Command, at: DateTime<Utc>| Command { at: Some(at - TimeDelta::seconds(1)), ..act.clone() };
        let follows = self.state.opened_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        self.add_if_open(early(&acts[1], self.state.opened_at), RefusalKind::TooEarly, &[&follows]);
        self.add(early(&acts[2], self.state.opened_at), RefusalKind::TooEarly, &[&follows]);
        let entered = self.state.entered_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        if self.right().is_some() {
            self.add_if_open(early(&acts[0], self.state.entered_at), RefusalKind::TooEarly, &[&entered]);
        }
        self.add_if_open(early(&acts[3], self.state.entered_at), RefusalKind::TooEarly, &[]);
    }

    fn expectations(&mut self) {
        let mut seen = vec![0, self.state.seq - 1, self.state.seq + 1, 99_999];
        if self.stored != self.state.seq {
            seen.push(self.stored);
        }
        for expect in seen {
            let what = if expect == self.stored { "mapcase tick" } else { "mapcase show" };
            let says = format!("you saw event {expect}, and it now has {}", self.state.seq);
            self.add(note("x").expect(expect), RefusalKind::Moved, &[what, &says]);
            self.add(self.right().unwrap_or_else(done).expect(expect), RefusalKind::Moved, &[what]);
        }
    }

    fn fields(&mut self) {
        let record = &self.machine.map().record;
        self.add_if_open(set(&[]), RefusalKind::WrongValue, &["field=value"]);
        self.add_if_open(set(&[("no_such_field", "1")]), RefusalKind::Unknown, &["no field `no_such_field`"]);
        for (name, field) in record {
            let near = format!("{name}s");
            self.add_if_open(set(&[(&near, "1")]), RefusalKind::Unknown, &[&format!("did you mean `{name}`?")]);
            let wrong: &[&str] = match &field.kind {
                FieldType::Text { pattern: Some(_) } => &["12", "123456x", "twelve"],
                FieldType::Text { pattern: None } => &["a\u{7}b"],
                FieldType::Number => &["1e5", "one"],
                FieldType::Money => &["1.5", "£1,23.00", "fifteen"],
                FieldType::Date => &["14/10/2022", "2022-02-30", "tomorrow"],
                FieldType::YesNo => &["true", "maybe"],
                FieldType::Choice(_) => &["none of them"],
            };
            for value in wrong {
                self.add_if_open(set(&[(name, value)]), RefusalKind::WrongValue, &[name, &field.title]);
            }
            if let Some(right) = self.right() {
                self.add_if_open(right.with(&[(name, wrong[0])]), RefusalKind::WrongValue, &[name]);
            }
        }
    }

    fn beside(&mut self) {
        let long = "x".repeat(4001);
        for text in ["", "  \n", long.as_str(), "bell \u{7}"] {
            self.add(note(text), RefusalKind::WrongValue, &["a note"]);
            self.add_if_open(command(Act::Assign(Some(text.to_string()))), RefusalKind::WrongValue, &["a name"]);
            let reason = command(Act::Withdraw { reason: text.to_string() }).role("CSM");
            self.add_if_open(reason, RefusalKind::WrongValue, &["a reason"]);
        }
        for role in ["ASW", "TM", ""] {
            self.add_if_open(withdraw(role), RefusalKind::WrongRole, &["CSM", "DPTM", "supervisor"]);
        }
        let nobody = command(Act::Withdraw { reason: "why".to_string() });
        self.add_if_open(nobody, RefusalKind::WrongRole, &["--as CSM"]);
        self.add_if_open(
            command(Act::CheckOff("no-such-item".to_string())).by("zoe"),
            RefusalKind::Unknown,
            &["no item `no-such-item`"],
        );
        for (name, reference, sha256) in
            [("", "r", None), ("n", "", None), ("n", "r", Some("abc")), ("n", "r", Some("zz"))]
        {
            let sha256 = sha256.map(str::to_string);
            let wrong = mapcase_case::Attachment { name: name.to_string(), reference: reference.to_string(), sha256 };
            self.add_if_open(command(Act::Attach(wrong)).by("zoe"), RefusalKind::WrongValue, &[]);
        }
        for actor in ["", " ", "a\u{0}b"] {
            self.add(note("x").by(actor), RefusalKind::WrongValue, &["the name of who acts"]);
        }
    }

    fn persons(&mut self) {
        let Some(right) = self.right() else { return };
        for other in &self.step.not_by {
            let Some(doer) = self.state.done.get(other).and_then(|done| done.actor.clone()) else { continue };
            for same in [doer.clone(), doer.to_uppercase(), format!(" {doer}")] {
                self.add_if_open(right.clone().by(&same), RefusalKind::SamePerson, &["another person", "colleague"]);
            }
        }
    }
}

fn made(scene: &Scene) -> Vec<Wrong> {
    // What the case will be like when its timers have fired, seen on a copy.
    let dir = common::folder();
    let copy = dir.path().join("copy.db");
    let stored = scene.book.read().view(scene.case).unwrap().state.seq;
    std::fs::copy(&scene.book.path, &copy).unwrap();
    let book = mapcase_engine::Casebook::open(&copy).unwrap();
    let mut run = Engine::new(book, Some(scene.book.atlas.clone()), Some(scene.now)).unwrap();
    run.tick(|_, _| {}).unwrap();
    let view = run.view(scene.case).unwrap();
    let step = view.machine.step(&view.state.step).unwrap();
    let mut made = Made { state: &view.state, machine: &view.machine, step, stored, now: scene.now, list: Vec::new() };
    made.verbs();
    made.steps();
    made.roles();
    made.answers();
    made.missing();
    made.times();
    made.expectations();
    made.fields();
    made.beside();
    made.persons();
    made.list
}

#[test]
fn wrong_commands_change_nothing_and_say_what_to_do() {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for scene in scenes() {
        let before = dump(&scene.book.path);
        let wrong = made(&scene);
        let mut run = scene.book.on(scene.now);
        for Wrong { command, kind, says } in wrong {
            let words = || format!("{}: {command:?}", scene.name);
            let refusal = match run.command(scene.case, &command, Some("a-request")) {
                Err(Error::Refused(refusal)) => refusal,
                other => panic!("{}: {other:?}", words()),
            };
            assert_eq!(refusal.kind, kind, "{}: {refusal:?}", words());
            assert!(!refusal.help.is_empty() && !refusal.message.is_empty(), "{}", words());
            if kind == RefusalKind::WrongRole || kind == RefusalKind::SamePerson || kind == RefusalKind::Missing {
                assert!(!refusal.may_act.is_empty(), "{}: {refusal:?}", words());
            }
            if kind == RefusalKind::Missing {
                assert!(!refusal.missing.is_empty(), "{}: {refusal:?}", words());
            }
            let all = format!("{} {:?} {:?} {}", refusal.message, refusal.missing, refusal.may_act, refusal.help);
            for word in says {
                assert!(all.contains(&word), "{}: `{word}` is not in: {all}", words());
            }
            assert!(dump(&scene.book.path) == before, "{} changed something", words());
            *count.entry(kind.word()).or_default() += 1;
        }
    }
    println!("{count:#?}");
    let all: usize = count.values().sum();
    assert!(all >= 500, "only {all} wrong commands");
    for kind in [
        "not-open",
        "not-here",
        "wrong-command",
        "wrong-role",
        "same-person",
        "missing",
        "wrong-answer",
        "wrong-value",
        "unknown",
        "in-the-future",
        "too-early",
        "moved",
    ] {
        assert!(count.get(kind).copied().unwrap_or(0) >= 3, "{kind}: {count:#?}");
    }
}

#[test]
fn a_case_that_is_not_there_is_not_there() {
    for scene in scenes().into_iter().take(3) {
        let before = dump(&scene.book.path);
        let mut run = scene.book.on(scene.now);
        for number in [0, 4, 99, u64::from(u32::MAX), i64::MAX as u64] {
            for wrong in [done(), note("x"), set(&[("ics_number", "123456")]), withdraw("CSM")] {
                let error = run.command(CaseNumber(number), &wrong, None).unwrap_err();
                assert!(matches!(error, Error::NoCase(CaseNumber(found)) if found == number), "{error}");
            }
        }
        assert!(dump(&scene.book.path) == before);
    }
}

#[test]
fn a_case_is_not_opened_wrongly() {
    let book = closure();
    let before = dump(&book.path);
    let now = at("2022-12-01 09:00");
    let good = || opening("transfer-out", &CHILD);
    let with = |record: &[(&str, &str)]| opening("financial-review-preparation", record);
    let wrong: Vec<(Opening, RefusalKind, &[&str])> = vec![
        (opening("no-such-map", &[]), RefusalKind::NoMap, &["no such map"]),
        (opening("transfer-ou", &[]), RefusalKind::NoMap, &["did you mean `transfer-out`?"]),
        (opening("", &[]), RefusalKind::NoMap, &[]),
        (Opening { entry: Some("no-such-start".to_string()), ..good() }, RefusalKind::Unknown, &["notified"]),
        (Opening { entry: Some("request-transfer".to_string()), ..good() }, RefusalKind::Unknown, &["no start"]),
        (Opening { role: Some("Family".to_string()), ..good() }, RefusalKind::WrongRole, &["ASW"]),
        (Opening { at: Some(now + TimeDelta::seconds(1)), ..good() }, RefusalKind::InTheFuture, &["in the future"]),
        (Opening { actor: " ".to_string(), ..good() }, RefusalKind::WrongValue, &["who acts"]),
        (opening("transfer-out", &[("ics", "1")]), RefusalKind::Unknown, &["no field `ics`"]),
        (opening("transfer-out", &[("ics_number", "1")]), RefusalKind::WrongValue, &["must look like"]),
        (opening("transfer-out", &[("date_ending", "soon")]), RefusalKind::WrongValue, &["2022-10-14"]),
        (with(&[]), RefusalKind::Missing, &["ICS number", "The family manages", "First payment"]),
        (with(&FAMILY[..2]), RefusalKind::Missing, &["First payment or last completed review (review_anchor=…)"]),
        (with(&[("family_managed", "perhaps")]), RefusalKind::WrongValue, &["`yes` or `no`"]),
    ];
    let mut run = book.on(now);
    for (opening, kind, says) in wrong {
        let refusal = common::refusal(run.open(&opening, Some("a-request")));
        common::helps(&refusal, kind, says);
        assert!(dump(&book.path) == before, "{opening:?} changed something");
    }
    for year in ["1066-10-14", "2999-01-01"] {
        let error = run.open(&Opening { at: Some(at(year)), ..good() }, None).unwrap_err();
        assert!(matches!(error, Error::Clock(_)), "{error}");
        assert!(dump(&book.path) == before);
    }
}

/// A request that is made again answers as the first did, also when the case has moved on or timers are due; the same id for
/// anything else is refused.
#[test]
fn a_request_is_done_once() {
    let book = transfer_out();
    let first = done().with(&[("ola", "Testshire")]).expect(book.state(1).seq);
    let mut run = book.on(at("2022-11-18 13:00"));
    let answer_1 = run.command(CaseNumber(1), &first, Some("one")).unwrap();
    let opened_1 = run.open(&opening("transfer-out", &CHILD), Some("two")).unwrap();
    run.command(CaseNumber(1), &done().with(&[("date_ending", "2022-12-31")]), None).unwrap();
    drop(run);
    let before = dump(&book.path);
    for now in ["2022-11-18 13:00", "2022-11-18 14:00", "2023-02-01 09:00"] {
        let mut run = book.on(at(now));
        assert_eq!(run.command(CaseNumber(1), &first, Some("one")).unwrap(), answer_1);
        assert_eq!(run.open(&opening("transfer-out", &CHILD), Some("two")).unwrap(), opened_1);
        assert!(dump(&book.path) == before, "a repeated request changed something at {now}");
        let others = [first.clone().by("bob"), first.clone().role("ASW"), done(), note("x"), first.clone().expect(1)];
        for other in others {
            let error = run.command(CaseNumber(1), &other, Some("one")).unwrap_err();
            assert!(matches!(&error, Error::RequestReused(id) if id == "one"), "{error}");
        }
        assert!(matches!(run.command(CaseNumber(2), &first, Some("one")), Err(Error::RequestReused(_))));
        assert!(matches!(run.open(&opening("transfer-out", &CHILD), Some("one")), Err(Error::RequestReused(_))));
        assert!(matches!(run.open(&opening("transfer-in", &[]), Some("two")), Err(Error::RequestReused(_))));
        assert!(dump(&book.path) == before, "a reused request id changed something at {now}");
    }
    // A request that was refused was not made: it may be made again, and is then done.
    let again = note("later").expect(1);
    assert!(matches!(
        book.on(at("2023-02-01 09:00")).command(CaseNumber(1), &again, Some("three")),
        Err(Error::Refused(_))
    ));
    assert!(dump(&book.path) == before);
    assert!(book.on(at("2023-02-01 09:00")).command(CaseNumber(1), &note("later"), Some("three")).is_ok());
    book.sound();
}
