//! Text in columns: made fit to print, cut into lines, set under headings.

use std::borrow::Cow;

use mapcase_map::unseen::is_unseen;
use unicode_width::UnicodeWidthStr;

/// Text from a map or a record, fit to print: without characters that would move the cursor or hide what stands there.
pub fn clean(text: &str) -> String {
    let fit = |letter: char| match letter {
        '\t' | '\n' | '\r' => ' ',
        letter if is_unseen(letter) => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(fit).collect()
}

/// A line for a terminal, as a last guard: of all letters that are not seen only line ends stay, and the colours and weights that this
/// program gives.
pub fn guarded(line: &str) -> Cow<'_, str> {
    if line.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    for (at, letter) in line.char_indices() {
        out.push(match letter {
            '\n' => '\n',
            '\t' => ' ',
            '\u{1b}' if is_style(line.get(at + 1..).unwrap_or_default()) => letter,
            letter if is_unseen(letter) => '\u{fffd}',
            letter => letter,
        });
    }
    Cow::Owned(out)
}

/// Whether what follows an escape is a colour or a weight, and not the one that hides text.
fn is_style(rest: &str) -> bool {
    let Some((codes, _)) = rest.strip_prefix('[').and_then(|rest| rest.split_once('m')) else { return false };
    codes.len() <= 16 && codes.split(';').all(|code| code != "8" && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// JSON in which every letter that is not seen is written by its number; it reads back as the same.
pub fn plain_json(json: &str) -> Cow<'_, str> {
    let is_raw = |letter: char| letter != '\n' && is_unseen(letter);
    if !json.contains(is_raw) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_raw(letter) {
            letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// How many columns text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Text in lines of at most `columns`, cut between words; a word that is longer stands alone. Always one line at least.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in clean(text).split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// Text behind a first column: the label is padded to `label_columns`, further lines stand under the text.
pub fn beside(indent: usize, label: &str, label_columns: usize, text: &str, columns: usize) -> Vec<String> {
    let label_columns = label_columns.max(width(label) + 1);
    let gap = indent + label_columns;
    let lines = wrap(text, columns.saturating_sub(gap).max(20));
    lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| match at {
            0 => format!("{:indent$}{}{line}", "", pad(label, label_columns)).trim_end().to_string(),
            _ => format!("{:gap$}{line}", ""),
        })
        .collect()
}

/// Text filled up with spaces to a number of columns.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{:1$}", "", columns.saturating_sub(width(text)))
}

/// A number and what it counts: `no maps`, `1 map`, `2 maps`.
pub fn count(number: usize, one: &str) -> String {
    match number {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_between_words_and_stand_under_each_other() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("", 7), [""]);
        assert_eq!(beside(2, "due", 6, "a b", 80), ["  due   a b"]);
        let long = beside(0, "x", 4, "aaaaaaaaaa bbbbbbbbbb cccc", 24);
        assert_eq!(long, ["x   aaaaaaaaaa", "    bbbbbbbbbb cccc"]);
    }

    #[test]
    fn nothing_that_moves_the_cursor_is_printed() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\td"), "a\u{fffd}[2Jb\u{fffd}c d");
        let own = "\u{1b}[1m\u{1b}[38;5;9mlate\u{1b}[0m\n";
        assert_eq!(guarded(own), own);
        assert_eq!(
            guarded("\u{1b}[8ma\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}1m\r"),
            "\u{fffd}[8ma\u{fffd}[2J\u{fffd}]0;x\u{fffd}\u{fffd}1m\u{fffd}"
        );
    }

    #[test]
    fn json_without_what_is_not_seen_reads_back_as_the_same() {
        let said = serde_json::json!({ "a": "\u{9b}2J\u{7f}\u{202e}\u{e0041}é\n" });
        let json = serde_json::to_string_pretty(&said).unwrap();
        let plain = plain_json(&json);
        assert!(plain.contains("\\u009b2J\\u007f\\u202e\\udb40\\udc41é\\n"), "{plain}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&plain).unwrap(), said);
    }
}
