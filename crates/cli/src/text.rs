//! Text in columns: made fit to print, cut into lines, set under headings.

use unicode_width::UnicodeWidthStr;

/// Text from a map or a record, fit to print: without characters that would move the cursor or hide what stands there.
pub fn clean(text: &str) -> String {
    let fit = |letter: char| match letter {
        '\t' | '\n' | '\r' => ' ',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(fit).collect()
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
    }
}
