//! Several commands in one transaction: each is all or nothing in itself, and all of them are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use mapcase_case::{Act, CaseNumber};
use mapcase_engine::Error;
use support::*;

const NOW: &str = "2022-10-03 09:00";

fn note(text: &str) -> mapcase_case::Command {
    by("ann", Act::Note(text.to_string()))
}

/// A casebook with one case, and an engine on it.
fn with_a_case() -> (Bench, mapcase_engine::Engine) {
    let bench = Bench::new();
    let mut engine = bench.at(NOW);
    engine.open(&opening(&[("child", "Ada One")]), None).unwrap();
    (bench, engine)
}

#[test]
fn what_is_refused_leaves_nothing_and_the_others_stand() {
    let bench = Bench::new();
    let mut engine = bench.at(NOW);
    let seqs = engine.together(|engine| {
        let case: CaseNumber = engine.open(&opening(&[("child", "Ada One")]), Some("first"))?.case.parse().unwrap();
        let one = engine.command(case, &note("one"), None)?.seq;
        let refused = engine.command(case, &by("ann", answer("no")), None);
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        let two = engine.command(case, &note("two"), None)?.seq;
        // What was done in this transaction is seen in it.
        assert_eq!(engine.view(case)?.state.seq, two);
        assert_eq!(engine.open(&opening(&[("child", "Ada One")]), Some("first"))?.case, case.to_string());
        Ok((one, two))
    });
    let (one, two) = seqs.unwrap();
    assert_eq!(two, one + 1);
    for engine in [engine, bench.at(NOW)] {
        assert_eq!(engine.view(CaseNumber(1)).unwrap().state.seq, two);
        assert_eq!(engine.verify(None, |_, _| {}).unwrap().findings, []);
    }
}

#[test]
fn an_error_takes_all_of_them_back_in_the_file_and_in_memory() {
    let (bench, mut engine) = with_a_case();
    let (before, seq) = (dump(&bench.path()), engine.view(CaseNumber(1)).unwrap().state.seq);
    let failed: Result<(), Error> = engine.together(|engine| {
        engine.command(CaseNumber(1), &note("one"), None)?;
        engine.open(&opening(&[("child", "Bob Two")]), None)?;
        Err(Error::Busy)
    });
    assert!(matches!(failed, Err(Error::Busy)));
    let after = dump(&bench.path());
    assert!(before == after, "{}", difference(&before, &after));
    assert_eq!(engine.view(CaseNumber(1)).unwrap().state.seq, seq);
    assert!(matches!(engine.view(CaseNumber(2)), Err(Error::NoCase(_))));
    // And the engine goes on.
    assert_eq!(engine.command(CaseNumber(1), &note("one"), None).unwrap().seq, seq + 1);
}

#[test]
fn what_others_write_between_two_commands_is_seen() {
    let bench = Bench::new();
    let (mut one, mut other) = (bench.at(NOW), bench.at(NOW));
    let case: CaseNumber = one.open(&opening(&[("child", "Ada One")]), None).unwrap().case.parse().unwrap();
    for text in ["a", "b", "c"] {
        let before = one.command(case, &note(text), None).unwrap().seq;
        assert_eq!(other.command(case, &note(text), None).unwrap().seq, before + 1);
        assert_eq!(one.view(case).unwrap().state.seq, before + 1);
    }
    assert_eq!(one.verify(None, |_, _| {}).unwrap().findings, []);
}

/// A command that no other program may see before it is on the disk: they wait, and then see all of it.
#[test]
fn nobody_sees_a_part_of_it() {
    let (bench, mut engine) = with_a_case();
    let reader = bench.at(NOW);
    let seq = reader.view(CaseNumber(1)).unwrap().state.seq;
    engine
        .together(|engine| {
            for text in ["one", "two"] {
                engine.command(CaseNumber(1), &note(text), None)?;
                assert_eq!(reader.view(CaseNumber(1))?.state.seq, seq);
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(reader.view(CaseNumber(1)).unwrap().state.seq, seq + 2);
}
