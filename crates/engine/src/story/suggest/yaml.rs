//! Stories as somebody would write them.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mapcase_map::scenarios::{Deed, Expect, How, Item, Story, Verb, What};
use mapcase_map::time::parse_when;

/// Longer groups are not written on one line.
const LONGEST_LINE: usize = 110;

/// A story below `cases:`, indented by two spaces.
pub fn story(story: &Story, zone: Tz) -> String {
    let mut text = format!("  {}:\n    starts: {}\n", story.id, time(story.starts, zone));
    for (key, value) in [("entry", &story.entry), ("as", &story.role), ("by", &story.by)] {
        if let Some(value) = value {
            let _ = writeln!(text, "    {key}: {}", word(value));
        }
    }
    if !story.record.is_empty() {
        group(&mut text, 4, "record", &story.record);
    }
    text.push_str(if story.items.is_empty() { "    story: []\n" } else { "    story:\n" });
    story.items.iter().for_each(|one| item(&mut text, one, zone));
    if let Some(ends) = &story.ends {
        let _ = writeln!(text, "    ends: {{ {} }}", how(&ends.how));
    }
    text
}

fn item(text: &mut String, item: &Item, zone: Tz) {
    let mut lines = String::new();
    if let Some(map) = &item.inside {
        let _ = writeln!(lines, "        in: {map}");
    }
    if let Some(at) = item.at {
        let _ = writeln!(lines, "        at: {}", time(at, zone));
    }
    match &item.what {
        What::Clock => {}
        What::Wait(duration) => {
            let _ = writeln!(lines, "        wait: {duration}");
        }
        What::Act(done) => deed(&mut lines, 8, done),
        What::Refuse { deed: tried, because } => {
            lines.push_str("        refuse:\n");
            deed(&mut lines, 10, tried);
            if let Some(because) = because {
                let _ = writeln!(lines, "          because: {because}");
            }
        }
        What::Expect(expected) => {
            let _ = writeln!(lines, "        expect: {{ {} }}", expect(expected));
        }
    }
    // The first key stands behind the dash.
    text.push_str("      - ");
    text.push_str(lines.trim_start());
}

fn deed(text: &mut String, indent: usize, deed: &Deed) {
    let space = " ".repeat(indent);
    let _ = match &deed.verb {
        Verb::Do(step) => writeln!(text, "{space}do: {step}"),
        Verb::Answer(step, _) => writeln!(text, "{space}do: {step}"),
        Verb::Receive(step) => writeln!(text, "{space}receive: {step}"),
        Verb::Supply => Ok(()),
    };
    for (key, value) in [("as", &deed.role), ("by", &deed.by)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{space}{key}: {}", word(value));
        }
    }
    if let Verb::Answer(_, answer) = &deed.verb {
        let _ = writeln!(text, "{space}answer: {}", word(answer));
    }
    for (key, values) in [("set", &deed.set), ("attach", &deed.attach)] {
        if !values.is_empty() {
            group(text, indent, key, values);
        }
    }
    if !deed.check_off.is_empty() {
        let _ = writeln!(text, "{space}check-off: [{}]", deed.check_off.join(", "));
    }
}

/// A group of values: on one line, where it fits.
fn group(text: &mut String, indent: usize, key: &str, values: &BTreeMap<String, String>) {
    let space = " ".repeat(indent);
    let pairs: Vec<String> = values.iter().map(|(name, value)| format!("{name}: {}", word(value))).collect();
    let line = format!("{space}{key}: {{ {} }}\n", pairs.join(", "));
    if line.len() <= LONGEST_LINE {
        text.push_str(&line);
    } else {
        let _ = writeln!(text, "{space}{key}:");
        pairs.iter().for_each(|pair| {
            let _ = writeln!(text, "{space}  {pair}");
        });
    }
}

fn expect(expect: &Expect) -> String {
    let mut parts: Vec<String> = expect.step.iter().map(|step| format!("step: {step}")).collect();
    parts.extend(expect.late.as_ref().map(|late| format!("late: {}", list(late))));
    parts.extend((!expect.lapsed.is_empty()).then(|| format!("lapsed: {}", list(&expect.lapsed))));
    parts.extend(expect.ended.as_ref().map(how));
    parts.join(", ")
}

fn list(words: &[String]) -> String {
    if let [one] = words { one.clone() } else { format!("[{}]", words.join(", ")) }
}

fn how(how: &How) -> String {
    match how {
        How::Outcome(outcome) => format!("outcome: {}", word(outcome)),
        How::HandedOver(map) => format!("handed-over: {map}"),
    }
}

/// A time by the atlas's clock, where that says which instant is meant.
fn time(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let plain = local.format(if at.timestamp() % 60 == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%dT%H:%M:%S" }).to_string();
    if parse_when(&plain, zone) == Ok(at) { plain } else { at.format("%Y-%m-%dT%H:%M:%SZ").to_string() }
}

/// A word, in quotes where YAML would take it for something else.
fn word(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|sign| sign.is_ascii_alphanumeric() || " _-".contains(sign))
        && !text.ends_with(' ')
        && !["true", "false", "null"].contains(&text.to_ascii_lowercase().as_str());
    let date = text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok();
    if plain || date {
        return text.to_string();
    }
    if text.chars().any(char::is_control) {
        let escaped: String = text
            .chars()
            .map(|sign| match sign {
                '"' => "\\\"".to_string(),
                '\\' => "\\\\".to_string(),
                sign if sign.is_control() => format!("\\u{:04x}", u32::from(sign)),
                sign => sign.to_string(),
            })
            .collect();
        return format!("\"{escaped}\"");
    }
    format!("'{}'", text.replace('\'', "''"))
}
