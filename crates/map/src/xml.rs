//! Text in XML, for every command that writes some.

use crate::unseen::is_unseen;

/// Text fit for XML 1.0, in an attribute as between tags. What XML cannot hold, and what is not seen and changes what is, is replaced.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            letter if is_unseen(letter) => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}
