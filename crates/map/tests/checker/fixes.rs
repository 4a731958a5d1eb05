//! Fixes: byte for byte what stands in `tests/fixes`, and on the real maps with one name misspelt the map as it was.

use crate::common::{Case, folder, processes};
use crate::numbers::Numbers;
use mapcase_map::fix::{Mended, mend};
use mapcase_map::rules::Example;
use mapcase_map::{AtlasFile, Severity, check};

/// A case of a file in `tests/fixes`: the files before, and those that are to change.
struct Story {
    before: Case,
    after: Case,
}

fn stories(text: &str) -> Vec<Story> {
    let case = |title: &str| Case {
        title: title.to_string(),
        files: Example::of(&[]).atlas_files(),
        expected: Vec::new(),
        also: Vec::new(),
    };
    let mut stories: Vec<Story> = Vec::new();
    let (mut name, mut becomes) = (String::new(), false);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let named = line.strip_prefix('`').and_then(|rest| rest.split_once('`')).filter(|(file, _)| !file.is_empty());
        if let Some(title) = line.strip_prefix("## ") {
            stories.push(Story { before: case(title), after: case(title) });
        } else if line == "line ends: CRLF" {
            stories.last_mut().unwrap().before.also.push("\r\n".to_string());
        } else if let Some((file, rest)) = named {
            (name, becomes) = (file.to_string(), rest == " becomes");
        } else if line == "```yaml" {
            let body = lines.by_ref().take_while(|line| *line != "```").collect::<Vec<_>>().join("\n");
            let story = stories.last_mut().unwrap();
            if !becomes {
                story.before.add(&name, &body);
            }
            story.after.add(&name, &body);
        }
    }
    for story in &mut stories {
        if story.before.also.pop().is_some() {
            for file in story.before.files.iter_mut().chain(&mut story.after.files) {
                file.bytes = String::from_utf8(file.bytes.clone()).unwrap().replace('\n', "\r\n").into_bytes();
            }
        }
    }
    stories
}

fn text(files: &[AtlasFile], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).unwrap();
    String::from_utf8(file.bytes.clone()).unwrap()
}

/// The files after a fix.
fn applied(files: &[AtlasFile], mended: &Mended) -> Vec<AtlasFile> {
    let changed = |file: &AtlasFile| mended.files.iter().find(|other| other.path == file.path);
    files.iter().map(|file| changed(file).unwrap_or(file).clone()).collect()
}

#[test]
fn files_are_fixed_byte_for_byte() {
    let mut count = 0;
    for name in ["names", "shapes"] {
        let text_of_file = std::fs::read_to_string(folder("tests/fixes").join(format!("{name}.md"))).unwrap();
        for story in stories(&text_of_file) {
            let mended = mend(&story.before.files, |_| true);
            let after = applied(&story.before.files, &mended);
            for file in &story.after.files {
                let (wanted, found) = (text(&story.after.files, &file.path), text(&after, &file.path));
                assert_eq!(wanted, found, "{name} / {} / {}\n{mended:#?}", story.before.title, file.path);
            }
            assert!(mend(&after, |_| true).files.is_empty(), "{}: a second time changes more", story.before.title);
            count += 1;
        }
    }
    assert!(count > 12, "the stories were read");
}

#[test]
fn a_fix_that_would_bring_an_error_is_taken_back_and_named() {
    let text = std::fs::read_to_string(folder("tests/fixes/shapes.md")).unwrap();
    let story = stories(&text).into_iter().find(|story| story.before.title.ends_with("taken back")).unwrap();
    let mended = mend(&story.before.files, |_| true);
    let titles: Vec<&str> = mended.taken_back.iter().map(|made| made.title.as_str()).collect();
    assert_eq!((titles, mended.made.len()), (vec!["write `applicant_name` for `aplicant_name`"], 0));
}

#[test]
fn a_file_that_may_not_change_or_is_no_text_is_left_alone() {
    let text = std::fs::read_to_string(folder("tests/fixes/names.md")).unwrap();
    let mut files = stories(&text).remove(0).before.files;
    assert!(mend(&files, |path| path != "m.yaml").files.is_empty());
    let file = files.iter_mut().find(|file| file.path == "m.yaml").unwrap();
    file.bytes.extend(b"# \xff\n");
    assert!(mend(&files, |_| true).files.is_empty());
}

/// Where a name stands that refers to something, behind a key that holds one.
fn references(text: &str) -> Vec<(usize, usize)> {
    const KEYS: [&str; 6] = ["next: ", "received: ", "lapsed: ", "on: ", "go: ", "theme: "];
    let mut found = Vec::new();
    for key in KEYS {
        for (at, _) in text.match_indices(key) {
            let start = at + key.len();
            let name = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_';
            let length = text[start..].find(|sign| !name(sign)).unwrap_or(text.len() - start);
            // `handle-outside` and `handled-outside` stand together in every placeholder: no slip in one is sure.
            let twin = text[start..].starts_with("handle");
            if length > 1 && !twin && text[..at].ends_with([' ', '\n']) {
                found.push((start, start + length));
            }
        }
    }
    found
}

/// A slip of the finger: a letter left out, doubled, changed, or two exchanged.
fn slip(name: &str, numbers: &mut Numbers) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = numbers.below(letters.len() - 1);
    match numbers.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = 'x',
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// The real atlas without its stories: they are more than half of it, and no map's fault stands in them.
fn maps() -> Vec<AtlasFile> {
    let mut files = processes();
    files.retain(|file| !file.path.contains("scenarios"));
    files
}

#[test]
fn a_real_map_with_a_misspelt_name_is_restored_byte_for_byte() {
    const MUTANTS: u64 = 100;
    let files = maps();
    let faults =
        |files: &[AtlasFile]| check(files).findings.iter().filter(|one| one.severity == Severity::Error).count();
    assert_eq!(faults(&files), 0, "the real maps are sound");
    let (mut restored, mut left) = (0, 0);
    for seed in 0..MUTANTS {
        let mut numbers = Numbers(seed);
        let mut spoilt = files.clone();
        let victim = numbers.below(spoilt.len());
        let text = String::from_utf8(spoilt[victim].bytes.clone()).unwrap();
        let places = references(&text);
        if places.is_empty() {
            continue;
        }
        let (start, end) = places[numbers.below(places.len())];
        let wrong = slip(&text[start..end], &mut numbers);
        spoilt[victim].bytes = [&text[..start], &wrong, &text[end..]].concat().into_bytes();
        let mended = mend(&spoilt, |_| true);
        let after = applied(&spoilt, &mended);
        if mended.files.is_empty() {
            // Not sure, or no fault at all, as where two letters that are the same were exchanged.
            left += 1;
        } else {
            assert_eq!(String::from_utf8(after[victim].bytes.clone()).unwrap(), text, "seed {seed}: {wrong}");
            assert_eq!(mended.files.len(), 1, "seed {seed}");
            restored += 1;
        }
    }
    println!("{restored} restored, {left} left alone");
    assert!(restored > 5 * left, "{restored} restored, {left} left alone");
}

#[test]
fn whatever_a_map_turns_into_a_fix_brings_no_error_and_leaves_every_other_line_alone() {
    const MUTANTS: u64 = 25;
    let files = maps();
    let errors = |files: &[AtlasFile]| -> Vec<String> {
        let found = check(files).findings;
        let errors = found.iter().filter(|one| one.severity == Severity::Error);
        let mut errors: Vec<String> =
            errors.map(|one| format!("{} {} {}", one.rule, one.place.file, one.message)).collect();
        errors.sort();
        errors
    };
    let mut mended_once = 0;
    for seed in 0..MUTANTS {
        let mut numbers = Numbers(seed ^ 0x5eed);
        let mut spoilt = files.clone();
        for round in 0..3 {
            let victim = numbers.below(spoilt.len());
            let Ok(text) = String::from_utf8(spoilt[victim].bytes.clone()) else { continue };
            let places = references(&text);
            if round == 0 || places.is_empty() {
                spoilt[victim].bytes = crate::mutants::spoil(&text, &mut numbers);
            } else {
                let (start, end) = places[numbers.below(places.len())];
                let wrong = slip(&text[start..end], &mut numbers);
                spoilt[victim].bytes = [&text[..start], &wrong, &text[end..]].concat().into_bytes();
            }
        }
        let mended = mend(&spoilt, |_| true);
        if mended.files.is_empty() {
            continue;
        }
        mended_once += 1;
        let after = applied(&spoilt, &mended);
        let (before, after_errors) = (errors(&spoilt), errors(&after));
        assert!(after_errors.iter().all(|error| before.contains(error)), "seed {seed}: {before:#?} {after_errors:#?}");
        assert!(after_errors.len() < before.len(), "seed {seed}: nothing is gained");
        for (was, now) in spoilt.iter().zip(&after) {
            let lines =
                |file: &AtlasFile| file.bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
            let (was, now) = (lines(was), lines(now));
            let changed = now.iter().filter(|line| !was.contains(line)).count();
            assert!(changed <= mended.made.len(), "seed {seed}: {changed} lines differ");
        }
    }
    assert!(mended_once > 8, "{mended_once} maps were mended");
}
