//! XML, written so that it is always well formed: tags close as they opened, and text and attributes are escaped.

use std::fmt::Write;

use super::super::words::clean;
use crate::xml;

/// An XML document as it is written.
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_string(), open: Vec::new() }
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.indent();
        let _ = write!(self.text, "<{name}");
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"{}\"", escape(value));
        }
        self.text.push_str(end);
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }

    /// An element with others in it, which `inside` writes.
    pub(super) fn group(&mut self, name: &'static str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Self)) {
        self.tag(name, attributes, ">\n");
        self.open.push(name);
        inside(self);
        self.open.pop();
        self.indent();
        let _ = writeln!(self.text, "</{name}>");
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, " />\n");
    }

    /// An element with text in it.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.tag(name, attributes, ">");
        let _ = writeln!(self.text, "{}</{name}>", escape(text));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Text as it may stand between tags and in attributes. What XML has no way to write is left out.
fn escape(text: &str) -> String {
    xml::escape(&clean(text))
}
