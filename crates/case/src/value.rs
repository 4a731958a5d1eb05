//! Values of a case's record.

use chrono::NaiveDate;
use mapcase_map::model::{Field, FieldType};
use serde::{Deserialize, Serialize};

/// A typed value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Text.
    Text(String),
    /// A number, written plainly: digits, perhaps a sign, a point and up to six places.
    Number(String),
    /// Money in pence.
    Pence(i64),
    /// A date.
    Date(NaiveDate),
    /// Yes or no.
    YesNo(bool),
    /// One of a choice's values.
    Choice(String),
}

/// A value as a case keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// In the event itself.
    Plain(Value),
    /// Apart from the event, so that it can be erased.
    Personal {
        /// The salted SHA-256 of the value, in hexadecimal; empty until the casebook has sealed the event.
        commitment: String,
        /// The value, where it is at hand and not erased. Never part of an event that is stored.
        #[serde(skip)]
        value: Option<Value>,
    },
}

impl Kept {
    /// Keeps a value as its field asks.
    pub fn new(field: &Field, value: Value) -> Self {
        if field.personal {
            Kept::Personal { commitment: String::new(), value: Some(value) }
        } else {
            Kept::Plain(value)
        }
    }

    /// What goes along to a field of another map: nothing, where the field cannot hold the value or the value is erased. What
    /// is personal in one of the two stays personal.
    pub fn carried(&self, field: &Field) -> Option<Self> {
        let value = Value::parse(field, &self.value()?.display()).ok()?;
        let personal = field.personal || matches!(self, Kept::Personal { .. });
        Some(Self::new(&Field { personal, ..field.clone() }, value))
    }

    /// The value, where it is at hand.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Kept::Plain(value) => Some(value),
            Kept::Personal { value, .. } => value.as_ref(),
        }
    }
}

impl Value {
    /// Reads a value of a field's type from what a user typed. The error says what it must look like.
    pub fn parse(field: &Field, text: &str) -> Result<Value, String> {
        let text = text.trim();
        match &field.kind {
            FieldType::Text { pattern } => parse_text(pattern.as_deref(), text),
            FieldType::Number => parse_number(text).map(Value::Number),
            FieldType::Money => parse_pence(text).map(Value::Pence),
            FieldType::Date => {
                let date = text.parse().map_err(|_| "write a date as year-month-day, as in 2022-10-14".to_string());
                date.map(Value::Date)
            }
            FieldType::YesNo => match text.to_ascii_lowercase().as_str() {
                "yes" => Ok(Value::YesNo(true)),
                "no" => Ok(Value::YesNo(false)),
                _ => Err("write `yes` or `no`".to_string()),
            },
            FieldType::Choice(choices) if choices.iter().any(|choice| choice == text) => {
                Ok(Value::Choice(text.to_string()))
            }
            FieldType::Choice(choices) => Err(format!("write one of {}", choices.join(", "))),
        }
    }

    /// The answer this value gives to a decision `on` its field.
    pub fn answer(&self) -> Option<&str> {
        match self {
            Value::YesNo(true) => Some("yes"),
            Value::YesNo(false) => Some("no"),
            Value::Choice(choice) => Some(choice),
            _ => None,
        }
    }

    /// The value as a user reads it; the form that `parse` reads back.
    pub fn display(&self) -> String {
        match self {
            Value::Text(text) | Value::Number(text) | Value::Choice(text) => text.clone(),
            Value::Pence(pence) => {
                let sign = if *pence < 0 { "-" } else { "" };
                let pence = pence.unsigned_abs();
                format!("{sign}£{}.{:02}", pence / 100, pence % 100)
            }
            Value::Date(date) => date.to_string(),
            Value::YesNo(yes) => (if *yes { "yes" } else { "no" }).to_string(),
        }
    }
}

fn parse_text(pattern: Option<&str>, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Err("write some text".to_string());
    }
    if text.chars().count() > 2000 {
        return Err("write 2,000 characters at the most".to_string());
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return Err("leave out control characters".to_string());
    }
    if let Some(pattern) = pattern {
        let fits = mapcase_map::pattern::compiled(pattern).is_ok_and(|regex| regex.is_match(text));
        if !fits {
            return Err(format!("it must look like {pattern}"));
        }
    }
    Ok(Value::Text(text.to_string()))
}

/// The sign, the digits before the point and those after it.
fn decimal(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let good = !whole.is_empty() && all_digits(whole) && all_digits(fraction) && !digits.ends_with('.');
    good.then_some((negative, whole, fraction))
}

fn parse_number(text: &str) -> Result<String, String> {
    let help = "write a number with up to 15 digits and 6 places, as in 12 or 7.5";
    match decimal(text) {
        Some((negative, whole, fraction)) if whole.len() <= 15 && fraction.len() <= 6 => {
            let whole = whole.trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            let fraction = fraction.trim_end_matches('0');
            let sign = if negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
            let point = if fraction.is_empty() { "" } else { "." };
            Ok(format!("{sign}{whole}{point}{fraction}"))
        }
        _ => Err(help.to_string()),
    }
}

fn parse_pence(text: &str) -> Result<i64, String> {
    let help = || "write pounds and pence, as in 1234.50 or £1,234.50".to_string();
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let rest = rest.strip_prefix('£').unwrap_or(rest);
    let groups: Vec<&str> = rest.split('.').next().unwrap_or("").split(',').collect();
    if groups.len() > 1
        && (groups.iter().skip(1).any(|group| group.len() != 3)
            || groups.first().is_none_or(|first| first.is_empty() || first.len() > 3))
    {
        return Err(help());
    }
    let plain = format!("{sign}{}", rest.replace(',', ""));
    match decimal(&plain) {
        Some((negative, whole, fraction)) if whole.len() <= 12 && (fraction.is_empty() || fraction.len() == 2) => {
            let pounds = whole.parse::<i64>().map_err(|_| help())?;
            let pence = pounds * 100 + fraction.parse::<i64>().unwrap_or(0);
            Ok(if negative { -pence } else { pence })
        }
        _ => Err(help()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(kind: FieldType) -> Field {
        Field { kind, title: "x".to_string(), personal: false }
    }

    #[test]
    fn values_read_as_users_write_them() {
        let cases = [
            (FieldType::Money, "£1,234.50", Some(Value::Pence(123_450))),
            (FieldType::Money, "1234.50", Some(Value::Pence(123_450))),
            (FieldType::Money, "12", Some(Value::Pence(1200))),
            (FieldType::Money, "-0.05", Some(Value::Pence(-5))),
            (FieldType::Money, "1,23.50", None),
            (FieldType::Money, ",123", None),
            (FieldType::Money, "1.5", None),
            (FieldType::Money, "1.505", None),
            (FieldType::Number, "007.50", Some(Value::Number("7.5".to_string()))),
            (FieldType::Number, "-0", Some(Value::Number("0".to_string()))),
            (FieldType::Number, "1e5", None),
            (FieldType::Date, "2022-10-14", Some(Value::Date(NaiveDate::from_ymd_opt(2022, 10, 14).unwrap()))),
            (FieldType::Date, "14/10/2022", None),
            (FieldType::YesNo, "Yes", Some(Value::YesNo(true))),
            (FieldType::YesNo, "true", None),
            (
                FieldType::Text { pattern: Some("[0-9]{5,9}|x".to_string()) },
                "123456",
                Some(Value::Text("123456".to_string())),
            ),
            (FieldType::Text { pattern: Some("[0-9]{5,9}|x".to_string()) }, "123456 ab", None),
            (FieldType::Text { pattern: None }, "  ", None),
            (FieldType::Choice(vec!["a".to_string()]), "b", None),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(Value::parse(&field(kind.clone()), text).ok(), expected, "{kind:?} {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_shown_reads_back(pence in -1_000_000_000i64..1_000_000_000, text in "[ -~£é]{0,40}") {
            let money = field(FieldType::Money);
            prop_assert_eq!(Value::parse(&money, &Value::Pence(pence).display()), Ok(Value::Pence(pence)));
            for kind in [FieldType::Money, FieldType::Number, FieldType::Date, FieldType::Text { pattern: None }] {
                let field = field(kind);
                if let Ok(value) = Value::parse(&field, &text) {
                    prop_assert_eq!(Value::parse(&field, &value.display()), Ok(value));
                }
            }
        }
    }
}
