//! The atlas as a book: one HTML file that a process owner reads, searches, prints and signs. It fetches nothing; its style and
//! its script are in it, and the browser is told to run no other. The same atlas gives the same book, byte for byte.

mod anchor;
mod controls;
mod front;
mod html;
mod links;
mod lists;
mod map;
mod rounds;
mod steps;
mod times;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::atlas::CheckedAtlas;
use crate::draw;
use crate::links::{Link, links};
use crate::machine::Machine;
use crate::model::Map;
use html::Html;

/// What every book begins with: a file that begins otherwise is none.
pub const BEGINNING: &str = "<!DOCTYPE html>\n<!-- an atlas book, written by mapcase -->\n";

/// Where drawings stand; their looks are kept to it.
const DRAWING: &str = ".drawing";
const STYLE: &str = include_str!("book.css");
const SCRIPT: &str = include_str!("book.js");

/// The book of an atlas. With a day, it says that it is as of that day, and which maps should have been read again by then.
pub fn book(atlas: &CheckedAtlas, today: Option<NaiveDate>) -> String {
    let book = Book::new(atlas, today);
    let mut html = Html::default();
    html.raw(BEGINNING);
    html.element("html", &[("lang", "en-GB"), ("xmlns", "http://www.w3.org/1999/xhtml")], |html| {
        html.element("head", &[], |html| book.head(html));
        html.element("body", &[], |html| {
            html.put("a", &[("class", "skip"), ("href", "#book")], "Skip to the book");
            search(html);
            html.element("main", &[("id", "book")], |html| {
                book.front(html);
                book.maps.iter().for_each(|machine| book.map(html, machine));
                book.controls(html);
            });
            html.element("script", &[], |html| html.raw(SCRIPT));
        });
    });
    html.done()
}

/// An atlas, with what is looked up in it again and again.
struct Book<'a> {
    atlas: &'a CheckedAtlas,
    today: Option<NaiveDate>,
    /// The maps in the order of the book: theme by theme.
    maps: Vec<&'a Machine>,
    /// What leads to a map: from which map, by which link.
    led_from: BTreeMap<&'a str, Vec<(&'a Map, Link<'a>)>>,
}

impl<'a> Book<'a> {
    fn new(atlas: &'a CheckedAtlas, today: Option<NaiveDate>) -> Self {
        let mut maps: Vec<&Machine> = atlas.machines().values().map(AsRef::as_ref).collect();
        let order = |theme: &str| atlas.theme_order().iter().position(|known| known == theme).unwrap_or(usize::MAX);
        maps.sort_by_key(|machine| order(&machine.map().about.theme));
        let mut led_from = BTreeMap::<&str, Vec<_>>::new();
        for map in maps.iter().map(|machine| machine.map()) {
            for link in links(map) {
                led_from.entry(link.to).or_default().push((map, link));
            }
        }
        Self { atlas, today, maps, led_from }
    }

    fn head(&self, html: &mut Html) {
        let style = format!("{}{STYLE}", draw::style(DRAWING));
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(SCRIPT)
        );
        html.empty("meta", &[("charset", "utf-8")]);
        html.empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
        html.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
        html.put("title", &[], &format!("{}: the atlas book", self.atlas.title()));
        html.element("style", &[], |html| html.raw(&style));
    }

    /// The fingerprint of the whole atlas: of each map's id, revision and meaning.
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new().chain_update(b"mapcase atlas 1\n");
        for (id, machine) in self.atlas.machines() {
            hash.update(format!("{id} {} {}\n", machine.map().revision, machine.digest()));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The id of a map's place in the book; maps that errors keep from running have one too.
    fn map_id(&self, map: &str) -> Option<String> {
        let known = self.atlas.machine(map).is_some() || self.atlas.stopped().contains_key(map);
        known.then(|| anchor::map(map))
    }

    /// A link to a map, by its title.
    fn map_link(&self, html: &mut Html, map: &str) {
        html.link_if(self.map_id(map).as_deref(), self.atlas.title_of(map));
    }

    /// A link to a control.
    fn control_link(&self, html: &mut Html, control: &str) {
        let known = self.atlas.controls().contains_key(control);
        html.link_if(known.then(|| anchor::of("control", control)).as_deref(), control);
    }

    /// A role, which says its title to who points at it.
    fn role(&self, html: &mut Html, role: &str) {
        match self.atlas.roles().get(role) {
            Some(title) => {
                let href = format!("#{}", anchor::of("role", role));
                html.put("a", &[("class", "role"), ("href", &href), ("title", title)], role);
            }
            None => html.text(role),
        }
    }

    /// Roles with a word before the last.
    fn roles<'r>(&self, html: &mut Html, roles: impl IntoIterator<Item = &'r String>, last: &str) {
        listed(html, roles, last, |html, role| self.role(html, role));
    }
}

/// A hash as a content security policy writes it.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

/// The bar at the top. The script shows the search: without one, it would do nothing.
fn search(html: &mut Html) {
    html.element("nav", &[("id", "bar"), ("aria-label", "Book")], |html| {
        html.link("contents", "Contents");
        html.link("controls", "Controls");
        html.element("div", &[("id", "search"), ("role", "search"), ("hidden", "hidden")], |html| {
            html.put("label", &[("for", "words")], "Search");
            html.empty(
                "input",
                &[("id", "words"), ("type", "search"), ("autocomplete", "off"), ("aria-controls", "found")],
            );
            html.put("p", &[("id", "count"), ("role", "status")], "");
            html.put("ol", &[("id", "found"), ("hidden", "hidden")], "");
        });
    });
}

/// Several of the same, with commas between and a word before the last.
fn listed<T>(html: &mut Html, all: impl IntoIterator<Item = T>, last: &str, mut put: impl FnMut(&mut Html, T)) {
    let all: Vec<T> = all.into_iter().collect();
    let end = all.len().saturating_sub(1);
    for (number, each) in all.into_iter().enumerate() {
        match number {
            0 => {}
            _ if number == end => html.text(&format!(" {last} ")),
            _ => html.text(", "),
        }
        put(html, each);
    }
}

/// A table with a head and what `rows` writes.
fn table(html: &mut Html, class: &str, heads: &[&str], rows: impl FnOnce(&mut Html)) {
    html.element("table", &[("class", class)], |html| {
        html.element("thead", &[], |html| {
            html.element("tr", &[], |html| heads.iter().for_each(|head| html.put("th", &[("scope", "col")], head)));
        });
        rows(html);
    });
}

/// A number with its word: `1 map`, `2 maps`.
fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
