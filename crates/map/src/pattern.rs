//! Patterns of text fields: regular expressions that the whole of a value must match, held so small that no value takes long.

use regex_lite::{Regex, RegexBuilder};

/// The longest pattern, in characters.
pub const LONGEST: usize = 500;

/// How large a pattern may be once it is compiled, in bytes: repetitions of repetitions grow far beyond what is written.
const LARGEST_BYTES: usize = 256 * 1024;

/// A pattern, compiled to match a whole value. The error says what is wrong with it.
///
/// # Errors
///
/// It is no regular expression, or too large.
pub fn compiled(pattern: &str) -> Result<Regex, String> {
    if pattern.chars().nth(LONGEST).is_some() {
        return Err(format!("it is longer than {LONGEST} characters"));
    }
    // By itself first: brackets that do not pair could pair with those that are put around it, and match a part of a value.
    let small = |pattern: &str| RegexBuilder::new(pattern).size_limit(LARGEST_BYTES).build();
    small(pattern).and_then(|_| small(&format!("^(?:{pattern})$"))).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_of_a_value_and_nothing_else() {
        let pattern = compiled("[0-9]{5,9}|x").unwrap();
        assert!(pattern.is_match("12345") && pattern.is_match("x"));
        assert!(!pattern.is_match("12345 ") && !pattern.is_match("xx") && !pattern.is_match("x\n"));
        for bad in ["[0-9", "a)|(?:b", "a\\", "(?x)a #", "*", "a{2,1}"] {
            assert!(compiled(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_pattern_that_would_take_long_is_refused() {
        for bad in ["(?:a{500}){500}", "((((((((((a{3}){9}){9}){9}){9}){9}){9}){9}){9}){9})", "a{1000000000}"] {
            assert!(compiled(bad).is_err(), "{bad}");
        }
        assert!(compiled(&"(".repeat(400)).is_err());
        assert!(compiled(&"a".repeat(501)).unwrap_err().contains("500 characters"));
        assert!(compiled(".{1,2000}").is_ok() && compiled(&format!("({})*", ["[a-z]+"; 60].join("|"))).is_ok());
    }
}
