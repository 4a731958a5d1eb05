//! The number of a case: counted from 1 in its casebook, said with a check letter. `17K` is short enough for the
//! telephone, and a digit misheard or two swapped give another letter.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A case's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseNumber(pub u64);

/// 23 letters without those that are mistaken for digits or for each other; 23 is prime, so that every changed digit and
/// every swap of neighbours changes the letter (the way Spain's identity numbers do it).
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// A text that is no case number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NumberFault {
    /// Not digits and a letter.
    #[error("`{0}` is not a case number: write digits and the letter, as in `17V`")]
    Shape(String),
    /// The letter does not belong to the digits.
    #[error(
        "`{text}` cannot be right: the letter does not belong to the digits (for {digits} it is `{right}`); ask again"
    )]
    Letter {
        /// What was written.
        text: String,
        /// Its digits.
        digits: u64,
        /// The number with the right letter.
        right: CaseNumber,
    },
}

impl CaseNumber {
    fn letter(self) -> char {
        LETTERS.get((self.0 % 23) as usize).map_or('T', |letter| *letter as char)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.0, self.letter())
    }
}

impl FromStr for CaseNumber {
    type Err = NumberFault;

    fn from_str(text: &str) -> Result<Self, NumberFault> {
        let shape = || NumberFault::Shape(text.chars().take(40).collect());
        let trimmed = text.trim();
        let letter = trimmed.chars().last().filter(char::is_ascii_alphabetic).ok_or_else(shape)?;
        let digits = &trimmed[..trimmed.len() - 1];
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        // The database keeps numbers as signed 64-bit integers.
        let number = digits.parse::<u64>().ok().filter(|number| plain && i64::try_from(*number).is_ok());
        let right = CaseNumber(number.ok_or_else(shape)?);
        if right.letter() == letter.to_ascii_uppercase() {
            Ok(right)
        } else {
            Err(NumberFault::Letter { text: trimmed.to_string(), digits: right.0, right })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_back_and_a_wrong_letter_does_not() {
        for number in 1..5000 {
            let number = CaseNumber(number);
            assert_eq!(number.to_string().parse(), Ok(number));
            assert_eq!(number.to_string().to_lowercase().parse(), Ok(number));
        }
        for text in ["", "17", "K17", "017K", "1é", "99999999999999999999T", "-3A"] {
            assert!(matches!(text.parse::<CaseNumber>(), Err(NumberFault::Shape(_))), "{text}");
        }
    }

    #[test]
    fn a_misheard_digit_or_a_swap_is_noticed() {
        for number in 10u64..2000 {
            let said = CaseNumber(number).to_string();
            let digits: Vec<u8> = said.bytes().take(said.len() - 1).collect();
            for at in 0..digits.len() {
                for wrong in b'0'..=b'9' {
                    let mut heard = said.clone().into_bytes();
                    heard[at] = wrong;
                    let swap = at + 1 < digits.len() && digits[at] != digits[at + 1];
                    let text = String::from_utf8(heard).unwrap();
                    assert!(wrong == digits[at] || text.parse::<CaseNumber>().is_err(), "{said} heard as {text}");
                    if swap {
                        let mut swapped = said.clone().into_bytes();
                        swapped.swap(at, at + 1);
                        assert!(String::from_utf8(swapped).unwrap().parse::<CaseNumber>().is_err());
                    }
                }
            }
        }
    }
}
