//! One fault makes one finding, on its very word, and many faults are all found in one run.

use crate::common::{check_soundly, faults, one_line, processes};
use crate::numbers::Numbers;
use mapcase_map::AtlasFile;
use mapcase_map::rules::Example;
use mapcase_map::rules::example::{marks, unmarked};

/// The words of a file that stand after one of these keys, as byte ranges.
fn words_after(text: &str, keys: &[&str]) -> Vec<(usize, usize)> {
    let is_word = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    let mut found = Vec::new();
    for key in keys {
        for (at, _) in text.match_indices(key) {
            let start = at + key.len();
            let before = text[..at].chars().next_back();
            let line = text[..at].rsplit('\n').next().unwrap_or("");
            let length = text[start..].find(|sign| !is_word(sign)).unwrap_or(0);
            // Not in a note, which may say anything.
            let is_key = line.trim().is_empty() || line.trim_end().ends_with(['{', ',']);
            if length > 2 && is_key && !before.is_some_and(is_word) && !line.contains('#') {
                found.push((start, start + length));
            }
        }
    }
    found
}

/// A word with one letter left out.
fn slip(text: &str, (start, end): (usize, usize)) -> String {
    let letter = start + (end - start) / 2;
    format!("{}{}", &text[..letter], &text[letter + 1..])
}

#[test]
fn a_slip_of_the_pen_in_a_real_map_is_one_finding_on_its_word() {
    const KEYS: [&str; 12] = [
        "next: ",
        "received: ",
        "lapsed: ",
        "go: ",
        "start: ",
        "kind: ",
        "role: ",
        "tell: ",
        "on: ",
        "mode: ",
        "type: ",
        "map: ",
    ];
    let files = processes();
    let clean = faults(&check_soundly(&files)).map(one_line).collect::<Vec<_>>();
    let mut numbers = Numbers(7);
    let mut wrong = Vec::new();
    for _ in 0..150 {
        let at = numbers.below(files.len());
        let text = String::from_utf8(files[at].bytes.clone()).unwrap();
        let words = words_after(&text, &KEYS);
        if words.is_empty() || text.starts_with("scenarios") {
            continue;
        }
        let word = words[numbers.below(words.len())];
        let mut spoilt = files.clone();
        spoilt[at].bytes = slip(&text, word).into_bytes();
        // A slip may make another right word, as `AW` of `ASW`.
        let slipped = format!("  {}:", slip(&text[word.0..word.1], (0, word.1 - word.0)));
        if files.iter().any(|file| String::from_utf8_lossy(&file.bytes).contains(&slipped)) {
            continue;
        }
        let found = check_soundly(&spoilt);
        let new: Vec<_> = faults(&found).filter(|finding| !clean.contains(&one_line(finding))).collect();
        let on_the_word =
            |place: &mapcase_map::text::Place| *place.file == *files[at].path && place.span.start == word.0;
        if new.len() != 1 || !on_the_word(&new[0].place) {
            let lines: Vec<String> = new.iter().map(|finding| one_line(finding)).collect();
            wrong.push(format!("`{}` in {}:\n  {}", &text[word.0..word.1], files[at].path, lines.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{} slips\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_misspelt_next_hides_no_other_fault_and_makes_no_other() {
    let files = processes();
    let at = files.iter().position(|file| file.path == "transfers/transfer-out.yaml").unwrap();
    let text = String::from_utf8(files[at].bytes.clone()).unwrap();
    for (from, to) in [("next: agree-crossover", "next: agree-crosover"), ("next: notify-dpt", "next: somewhere-else")]
    {
        let mut spoilt = files.clone();
        spoilt[at].bytes = text.replacen(from, to, 1).into_bytes();
        let found = check_soundly(&spoilt);
        assert_eq!(faults(&found).map(|finding| finding.rule).collect::<Vec<_>>(), ["unknown-step"], "{to}");
    }
}

/// Each mark is a fault of the rule that the comment on its line names.
const TWELVE: &str = "map: m
title: Transfer out of the authority
revision: ⟦one⟧                          # wrong-type
theme: ⟦transfer⟧                        # unknown-theme
owner: ⟦TN⟧                              # unknown-role
review_by: 2027-11-30
source: { document: ⟦e⟧, reading: reconstructed } # unknown-document
record:
  ⟦ICS⟧: { type: text, title: ICS number }  # bad-id
steps:
  begun: { kind: start, title: Begun, needs: [ICS], next: ask }
  ask:
    role: ASW
    title: Ask the other authority
    due: ⟦72hours⟧                       # bad-duration
    overdue: { tell: TM }
    ⟦evidense⟧: [letter]                 # unknown-key
    next: ⟦agred⟧                        # unknown-step
  agreed: { kind: decision, role: TM, title: Agreed?, answers: { ⟦yes⟧: tell } } # single-answer
  tell:
    role: Admin
    title: Tell the payment team
    sends: { to: Payment team, what: [⟦date_ending⟧] } # unknown-field
    due: ⟦2 days⟧                        # unhandled-deadline
    next: done
  ⟦close⟧: { role: Admin, title: Close, next: done } # unreachable-step
  done: { kind: end, outcome: transferred }
";

#[test]
fn twelve_faults_in_one_map_are_found_in_one_run() {
    let mut files = Example::of(&[]).atlas_files();
    files.push(AtlasFile { path: "m.yaml".to_string(), bytes: unmarked(TWELVE).into_bytes() });
    let found: Vec<(usize, usize, usize, &str)> = faults(&check_soundly(&files))
        .map(|finding| (finding.place.line, finding.place.column, finding.place.end_column, finding.rule))
        .collect();
    let rule = |line: usize| unmarked(TWELVE).lines().nth(line - 1).unwrap().rsplit("# ").next().unwrap().to_string();
    let expected: Vec<(usize, usize, usize, String)> =
        marks(TWELVE).iter().map(|mark| (mark.line, mark.column, mark.end_column, rule(mark.line))).collect();
    assert_eq!(expected.len(), 12);
    assert_eq!(found, expected.iter().map(|(line, from, to, rule)| (*line, *from, *to, &**rule)).collect::<Vec<_>>());
}
