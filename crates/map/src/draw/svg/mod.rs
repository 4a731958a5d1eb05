//! A sheet as SVG: lanes by role, the legend, time limits, and the way of a case. One file, no script, no font, nothing to fetch.

mod atlas;
mod chart;
mod head;
mod ink;
mod limits;
mod shapes;
mod text;
mod way;
mod within;

pub use atlas::{atlas_svg, atlas_svg_within};
pub(crate) use chart::letter as limit_letter;
pub use way::{Left, Taken, Visit};
pub use within::{Drawn, Within, style};

use std::collections::BTreeMap;

use super::layout::Rect;
use super::words::{Line, Widths, aside, clean};
use super::{Sheet, sheet::sheet};
use crate::atlas::CheckedAtlas;
use crate::machine::Machine;
use crate::model::{Map, Reading};
use chart::{Chart, chart};
use head::{Head, LEGEND, LEGEND_OF_CASE};
use ink::{FONTS, Ink, escape};
use shapes::Block;

/// How wide text is at most, in pixels, in Arial, Helvetica or DejaVu Sans of a size in tenths of a pixel.
pub fn text_width(text: &str, tenths: u16, bold: bool) -> i32 {
    text::width(text, text::Size(tenths), bold)
}

/// Around the whole drawing, in pixels.
const MARGIN: i32 = 24;
/// A drawing is never narrower, in pixels: the legend has to be readable.
const NARROWEST: i32 = 820;

/// One map as SVG, with the way of a case where one is given.
pub fn svg(machine: &Machine, atlas: &CheckedAtlas, taken: Option<&Taken>) -> String {
    drawn(machine, atlas, taken, None).svg
}

/// One map as SVG within a page; its steps lead to where the page says.
pub fn svg_within(machine: &Machine, atlas: &CheckedAtlas, within: &Within<'_>) -> Drawn {
    drawn(machine, atlas, None, Some(within))
}

fn drawn(machine: &Machine, atlas: &CheckedAtlas, taken: Option<&Taken>, within: Option<&Within<'_>>) -> Drawn {
    let map = machine.map();
    let sheet = sheet(machine, atlas, Widths::UNCUT);
    let chart = chart(&sheet, map, atlas, taken);
    let width = chart.layout.width.max(NARROWEST);
    let bars = limits::bars(&sheet, map, &chart, width, taken);
    let mut body = Ink::default();
    let top = head(&sheet, taken).write(&mut body, width);
    bars.write(&mut body, top, width);
    let lanes = top + bars.height;
    body.put(format_args!("<g transform=\"translate(0 {lanes})\">"));
    write_lanes(&mut body, &chart, width);
    write_ways(&mut body, &sheet, &chart, map, taken);
    write_shapes(&mut body, &chart, taken, within);
    body.close();
    let bottom = foot(&mut body, &sheet, &chart, machine, lanes + chart.layout.height, width, taken.is_some());
    let what = describe(map, &chart, taken);
    page(&map.title, &what, &body, (width, bottom), within)
}

/// A whole drawing of a title, a description and a body of a size.
fn page(title: &str, what: &str, body: &Ink, size: (i32, i32), within: Option<&Within<'_>>) -> Drawn {
    let (width, height) = (size.0 + 2 * MARGIN, size.1 + 2 * MARGIN);
    let name = within.map_or("drawing-".to_string(), |within| format!("{}/", within.name));
    let name = escape(&name);
    let mut ink = Ink::default();
    ink.put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{name}title {name}desc\" font-family=\"{FONTS}\" fill=\"#111\">"
    ));
    ink.put(format_args!("<title id=\"{name}title\">{}</title>", escape(&clean(title))));
    ink.put(format_args!("<desc id=\"{name}desc\">{}</desc>", escape(&clean(what))));
    if within.is_none() {
        ink.put(format_args!("<style>\n{STYLE}</style>"));
    }
    ink.put(format_args!("<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>"));
    ink.put(format_args!("<g transform=\"translate({MARGIN} {MARGIN})\">"));
    ink.text.push_str(&body.text);
    ink.put(format_args!("</g>\n</svg>"));
    Drawn { svg: ink.text, width, height }
}

/// How everything looks. Shapes differ in form and lines in pattern, so that all can be told apart in grey.
const STYLE: &str = include_str!("style.css");

fn head(sheet: &Sheet, taken: Option<&Taken>) -> Head {
    // The source has a line of its own: together they would be cut in the middle of a date.
    let (first, source) = sheet.about.split_at(sheet.about.len().min(2));
    let first = first.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" \u{b7} ");
    let about = [aside(&first, usize::MAX), source.to_vec()].concat();
    let mut case = Vec::new();
    if let Some(taken) = taken {
        let mut standing = taken.standing.iter();
        let first = standing.next().map_or("", String::as_str);
        case.extend(way::bold(&format!("Case {}:", taken.case), first));
        case.extend(standing.flat_map(|line| aside(line, usize::MAX)));
    }
    Head { title: sheet.title.clone(), about, warning: sheet.warning.clone(), case }
}

fn write_lanes(ink: &mut Ink, chart: &Chart<'_>, width: i32) {
    for (number, (rect, block)) in chart.layout.lanes.iter().zip(&chart.lanes).enumerate() {
        write_lane(ink, number, rect, block, width);
    }
}

/// One lane with its head.
fn write_lane(ink: &mut Ink, number: usize, rect: &Rect, head: &Block, width: i32) {
    ink.rect(if number.is_multiple_of(2) { "lane" } else { "lane other" }, &Rect { width, ..*rect });
    let place = Rect { width: HEAD_WIDTH, ..*rect };
    ink.rect("lane-head", &place);
    head.write(ink, place.middle_x(), place.middle_y());
}

/// The head of a lane, in pixels.
const HEAD_WIDTH: i32 = 120;
/// The room for words in it.
const HEAD_ROOM: i32 = HEAD_WIDTH - 16;

fn write_ways(ink: &mut Ink, sheet: &Sheet, chart: &Chart<'_>, map: &Map, taken: Option<&Taken>) {
    let step = |node: usize| sheet.nodes[node].step.and_then(|step| map.steps.get(step)).map_or("", |step| &step.id);
    let went = |at: usize| {
        let edge = chart.edges[at].0;
        taken.is_some_and(|taken| taken.went(step(edge.from), step(edge.to), edge.way))
    };
    // Nets are drawn one after the other, each with a white edge where it crosses what was drawn before; the way taken last.
    let mut nets: BTreeMap<(bool, usize, u32), Vec<usize>> = BTreeMap::new();
    for (at, (edge, _)) in chart.edges.iter().enumerate() {
        nets.entry((went(at), edge.to, edge.way as u32)).or_default().push(at);
    }
    for ((taken, ..), lines) in nets {
        let points = |at: &usize| chart.layout.lines[*at].points.as_slice();
        lines.iter().for_each(|at| ink.way("edge", points(at), 6));
        for at in &lines {
            let class = format!("{}{}", chart.edges[*at].0.way.word(), if taken { " taken" } else { "" });
            ink.way(&format!("way {class}"), points(at), 6);
            ink.arrow(&format!("tip {class}"), points(at));
        }
    }
    for ((edge, block), routed) in chart.edges.iter().zip(&chart.layout.lines) {
        if routed.label.width > 0 {
            ink.put(format_args!("<g class=\"label {}\">", edge.way.word()));
            block.write_left(ink, routed.label.x, routed.label.y);
            ink.close();
        }
    }
}

fn write_shapes(ink: &mut Ink, chart: &Chart<'_>, taken: Option<&Taken>, within: Option<&Within<'_>>) {
    for (shown, rect) in chart.shapes.iter().zip(&chart.layout.boxes) {
        let step = shown.step.filter(|_| shown.is_step);
        let kind = step.map_or(shown.shape.spoken(), |step| step.kind_word());
        let id = step.map_or(String::new(), |step| format!(" ({})", step.id));
        let said: Vec<&str> = shown.block.lines.iter().map(|line| line.text.as_str()).collect();
        let leads = shown.step.and_then(|step| Some(within?.way_to(&step.id)));
        ink.open_link("shape", &format!("{kind}: {}{id}", said.join(" ")), leads.as_deref());
        let marks = step.map_or(String::new(), |step| marks(&step.id, taken));
        shapes::draw(ink, shown.shape, rect, &marks);
        shown.block.write(ink, shapes::middle(shown.shape, rect), rect.middle_y());
        if let Some((step, taken)) = step.zip(taken) {
            write_badge(ink, &taken.numbers(&step.id), &shapes::corner(shown.shape, rect));
        }
        ink.close_link(leads.as_deref());
    }
}

fn marks(step: &str, taken: Option<&Taken>) -> String {
    let Some(taken) = taken else { return String::new() };
    let mut marks = String::new();
    if taken.here.as_deref() == Some(step) {
        marks.push_str(" here");
    } else if taken.visits.iter().any(|visit| visit.step == step) {
        marks.push_str(" passed");
    }
    if taken.late.contains_key(step) {
        marks.push_str(" late");
    }
    marks
}

fn write_badge(ink: &mut Ink, numbers: &[usize], at: &shapes::Corner) {
    const SHOWN: usize = 3;
    if numbers.is_empty() {
        return;
    }
    let last: Vec<String> = numbers.iter().skip(numbers.len().saturating_sub(SHOWN)).map(usize::to_string).collect();
    let before = if numbers.len() > SHOWN { "\u{2026} " } else { "" };
    head::badge(ink, at, &format!("{before}{}", last.join(", ")));
}

fn foot(
    ink: &mut Ink,
    sheet: &Sheet,
    chart: &Chart<'_>,
    machine: &Machine,
    top: i32,
    width: i32,
    has_case: bool,
) -> i32 {
    let mut samples: Vec<&head::Sample> = LEGEND.iter().collect();
    if has_case {
        samples.extend(&LEGEND_OF_CASE);
    }
    let mut y = head::legend(ink, &samples, top, width);
    let lanes: Vec<&str> =
        chart.lanes.iter().filter_map(|block| block.lines.first()).map(|line| line.text.as_str()).collect();
    // What stands at the head of a lane is explained there.
    let others: Vec<Line> = sheet
        .roles
        .iter()
        .filter(|line| !lanes.contains(&line.text[..line.bold].trim_end_matches(':')))
        .map(|line| Line { aside: true, ..line.clone() })
        .collect();
    y = head::entries(ink, &others, y + 4, width);
    let digest = machine.digest();
    let source =
        format!("Drawn by mapcase \u{b7} map {} \u{b7} meaning {}", machine.map().id, &digest[..12.min(digest.len())]);
    ink.put(format_args!("<g class=\"source\">"));
    y = head::entries(ink, &aside(&source, usize::MAX), y, width);
    ink.close();
    y - 8
}

fn describe(map: &Map, chart: &Chart<'_>, taken: Option<&Taken>) -> String {
    let steps = map.steps.len();
    let lanes: Vec<&str> =
        chart.lanes.iter().filter_map(|block| block.lines.first()).map(|line| line.text.as_str()).collect();
    let mut what = format!(
        "Flow chart of the map {}, revision {}: {steps} steps; lanes {}.",
        map.id,
        map.revision,
        lanes.join(", ")
    );
    if map.about.reading != Reading::Transcribed && !map.about.document.is_empty() {
        what.push_str(&format!(
            " The map is a {}.",
            match map.about.reading {
                Reading::Placeholder => "placeholder",
                _ => "reconstruction that its owner has not confirmed",
            }
        ));
    }
    if let Some(taken) = taken {
        what.push_str(&format!(" It shows the way of case {}: {}.", taken.case, taken.standing.join("; ")));
    }
    what
}
