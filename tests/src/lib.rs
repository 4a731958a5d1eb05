//! Sessions: files with the commands that somebody would type, run by the examples and by the tests.

/// A line of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What is said between commands: a line that begins with `#`.
    Said(String),
    /// A command as it was typed, and its words.
    Command {
        /// The line behind the `$`.
        typed: String,
        /// Its words, the program's name first.
        words: Vec<String>,
    },
    /// An empty line.
    Empty,
    /// Anything else: what a command printed.
    Printed(String),
}

/// Reads a session.
pub fn read(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| match (line.strip_prefix("$ "), line.strip_prefix('#')) {
            (Some(typed), _) => Line::Command { typed: typed.to_string(), words: split(typed) },
            (None, Some(said)) => Line::Said(said.trim().to_string()),
            (None, None) if line.is_empty() => Line::Empty,
            (None, None) => Line::Printed(line.to_string()),
        })
        .collect()
}

/// Splits a command into words as a shell would, with quotes of both kinds.
pub fn split(typed: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quote, mut begun) = (None, false);
    for letter in typed.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                begun = true;
            }
            (Some(open), letter) if letter == open => quote = None,
            (None, letter) if letter.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                    begun = false;
                }
            }
            (_, letter) => {
                word.push(letter);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_are_those_of_a_shell() {
        assert_eq!(split("a  'b c'd \"e'f\" ''"), ["a", "b cd", "e'f", ""]);
    }
}
