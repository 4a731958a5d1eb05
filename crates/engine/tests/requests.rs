//! Request ids and `expect`: a command that is sent twice is done once, and one that was made for another moment is not done.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;

use mapcase_case::{Act, Attachment, CaseNumber, Command, Opening, RefusalKind};
use mapcase_engine::{Engine, Error};
use support::*;

const CASE: CaseNumber = CaseNumber(1);

fn begun() -> Bench {
    let bench = Bench::new();
    bench.at("2022-10-03 09:00").open(&opening(&[("child", "Ada One")]), Some("first")).unwrap();
    bench
}

/// A command is refused, and the casebook is as before, byte for byte.
#[track_caller]
fn changes_nothing(bench: &Bench, act: impl FnOnce(&mut Engine) -> Error) -> Error {
    let before = dump(&bench.path());
    let error = act(&mut bench.at("2022-10-03 09:00"));
    let after = dump(&bench.path());
    assert!(before == after, "{}", difference(&before, &after));
    error
}

#[test]
fn a_repeated_opening_answers_as_the_first_and_opens_none() {
    let bench = begun();
    let first = bench.at("2022-10-03 09:00").view(CASE).unwrap().state.seq;
    run(&mut bench.at("2022-10-03 10:00"), 1, prepare());
    let before = dump(&bench.path());
    // Days later, when the case has long moved.
    let answer = bench.at("2022-10-03 10:00").open(&opening(&[("child", "Ada One")]), Some("first")).unwrap();
    assert_eq!((answer.case.as_str(), answer.step.as_str(), answer.seq), ("1R", "prepare", first));
    assert_eq!(before, dump(&bench.path()));
}

#[test]
fn a_repeated_command_answers_as_the_first_and_does_nothing() {
    let bench = begun();
    let acts: [(&str, Act, &str); 6] = [
        ("note", Act::Note("called the family".to_string()), "prepare"),
        ("set", Act::Set(fields(&[("child", "Ada Two"), ("met_on", "2022-10-02")])), "prepare"),
        ("assign", Act::Assign(Some("bob".to_string())), "prepare"),
        ("prepare", prepare(), "reply"),
        ("receive", receive(), "decide"),
        ("answer", answer("no"), "pass-on"),
    ];
    let mut answers = Vec::new();
    for (id, act, step) in &acts {
        let answer = bench.at("2022-10-03 09:30").command(CASE, &by("ann", act.clone()), Some(id)).unwrap();
        assert_eq!(answer.step, *step, "{id}");
        answers.push(answer);
    }
    let before = dump(&bench.path());
    for ((id, act, _), first) in acts.iter().zip(&answers) {
        // The case was handed over: none of them would be possible any more.
        let again = bench.at("2022-10-03 09:30").command(CASE, &by("ann", act.clone()), Some(id)).unwrap();
        assert_eq!(again, *first);
    }
    let after = dump(&bench.path());
    assert!(before == after, "{}", difference(&before, &after));
    assert_eq!(after["request"].len(), 7);
    assert_sound(&bench.at("2022-10-03 09:30"));
}

#[test]
fn a_request_id_is_for_one_command_only() {
    let bench = begun();
    let note = by("ann", Act::Note("one".to_string()));
    bench.at("2022-10-03 09:00").command(CASE, &note, Some("note")).unwrap();
    let others = [
        Command { act: Act::Note("two".to_string()), ..note.clone() },
        Command { actor: "bob".to_string(), ..note.clone() },
        Command { role: Some("CW".to_string()), ..note.clone() },
        Command { at: Some(at("2022-10-03 09:00")), ..note.clone() },
        Command { expect: Some(3), ..note.clone() },
        Command { act: Act::Assign(Some("one".to_string())), ..note.clone() },
    ];
    for other in others {
        let error = changes_nothing(&bench, |engine| engine.command(CASE, &other, Some("note")).unwrap_err());
        assert!(matches!(&error, Error::RequestReused(id) if id == "note"), "{other:?}: {error}");
    }
    let error = changes_nothing(&bench, |engine| engine.command(CaseNumber(2), &note, Some("note")).unwrap_err());
    assert!(matches!(error, Error::RequestReused(_)), "another case: {error}");
    let error = changes_nothing(&bench, |engine| engine.open(&opening(&[]), Some("note")).unwrap_err());
    assert!(matches!(error, Error::RequestReused(_)), "an opening: {error}");
    let other = Opening { record: fields(&[("child", "Ada Two")]), ..opening(&[]) };
    let error = changes_nothing(&bench, |engine| engine.open(&other, Some("first")).unwrap_err());
    assert!(matches!(error, Error::RequestReused(_)), "another record: {error}");
}

#[test]
fn acts_that_look_alike_are_different_commands() {
    let attachment = |reference: &str, sha256: Option<&str>| Attachment {
        name: "letter".to_string(),
        reference: reference.to_string(),
        sha256: sha256.map(str::to_string),
    };
    let plain = |set: &[(&str, &str)], check_off: &[&str], attach: &[Attachment]| Act::Do {
        step: None,
        set: fields(set),
        check_off: check_off.iter().map(|item| item.to_string()).collect(),
        attach: attach.to_vec(),
    };
    let acts = [
        plain(&[], &[], &[attachment("a", None)]),
        plain(&[], &[], &[attachment("b", None)]),
        plain(&[], &[], &[attachment("a", Some(&"0".repeat(64)))]),
        plain(&[], &[], &[attachment("a", None), attachment("a", None)]),
        plain(&[("number", "12345")], &[], &[attachment("a", None)]),
        plain(&[], &["signed"], &[attachment("a", None)]),
        Act::Attach(attachment("a", None)),
        Act::Set(BTreeMap::new()),
        Act::Set(fields(&[("number", "")])),
        Act::CheckOff("signed".to_string()),
        Act::Withdraw { reason: "signed".to_string() },
        Act::Note("signed".to_string()),
        Act::Assign(None),
        Act::Assign(Some("signed".to_string())),
        receive(),
        answer("yes"),
        plain_do(),
    ];
    let bench = begun();
    bench.at("2022-10-03 09:00").command(CASE, &by("ann", Act::CheckOff("signed".to_string())), Some("id")).unwrap();
    for act in acts {
        let same = act == Act::CheckOff("signed".to_string());
        let done = bench.at("2022-10-03 09:00").command(CASE, &by("ann", act.clone()), Some("id"));
        assert_eq!(done.is_ok(), same, "{act:?}");
        assert!(same || matches!(done, Err(Error::RequestReused(_))), "{act:?}");
    }
}

#[test]
fn a_refused_command_leaves_its_request_id_free() {
    let bench = begun();
    let error =
        changes_nothing(&bench, |engine| engine.command(CASE, &by("ann", plain_do()), Some("prepare")).unwrap_err());
    assert!(matches!(&error, Error::Refused(refusal) if refusal.kind == RefusalKind::Missing), "{error}");
    let answer = bench.at("2022-10-03 09:00").command(CASE, &by("ann", prepare()), Some("prepare")).unwrap();
    assert_eq!(answer.step, "reply");
}

#[test]
fn what_a_request_keeps_tells_no_personal_value() {
    let bench = begun();
    let mut engine = bench.at("2022-10-03 09:00");
    let set = by("ann", Act::Set(fields(&[("child", "Zebedee Quartermain")])));
    engine.command(CASE, &set, Some("one")).unwrap();
    engine.command(CASE, &set, Some("two")).unwrap();
    drop(engine);
    let rows = &dump(&bench.path())["request"];
    assert!(!rows.iter().any(|row| row.contains("Quartermain")), "{rows:#?}");
    // Not even that both were the same command: each has its own salt.
    let db = bench.rogue();
    let different: i64 = db
        .query_row("SELECT count(DISTINCT command) FROM request WHERE id IN ('one', 'two')", [], |row| row.get(0))
        .unwrap();
    assert_eq!(different, 2);
}

#[test]
fn a_command_that_expects_another_event_is_refused() {
    let bench = begun();
    let seq = bench.at("2022-10-03 09:00").view(CASE).unwrap().state.seq;
    for stale in [0, 1, seq - 1, seq + 1, u64::MAX] {
        let command = Command { expect: Some(stale), ..by("ann", prepare()) };
        let error = changes_nothing(&bench, |engine| engine.command(CASE, &command, None).unwrap_err());
        assert!(matches!(&error, Error::Refused(refusal) if refusal.kind == RefusalKind::Moved), "{stale}: {error}");
        assert!(error.to_string().contains(&format!("it now has {seq}")), "{error}");
    }
    let command = Command { expect: Some(seq), ..by("ann", prepare()) };
    let moved = bench.at("2022-10-03 09:00").command(CASE, &command, None).unwrap();
    assert_eq!(moved.step, "reply");
    // Sent once more without a request id, it is refused for having moved the case itself.
    let error = changes_nothing(&bench, |engine| engine.command(CASE, &command, None).unwrap_err());
    assert!(matches!(&error, Error::Refused(refusal) if refusal.kind == RefusalKind::Moved), "{error}");
}

#[test]
fn a_timer_that_fires_before_the_command_counts_as_having_moved() {
    let bench = begun();
    run(&mut bench.at("2022-10-03 09:00"), 1, prepare());
    let seq = bench.at("2022-10-03 09:00").view(CASE).unwrap().state.seq;
    // The wait's time has run out, though no tick has said so: nothing of that is written by a refused command.
    let before = dump(&bench.path());
    let command = Command { expect: Some(seq), ..by("ann", receive()) };
    let error = bench.at("2022-10-12 09:00").command(CASE, &command, None).unwrap_err();
    assert!(matches!(&error, Error::Refused(refusal) if refusal.kind == RefusalKind::Moved), "{error}");
    let after = dump(&bench.path());
    assert!(before == after, "{}", difference(&before, &after));
}

#[test]
fn what_is_typed_is_held_to_a_length_and_to_letters_that_are_seen() {
    let bench = begun();
    let note = |text: &str| by("ann", Act::Note(text.to_string()));
    for id in ["", " ", &"x".repeat(201), "a\u{202e}b", "a\nb"] {
        let error = changes_nothing(&bench, |engine| engine.command(CASE, &note("n"), Some(id)).unwrap_err());
        assert!(error.to_string().starts_with("the request id"), "{error}");
    }
    assert!(bench.at("2022-10-03 09:00").command(CASE, &note("n"), Some(&"x".repeat(200))).is_ok());
    let attach = (0..101).map(|at| evidence(&format!("letter-{at}"))).collect();
    let act = Act::Do { step: None, set: BTreeMap::new(), check_off: Vec::new(), attach };
    let error = changes_nothing(&bench, |engine| engine.command(CASE, &by("ann", act), None).unwrap_err());
    assert_eq!(error.to_string(), "101 references come with one command");
    let act = Act::Set(fields(&[("number", &"9".repeat(100_000))]));
    let error = changes_nothing(&bench, |engine| engine.command(CASE, &by("ann", act), None).unwrap_err());
    assert!(error.to_string().chars().count() <= 601, "what is quoted is cut short");
}
