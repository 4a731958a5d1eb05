//! Letters that are not seen and change what is: they move a terminal's cursor, hide what stands there, turn the writing round or
//! make two words look alike. Whatever is written for people leaves them out or shows that something stands there.

/// Whether a letter is not seen and may change what is. Line ends and tabs are such letters too.
pub fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}')
        || matches!(letter, '\u{e0000}'..='\u{e0fff}')
        || (letter as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::is_unseen;

    #[test]
    fn what_plays_with_the_reader_is_told_from_what_is_read() {
        assert!(
            "\u{1b}\u{7f}\u{9b}\u{202e}\u{2066}\u{200b}\u{61c}\u{feff}\u{e0041}\n\t\u{2028}\u{ffff}"
                .chars()
                .all(is_unseen)
        );
        assert!(!" aé→£½名ع\u{301}\u{a0}\u{fffd}😀".chars().any(is_unseen));
    }
}
