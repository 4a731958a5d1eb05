//! The chart of an atlas as SVG: a lane a theme.

use std::collections::BTreeMap;

use super::super::atlas::{Chart, Kind, Link, Mode, chart};
use super::super::layout::{Item, Line as Wish, Outline, Plan, Size, lay_out};
use super::super::words::{aside, heading};
use super::head::{self, Head, Sample};
use super::ink::Ink;
use super::shapes::{Block, font};
use super::text::longest_word;
use super::{Drawn, HEAD_ROOM, HEAD_WIDTH, NARROWEST, Within, page, write_lane};
use crate::atlas::CheckedAtlas;

/// The room for words in a box, in pixels; more where a word needs it.
const ROOM: i32 = 150;
/// The most that a word may need, in pixels.
const WIDEST: i32 = 210;

const LEGEND: [Sample; 8] = [
    Sample::Map("map transcribed", "transcribed from the source"),
    Sample::Map("map reconstructed", "reconstructed, not confirmed by its owner"),
    Sample::Map("map placeholder", "placeholder: not drawn yet"),
    Sample::Map("map stopped", "has errors"),
    Sample::Link(Mode::HandOver),
    Sample::Link(Mode::Call),
    Sample::Link(Mode::Start),
    Sample::Link(Mode::Overdue),
];

/// All maps and the links between them as SVG.
pub fn atlas_svg(atlas: &CheckedAtlas) -> String {
    drawn(atlas, None).svg
}

/// All maps and the links between them as SVG within a page; the maps lead to where the page says.
pub fn atlas_svg_within(atlas: &CheckedAtlas, within: &Within<'_>) -> Drawn {
    drawn(atlas, Some(within))
}

fn drawn(atlas: &CheckedAtlas, within: Option<&Within<'_>>) -> Drawn {
    let chart = chart(atlas);
    let words: Vec<_> = chart.maps.iter().map(|map| map.words(usize::MAX)).collect();
    let longest = words.iter().flatten().map(|line| longest_word(line, font(line))).max().unwrap_or(0);
    let room = longest.clamp(ROOM, WIDEST);
    let blocks: Vec<Block> = words.iter().map(|words| Block::new(words, room)).collect();
    let heads: Vec<Block> =
        chart.themes.iter().map(|(_, title)| Block::new(&heading(title, usize::MAX), HEAD_ROOM)).collect();
    let plan = plan(&chart, &blocks, &heads, room);
    let layout = lay_out(&plan);
    let width = layout.width.max(NARROWEST);
    let mut ink = Ink::default();
    let top =
        Head { title: heading(&chart.title, usize::MAX), about: aside(&chart.about, usize::MAX), ..Head::default() }
            .write(&mut ink, width);
    ink.put(format_args!("<g transform=\"translate(0 {top})\">"));
    for (number, (rect, block)) in layout.lanes.iter().zip(&heads).enumerate() {
        write_lane(&mut ink, number, rect, block, width);
    }
    let mut nets: BTreeMap<(usize, Mode), Vec<usize>> = BTreeMap::new();
    for (at, link) in chart.links.iter().enumerate() {
        nets.entry((link.to, link.mode)).or_default().push(at);
    }
    for ((_, mode), lines) in nets {
        let points = |at: &usize| layout.lines[*at].points.as_slice();
        lines.iter().for_each(|at| ink.way("edge", points(at), 6));
        for at in &lines {
            ink.open("link", &said(&chart, &chart.links[*at]));
            head::link(&mut ink, mode, points(at));
            ink.close();
        }
    }
    for ((map, block), rect) in chart.maps.iter().zip(&blocks).zip(&layout.boxes) {
        let leads = within.map(|within| within.way_to(&map.id));
        ink.open_link("shape", &format!("{} ({})", map.title, map.id), leads.as_deref());
        ink.rect(&format!("map {}", map.kind.word()), rect);
        block.write(&mut ink, rect.middle_x(), rect.middle_y());
        ink.close_link(leads.as_deref());
    }
    ink.close();
    let is_stopped = chart.maps.iter().any(|map| map.kind == Kind::Stopped);
    let samples: Vec<&Sample> =
        LEGEND.iter().filter(|sample| is_stopped || !matches!(sample, Sample::Map("map stopped", _))).collect();
    let bottom = head::legend(&mut ink, &samples, top + layout.height, width);
    let what = format!("Chart of the maps and links of {}: {}. {} links.", chart.title, chart.about, chart.links.len());
    page(&chart.title, &what, &ink, (width, bottom), within)
}

fn said(chart: &Chart, link: &Link) -> String {
    let title = |map: usize| chart.maps.get(map).map_or("", |map| map.title.as_str());
    format!("{} \u{2192} {}: {}", title(link.from), title(link.to), link.mode.meaning())
}

fn plan(chart: &Chart, blocks: &[Block], heads: &[Block], room: i32) -> Plan {
    let lanes = heads.iter().map(|block| Size { width: HEAD_WIDTH, height: block.size.height + 20 }).collect();
    let items = chart.maps.iter().zip(blocks).map(|(map, block)| Item {
        lane: map.theme,
        size: Size { width: room + 20, height: block.size.height + 18 },
        outline: Outline::Box,
        beside: None,
    });
    let lines = chart.links.iter().map(|link| Wish {
        from: link.from,
        to: link.to,
        sort: link.mode as u32,
        label: Size::default(),
    });
    Plan { lanes, items: items.collect(), lines: lines.collect() }
}
