//! What stands in the shapes: text made clean, cut into lines, and the words for times and links.

use crate::model::{Anchor, Deadline, Map, Overdue, Reading, Step, StepKind, TO_BE_CONFIRMED, Timeout};
use crate::time::Duration;
use crate::unseen::is_unseen;
use crate::written::{listed, written};

/// About how many characters a line has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Widths {
    /// In most shapes.
    pub(super) shape: usize,
    /// In a decision, whose corners take much room.
    pub(super) decision: usize,
    /// Where many maps lead to one start.
    pub(super) list: usize,
    /// In the head of the drawing.
    pub(super) head: usize,
}

impl Widths {
    /// For renderers that do not know how wide letters are before they draw them.
    pub(super) const COUNTED: Widths = Widths { shape: 30, decision: 22, list: 48, head: 64 };
    /// For a drawing that cuts lines itself.
    pub(super) const UNCUT: Widths = Widths { shape: UNCUT, decision: UNCUT, list: UNCUT, head: UNCUT };
}

/// One line of text. No renderer has to wrap or clean it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The text; never blank.
    pub(super) text: String,
    /// How many bytes at its beginning are bold.
    pub(super) bold: usize,
    /// Whether it is said beside the title: smaller, or in italics.
    pub(super) aside: bool,
    /// Whether it says a time limit.
    pub(super) clock: bool,
}

/// Lines as long as they come.
const UNCUT: usize = usize::MAX;

/// The lines of a title, with the roles before it in bold.
pub(super) fn titled(roles: &str, title: &str, width: usize) -> Vec<Line> {
    let prefix = if roles.is_empty() { String::new() } else { format!("{}:", clean(roles)) };
    let mut lines = lines_of(&format!("{prefix} {title}"), width, false);
    if let Some(first) = lines.first_mut() {
        first.bold = if first.text.starts_with(&prefix) { prefix.len() } else { 0 };
    }
    lines
}

/// The lines of a heading: all bold.
pub(super) fn heading(text: &str, width: usize) -> Vec<Line> {
    let mut lines = lines_of(text, width, false);
    lines.iter_mut().for_each(|line| line.bold = line.text.len());
    lines
}

/// The lines of a heading within what is said beside the title.
pub(super) fn aside_heading(text: &str, width: usize) -> Vec<Line> {
    heading(text, width).into_iter().map(|line| Line { aside: true, ..line }).collect()
}

/// The lines of what is said beside the title.
pub(super) fn aside(text: &str, width: usize) -> Vec<Line> {
    lines_of(text, width, true)
}

/// The lines of a time limit; its first words, which say how long, are bold.
pub(super) fn timed(long: &str, rest: &str, width: usize) -> Vec<Line> {
    let mut lines = titled("", &format!("{long} {rest}"), width);
    lines.iter_mut().for_each(|line| (line.aside, line.clock) = (true, true));
    // Where the drawing cuts lines itself, it does not cut between a number and its unit.
    let long = clean(long);
    if let Some(first) = lines.first_mut().filter(|first| width == UNCUT && first.text.starts_with(&long)) {
        let whole = long.replace(' ', "\u{a0}");
        first.text.replace_range(..long.len(), &whole);
        first.bold = whole.len();
    }
    lines
}

fn lines_of(text: &str, width: usize, aside: bool) -> Vec<Line> {
    let clean = clean(text);
    let lines = if width == UNCUT { Vec::from([clean]) } else { balanced(&clean, width) };
    let lines = lines.into_iter().filter(|text| !text.is_empty());
    lines.map(|text| Line { text, bold: 0, aside, clock: false }).collect()
}

/// Lines of about the same length: as few as the width allows, and then as narrow as that number allows, so that no
/// single word is left over for the last.
fn balanced(text: &str, width: usize) -> Vec<String> {
    let widest = wrap(text, width);
    let longest_word = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    let narrower = longest_word.max(1)..width;
    narrower.map(|width| wrap(text, width)).find(|lines| lines.len() <= widest.len()).unwrap_or(widest)
}

/// Text without line breaks, control characters and characters that are not seen but change what is.
pub(crate) fn clean(text: &str) -> String {
    let spaced = |letter: char| if letter.is_whitespace() { ' ' } else { letter };
    let seen: String = text.chars().map(spaced).filter(|letter| !is_unseen(*letter)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A character that is not seen and keeps its neighbours apart, where a renderer would take the two for its own.
pub(super) const APART: char = '\u{200b}';

/// Cuts clean text into lines between words; a word that is longer than a line is cut too.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split_whitespace().flat_map(|word| pieces(word, width)) {
        let length = word.chars().count();
        if taken > 0 && taken + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        line.push_str(&word);
        taken += length;
    }
    if taken > 0 {
        lines.push(line);
    }
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect()
}

/// The first of the roles that may act at a step; where somebody must and no role is settled, that it is not. None where
/// nobody acts.
pub(super) fn actor(step: &Step) -> Option<&str> {
    let acted = match &step.kind {
        StepKind::Step { .. } | StepKind::WaitFor { .. } => true,
        StepKind::Decision { on, .. } => on.is_none(),
        _ => false,
    };
    step.roles.first().map(String::as_str).or(acted.then_some(TO_BE_CONFIRMED))
}

/// How long, and after what.
fn anchored(map: &Map, before: &str, duration: Option<&Duration>, anchor: &Anchor) -> (String, String) {
    let after = match anchor {
        Anchor::Entering => String::new(),
        Anchor::Step(step) => format!("after {}", quoted(map, step)),
        Anchor::Field(id) => format!("after {}", map.field_title(id)),
    };
    (format!("{before} {}", written(duration)), after)
}

/// What a reader must know before trusting a drawing of a map that was read so.
pub(super) fn warning(reading: Reading) -> Option<&'static str> {
    match reading {
        Reading::Transcribed => None,
        Reading::Reconstructed => Some("RECONSTRUCTED: a draft that its owner has not confirmed"),
        Reading::Placeholder => Some("PLACEHOLDER: this map is not drawn yet"),
    }
}

/// The title of a step, or its id where the map has none of that name.
pub(super) fn title<'a>(map: &'a Map, id: &'a str) -> &'a str {
    map.step(id).map_or(id, |step| &step.title)
}

/// The title of a step in quotes; drawings do not show ids.
pub(crate) fn quoted(map: &Map, step: &str) -> String {
    format!("\u{201c}{}\u{201d}", title(map, step))
}

/// When a step is due: how long, and after what.
pub(super) fn due(map: &Map, deadline: &Deadline) -> (String, String) {
    anchored(map, "due", deadline.within.as_ref(), &deadline.anchor)
}

/// Who is told of a deadline that passed; empty where nobody is.
pub(super) fn told(overdue: &Overdue) -> String {
    if overdue.tell.is_empty() { String::new() } else { format!("if late: tell {}", listed(&overdue.tell, "and")) }
}

/// How long a wait waits, and after what.
pub(super) fn within(map: &Map, timeout: &Timeout) -> (String, String) {
    anchored(map, "within", timeout.within.as_ref(), &timeout.anchor)
}

/// To which time a wait holds the case: how long, and after what.
pub(super) fn until(map: &Map, after: Option<&Duration>, anchor: &Anchor) -> (String, String) {
    match (after, anchor) {
        (None, Anchor::Field(id)) => ("wait until".to_string(), map.field_title(id).to_string()),
        (None, Anchor::Step(step)) => ("wait until".to_string(), quoted(map, step)),
        (Some(_), Anchor::Entering) => anchored(map, "wait for", after, anchor),
        _ => anchored(map, "wait until", after, anchor),
    }
}
