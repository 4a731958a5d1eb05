//! A short day of a council: eight workers on one casebook, none of whom waits in vain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use mapcase_engine::files;
use mapcase_examples::{Load, Plan, work};

#[test]
fn of_eight_workers_at_once_each_gets_on_in_every_hour() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    let atlas = Arc::new(mapcase_map::check(&files::read_atlas_files(&folder).unwrap()).atlas.unwrap());
    let (first, last) = (NaiveDate::from_ymd_opt(2025, 4, 1).unwrap(), NaiveDate::from_ymd_opt(2025, 4, 10).unwrap());
    let before = Plan { children: 20, seed: 3, first, last };
    let load = Load { before, workers: 8, hours: 3, an_hour: Duration::from_millis(700) };
    let dir = tempfile::tempdir().unwrap();
    let worked = work(&atlas, load, &dir.path().join("day.db")).unwrap();
    assert_eq!(worked.findings, Vec::<String>::new());
    assert_eq!(worked.workers.len(), 8);
    for busy in &worked.workers {
        assert_eq!(busy.failed, Vec::<String>::new());
        assert!(busy.done.iter().all(|done| *done > 0), "{:?}", busy.done);
    }
    let done: usize = worked.workers.iter().flat_map(|busy| &busy.done).sum();
    assert!(worked.events > done, "each command leaves an event");
}
