//! Many seeds, in as many processes as the machine has processors, and the summary of what happened in them.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::life::live;
use super::world::{Lived, Stats, Ways};

/// What tells a child of its seeds: the first, the end, and the step from one to the next.
pub const PART: &str = "MAPCASE_SEEDS_PART";

/// How to live a seed again.
fn again(seed: u64) -> String {
    format!("MAPCASE_SEED={seed} cargo test --release -p mapcase-engine --test simulator seeds -- --nocapture")
}

/// What is told of a seed in which something was found.
pub fn told(seed: u64, lived: &Lived) -> String {
    let found: Vec<String> =
        lived.findings.iter().map(|finding| format!("{:?}: {}", finding.kind, finding.what)).collect();
    format!("{}\nseed {seed}:\n{}\nto live it again: {}\n", lived.log, found.join("\n"), again(seed))
}

/// Lives the seeds of a part.
pub fn part(text: &str) {
    let numbers: Vec<u64> = text.split(' ').map(|word| word.parse().unwrap()).collect();
    let mut stats = Stats::new();
    for seed in (numbers[0]..numbers[1]).step_by(numbers[2] as usize) {
        let lived = live(seed, Ways::default());
        assert!(lived.findings.is_empty(), "{}", told(seed, &lived));
        *stats.entry("seeds".to_string()).or_default() += 1;
        lived.stats.into_iter().for_each(|(name, times)| *stats.entry(name).or_default() += times);
    }
    for (name, times) in stats {
        println!("\n@{name}\t{times}");
    }
}

/// Lives so many seeds.
pub fn many(seeds: u64) -> Stats {
    let processes = std::thread::available_parallelism().map_or(1, usize::from);
    let child = |number: usize| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_part_of_the_seeds", "--nocapture", "--test-threads=1"])
            .env(PART, format!("{number} {seeds} {processes}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..processes).map(child).collect();
    let mut stats = Stats::new();
    for mut child in children {
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            let Some((name, times)) = line.strip_prefix('@').and_then(|line| line.split_once('\t')) else { continue };
            *stats.entry(name.to_string()).or_default() += times.parse::<u64>().unwrap();
        }
        assert!(child.wait().unwrap().success(), "something was found: see above");
    }
    assert_eq!(stats.get("seeds"), Some(&seeds));
    stats
}

/// The summary as a table.
pub fn table(stats: &Stats) -> String {
    let mut lines = Vec::new();
    let is = |name: &str| if name.starts_with("checked") { 2 } else { u8::from(name.starts_with("fault")) };
    for (group, title) in [(0, "happened"), (1, "went wrong"), (2, "checked")] {
        lines.push(format!("{title}:"));
        let of_group = stats.iter().filter(|(name, _)| is(name) == group);
        lines.extend(of_group.map(|(name, times)| {
            let name = name.trim_start_matches("checked: ").trim_start_matches("fault: ");
            format!("{times:>12}  {name}")
        }));
    }
    lines.push(format!("{:>12}  findings", 0));
    lines.join("\n")
}
