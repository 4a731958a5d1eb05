//! The long stories of `examples/stories`: each is one child's way through several maps, typed command by command into the real
//! program on a simulated clock. A line `> TEXT` says what the command before it prints; `! TEXT` that it is refused, and what the
//! refusal says. Every story ends with a look at how its cases stand; then every history is verified and replayed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read the files that they are about")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use common::{Ran, Sandbox, root};
use mapcase_tests::{Line, read};

/// Every story, in the order of their numbers.
fn stories() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root("examples/stories")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "session"));
    files.sort();
    files
}

/// The real atlas without the scenarios, which no command here runs: each command reads the atlas anew.
fn without_scenarios() -> Sandbox {
    let sandbox = Sandbox::real();
    for theme in fs::read_dir(sandbox.path("processes")).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(theme).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if file.to_string_lossy().ends_with(".scenarios.yaml") {
                fs::remove_file(file).unwrap();
            }
        }
    }
    sandbox
}

/// Text as a reader takes it, however it is wrapped.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A command that was run, and what the story says of it.
struct Step {
    typed: String,
    ran: Ran,
    /// What it must print.
    prints: usize,
    /// Whether the story expects it to be refused.
    refused: bool,
}

/// Tells a story; gives its commands.
fn tell(text: &str, name: &str, sandbox: &Sandbox) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let check_code = |step: &Step| {
        let wanted = i32::from(step.refused);
        assert_eq!(step.ran.code, wanted, "{name}: $ {}\n{}", step.typed, step.ran.shown());
    };
    for line in read(text) {
        match line {
            Line::Command { typed, words } => {
                steps.last().iter().for_each(|step| check_code(step));
                let ran = sandbox.typed(&words);
                steps.push(Step { typed: typed.to_string(), ran, prints: 0, refused: false });
            }
            Line::Printed(said) => {
                let step = steps.last_mut().unwrap_or_else(|| panic!("{name} says `{said}` before any command"));
                let (mark, said) = said.split_at(said.len().min(1));
                let text = match mark {
                    ">" => &step.ran.stdout,
                    "!" => &step.ran.stderr,
                    _ => panic!("{name}: a line begins with `>` or `!`, not with `{mark}{said}`"),
                };
                step.refused |= mark == "!";
                step.prints += 1;
                let (text, said) = (flat(text), flat(said));
                assert!(
                    !said.is_empty() && text.contains(&said),
                    "{name}: $ {}\nno `{said}` in\n{}",
                    step.typed,
                    step.ran.shown()
                );
            }
            Line::Said(_) | Line::Empty => {}
        }
    }
    steps.last().iter().for_each(|step| check_code(step));
    steps
}

#[test]
fn the_twelve_long_stories_end_where_they_say() {
    let stories = stories();
    assert_eq!(stories.len(), 12);
    let (odd, even) = (stories.iter().step_by(2), stories.iter().skip(1).step_by(2));
    std::thread::scope(|scope| {
        scope.spawn(|| odd.for_each(ends_where_it_says));
        even.for_each(ends_where_it_says);
    });
}

fn ends_where_it_says(file: &PathBuf) {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let sandbox = without_scenarios();
    let steps = tell(&fs::read_to_string(file).unwrap(), &name, &sandbox);
    let last = steps.last().unwrap();
    assert!(last.prints > 0 && !last.refused, "{name} does not say how it ends");
    let (code, list) = sandbox.json("list");
    let cases = list["cases"].as_array().unwrap();
    assert_eq!(code, 0);
    let maps: BTreeSet<&str> = cases.iter().map(|case| case["map"].as_str().unwrap()).collect();
    assert!(maps.len() >= 3, "{name} is no way through several maps: {maps:?}");
    assert_eq!(sandbox.line("audit verify").code, 0, "{name}");
    for case in cases {
        let case = case["case"].as_str().unwrap();
        let replay = sandbox.line(&format!("audit replay {case}"));
        assert_eq!(replay.code, 0, "{name}: {}", replay.shown());
    }
}
