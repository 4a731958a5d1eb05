//! The real maps, spoilt in thousands of ways: the checker never panics, and whatever it finds can be shown.

use crate::common::{check_soundly, processes};
use crate::numbers::Numbers;
use mapcase_map::AtlasFile;

/// How many are made, unless `MAPCASE_INVENTED` asks for more.
const MUTANTS: u64 = 2_000;
/// How many of the other maps are checked beside the one that is spoilt.
const BESIDE: usize = 2;

const BITS: [&str; 40] = [
    "\t", "\u{0}", "\u{feff}", "\r", "\r\n", "\u{85}", "\u{2028}", "é", "家", "\u{202e}", "💷", "[", "]", "{", "}",
    "'", "\"", "&a ", "*a ", "!t ", "!!str ", "<<: ", "? ", "- ", "- - - ", ": ", " #", "%", "@", "`", "|", ">-\n",
    "---\n", "...\n", "null", "~", "TBC", " of ", " after ", "0x1F",
];

fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, sign) in text.char_indices() {
        match (sign.is_alphanumeric() || sign == '-' || sign == '_', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Spoils a text once.
pub fn spoil(text: &str, numbers: &mut Numbers) -> Vec<u8> {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (one, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let here = boundary(numbers.below(text.len()));
    let words = words(text);
    if words.is_empty() {
        return Vec::new();
    }
    match numbers.below(12) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(other, lines[one]),
        2 => lines.swap(one, other),
        3 | 4 => {
            let (from, to) = words[numbers.below(words.len())];
            let (a, b) = words[numbers.below(words.len())];
            return [&text[..from], &text[a..b], &text[to..]].concat().into_bytes();
        }
        5 => return text.as_bytes()[..numbers.below(text.len())].to_vec(),
        6 => {
            let mut bytes = text.as_bytes().to_vec();
            let at = numbers.below(bytes.len());
            bytes[at] = (numbers.next() & 0xff) as u8;
            return bytes;
        }
        7 => {
            let depth = 1 + numbers.below(200);
            let (open, close) = [("[", "]"), ("{a: ", "}"), ("- ", "")][numbers.below(3)];
            let nest = format!("{}x{}", open.repeat(depth), close.repeat(depth));
            return [&text[..here], &nest, &text[here..]].concat().into_bytes();
        }
        8 => {
            let (from, to) = words[numbers.below(words.len())];
            return [&text[..from], &text[to..]].concat().into_bytes();
        }
        _ => return [&text[..here], BITS[numbers.below(BITS.len())], &text[here..]].concat().into_bytes(),
    }
    lines.concat().into_bytes()
}

fn run(files: &[AtlasFile], seed: u64) {
    let mut numbers = Numbers(seed);
    let is_atlas = |file: &&AtlasFile| file.path == "atlas.yaml" || file.path.starts_with("calendars/england");
    let mut atlas: Vec<AtlasFile> = files.iter().filter(is_atlas).cloned().collect();
    let victim = &files[numbers.below(files.len())];
    atlas.retain(|file| file.path != victim.path);
    for _ in 0..BESIDE {
        let other = &files[numbers.below(files.len())];
        if other.path != victim.path && atlas.iter().all(|file| file.path != other.path) {
            atlas.push(other.clone());
        }
    }
    let mut bytes = victim.bytes.clone();
    for _ in 0..=numbers.below(3) {
        if let Ok(text) = std::str::from_utf8(&bytes).map(str::to_string)
            && !text.is_empty()
        {
            bytes = spoil(&text, &mut numbers);
        }
    }
    atlas.push(AtlasFile { path: victim.path.clone(), bytes });
    check_soundly(&atlas);
}

#[test]
fn the_checker_takes_whatever_a_map_turns_into() {
    let asked = std::env::var("MAPCASE_INVENTED").ok().and_then(|text| text.parse().ok());
    let mutants: u64 = asked.unwrap_or(MUTANTS);
    let files = processes();
    assert!(files.len() > 10, "the maps of `processes/` are there");
    std::thread::scope(|scope| {
        for part in 0..2 {
            let files = &files;
            scope.spawn(move || {
                for seed in (part..mutants).step_by(2) {
                    let run = std::panic::AssertUnwindSafe(|| run(files, seed));
                    if let Err(cause) = std::panic::catch_unwind(run) {
                        eprintln!("the seed that shows it: {seed}");
                        std::panic::resume_unwind(cause);
                    }
                }
            });
        }
    });
}
