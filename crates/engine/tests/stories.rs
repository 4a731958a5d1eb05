//! Stories on the real maps, through the engine, on a simulated clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_case::{Act, Attachment, CaseNumber, Command, Opening};
use mapcase_engine::{Casebook, Engine, Making, files::read_atlas_files};
use mapcase_map::CheckedAtlas;
use mapcase_map::time::parse_when;

fn atlas() -> Arc<CheckedAtlas> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../processes");
    let checked = mapcase_map::check(&read_atlas_files(&folder).unwrap());
    assert!(!checked.has_errors(), "{:#?}", checked.findings);
    Arc::new(checked.atlas.unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    parse_when(text, chrono_tz::Europe::London).unwrap()
}

fn engine(path: &Path, atlas: &Arc<CheckedAtlas>, now: &str) -> Engine {
    let book = if path.exists() {
        Casebook::open(path)
    } else {
        Casebook::make(path, Making { simulated: true, now: at("2022-01-01") })
    };
    Engine::new(book.unwrap(), Some(atlas.clone()), Some(at(now))).unwrap()
}

fn fields(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn attach(name: &str) -> Vec<Attachment> {
    vec![Attachment { name: name.to_string(), reference: format!("{name}-1"), sha256: None }]
}

fn done(attachments: Vec<Attachment>) -> Act {
    Act::Do { step: None, set: BTreeMap::new(), check_off: Vec::new(), attach: attachments }
}

fn command(act: Act) -> Command {
    Command { act, actor: "ann".to_string(), role: None, at: None, expect: None }
}

#[test]
fn two_letters_go_unanswered_and_a_manager_knows() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.db");
    let atlas = atlas();
    let case = CaseNumber(1);
    let mut run = engine(&path, &atlas, "2022-10-10 09:00");
    let record = fields(&[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")]);
    let opening = Opening {
        map: "financial-review-preparation".to_string(),
        entry: None,
        record,
        actor: "ann".to_string(),
        role: None,
        at: None,
    };
    assert_eq!(run.open(&opening, None).unwrap().step, "tracker-information");
    assert_eq!(run.command(case, &command(done(vec![])), None).unwrap().step, "prepare-letters");
    drop(run);
    let mut run = engine(&path, &atlas, "2022-10-14 10:00");
    run.command(case, &command(done(vec![])), None).unwrap();
    assert_eq!(run.command(case, &command(done(attach("letter"))), None).unwrap().step, "first-response");
    drop(run);
    let mut run = engine(&path, &atlas, "2022-10-29 09:00");
    let answer = Act::Answer { step: None, answer: "no".to_string(), set: BTreeMap::new(), attach: vec![] };
    assert_eq!(run.command(case, &command(answer), None).unwrap().step, "send-second-letter");
    run.command(case, &command(done(attach("second-letter"))), None).unwrap();
    drop(run);
    let mut run = engine(&path, &atlas, "2022-12-15 09:00");
    let report = run.tick(|_, _| {}).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    for row in run.history(case).unwrap() {
        println!(
            "{} {} {}",
            row.event.seq,
            row.event.occurred_at,
            mapcase_engine::describe::describe(
                &row.event,
                Some(&run.view(case).unwrap().machine),
                chrono_tz::Europe::London
            )
        );
    }
    println!(
        "{:#?}",
        run.list(&Default::default())
            .unwrap()
            .iter()
            .map(|row| (row.case.to_string(), row.map.clone(), row.step.clone(), row.late))
            .collect::<Vec<_>>()
    );
    let verified = run.verify(None, |_, _| {}).unwrap();
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    println!("{:?}", run.work(Some("CSM"), None).unwrap());
    run.rebuild(|_, _| {}).unwrap();
    assert!(run.verify(None, |_, _| {}).unwrap().findings.is_empty());
}
