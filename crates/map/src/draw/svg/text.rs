//! How wide text is, without a font: the widths of each letter in the widest of the fonts that a reader may have, and lines of words
//! that fit a width.

use super::super::words::Line;

/// The widths of the characters from space to `~`, in thousandths of the size: the larger of those of Liberation Sans (which are
/// Arial's and nearly Helvetica's) and of DejaVu Sans, read from the fonts' own tables.
const PLAIN: [u16; 95] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637,
    637, 637, 637, 337, 337, 838, 838, 838, 557, 1016, 685, 687, 723, 771, 667, 611, 778, 752, 295, 500, 667, 558, 863,
    749, 788, 667, 788, 723, 667, 611, 732, 685, 989, 686, 667, 686, 391, 337, 391, 838, 557, 500, 613, 635, 550, 635,
    616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637,
    337, 637, 838,
];

/// The same in bold.
const BOLD: [u16; 95] = [
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 611, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 557, 775, 638, 996,
    837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 557, 500, 675, 716, 593, 716,
    679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712,
    366, 712, 838,
];

/// The width of a character in thousandths of the size; of those that are not in the tables, no less than the widest of their kind.
fn character(letter: char, bold: bool) -> u32 {
    let table = if bold { &BOLD } else { &PLAIN };
    if let Some(width) = (letter as usize).checked_sub(0x20).and_then(|at| table.get(at)) {
        return u32::from(*width);
    }
    let width = match letter {
        '\u{a0}' | '\u{b7}' | '\u{2018}' | '\u{2019}' => 320,
        '\u{a3}' | '\u{2013}' => 640,
        '\u{201c}' | '\u{201d}' => 560,
        '\u{300}'..='\u{36f}' => 0,
        '\u{c6}' | '\u{e6}' | '\u{152}' | '\u{153}' | '\u{174}' | '\u{bc}'..='\u{be}' => 1070,
        '\u{c0}'..='\u{17f}' => 870,
        '\u{370}'..='\u{3ff}' => 940,
        '\u{400}'..='\u{45f}' => 1110,
        '\u{590}'..='\u{5ff}' => 720,
        '\u{80}'..='\u{10ff}' => 1430,
        _ => 1600,
    };
    if bold { width * 6 / 5 } else { width }
}

/// How wide text is at a size, in pixels.
pub(super) fn width(text: &str, size: Size, bold: bool) -> i32 {
    let thousandths: u64 = text.chars().map(|letter| u64::from(character(letter, bold))).sum();
    let pixels = (thousandths * u64::from(size.0)).div_ceil(10_000);
    i32::try_from(pixels).unwrap_or(i32::MAX / 4)
}

/// A font size in tenths of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) u16);

impl Size {
    /// From one line to the next, in pixels.
    pub(super) fn line(self) -> i32 {
        (i32::from(self.0) * 12 + 99) / 100
    }
}

/// How wide a line is: its bold part and the rest.
pub(super) fn line_width(line: &Line, size: Size) -> i32 {
    let (bold, rest) = line.text.split_at(line.bold);
    width(bold, size, true) + width(rest, size, false)
}

/// Cuts a line into lines that are no wider than `room` pixels: as few as that takes, and then as narrow as that number allows. A
/// word that is too wide is cut, too.
pub(super) fn wrap(line: &Line, size: Size, room: i32) -> Vec<Line> {
    let room = room.max(i32::from(size.0) / 5);
    let widest = wrap_within(line, size, room);
    let (mut low, mut high) = (longest_word(line, size).max(room / 3), room);
    if widest.len() < 2 || low >= high {
        return widest;
    }
    let mut best = widest;
    while high - low > 3 {
        let middle = (low + high) / 2;
        let narrow = wrap_within(line, size, middle);
        if narrow.len() <= best.len() { (high, best) = (middle, narrow) } else { low = middle }
    }
    best
}

/// Whether a word is wider than the room.
pub(super) fn cuts_words(line: &Line, size: Size, room: i32) -> bool {
    longest_word(line, size) > room
}

/// How wide the widest word of a line is, in pixels.
pub(super) fn longest_word(line: &Line, size: Size) -> i32 {
    let mut at = 0;
    let mut widest = 0;
    for word in line.text.split_inclusive(' ') {
        widest = widest.max(pieces_width(word.trim_end(), line.bold.saturating_sub(at), size));
        at += word.len();
    }
    widest
}

fn wrap_within(line: &Line, size: Size, room: i32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let empty = || Line { text: String::new(), bold: 0, aside: line.aside, clock: line.clock };
    let mut now = empty();
    let (mut taken, mut at) = (0, 0);
    for word in line.text.split_inclusive(' ') {
        let mut rest = word.trim_end();
        let mut begin = at;
        at += word.len();
        while !rest.is_empty() {
            let bold = line.bold.saturating_sub(begin);
            let gap = if now.text.is_empty() { "" } else { " " };
            let wide = taken + width(gap, size, bold > 0) + pieces_width(rest, bold, size);
            if wide <= room {
                push(&mut now, gap, rest, bold);
                taken = wide;
                break;
            }
            taken = 0;
            if !now.text.is_empty() {
                lines.push(std::mem::replace(&mut now, empty()));
                continue;
            }
            let cut = fitting(rest, bold, size, room);
            push(&mut now, "", &rest[..cut], bold);
            lines.push(std::mem::replace(&mut now, empty()));
            begin += cut;
            rest = &rest[cut..];
        }
    }
    if !now.text.is_empty() {
        lines.push(now);
    }
    lines
}

fn push(line: &mut Line, gap: &str, word: &str, bold: usize) {
    let whole_is_bold = line.bold == line.text.len();
    line.text.push_str(gap);
    let before = line.text.len();
    line.text.push_str(word);
    if bold > 0 && whole_is_bold {
        line.bold = before + bold.min(word.len());
    }
}

fn pieces_width(word: &str, bold: usize, size: Size) -> i32 {
    let (bold, rest) = word.split_at_checked(bold.min(word.len())).unwrap_or((word, ""));
    width(bold, size, true) + width(rest, size, false)
}

/// How many bytes of a word fit, one character at least.
fn fitting(word: &str, bold: usize, size: Size, room: i32) -> usize {
    let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let fits = |end: &usize| pieces_width(&word[..*end], bold.min(*end), size) <= room;
    let first = word.chars().next().map_or(word.len(), char::len_utf8);
    ends.take_while(fits).last().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, bold: usize) -> Line {
        Line { text: text.to_string(), bold, aside: false, clock: false }
    }

    #[test]
    fn lines_fit_and_lose_nothing() {
        let size = Size(125);
        for (text, bold) in [
            ("ASW: Liaise to agree the funding/service cross over period", 4),
            ("Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente and more", 0),
            (
                "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}",
                0,
            ),
        ] {
            for room in [40, 80, 130, 400] {
                let lines = wrap(&line(text, bold), size, room);
                assert!(lines.iter().all(|line| line_width(line, size) <= room), "{lines:?} in {room}");
                let said: String = lines.iter().flat_map(|line| line.text.chars()).filter(|c| *c != ' ').collect();
                assert_eq!(said, text.replace(' ', ""));
                assert_eq!(lines.iter().map(|line| line.bold).sum::<usize>(), bold);
            }
        }
    }

    #[test]
    fn no_single_word_is_left_over() {
        let lines = wrap(&line("Transfer request made to OLA", 0), Size(125), 150);
        let words: Vec<usize> = lines.iter().map(|line| line.text.split(' ').count()).collect();
        assert_eq!(words, [2, 3], "{lines:?}");
    }
}
