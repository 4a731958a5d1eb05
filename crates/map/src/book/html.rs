//! HTML that is also well-formed XML. Text and attributes are escaped here and nowhere else.

use crate::unseen::is_unseen;
use crate::xml;

/// Attributes of an element: names and values.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A page as it grows.
#[derive(Debug, Default)]
pub(super) struct Html {
    text: String,
}

impl Html {
    /// Writes an element, and in it what `inside` writes.
    pub(super) fn element(&mut self, tag: &str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.tag(tag, attributes);
        self.text.push('>');
        inside(self);
        self.text.push_str(&format!("</{tag}>"));
        self.end_line(tag);
    }

    /// Writes an element of text.
    pub(super) fn put(&mut self, tag: &str, attributes: Attributes<'_>, text: &str) {
        self.element(tag, attributes, |html| html.text(text));
    }

    /// Writes an element that holds nothing.
    pub(super) fn empty(&mut self, tag: &str, attributes: Attributes<'_>) {
        self.tag(tag, attributes);
        self.text.push_str("/>");
        self.end_line(tag);
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(&escaped(text));
    }

    /// Writes a link to a place in the book, named by its id.
    pub(super) fn link(&mut self, id: &str, text: &str) {
        self.put("a", &[("href", &format!("#{id}"))], text);
    }

    /// Writes a link where there is something to lead to, or else the text alone.
    pub(super) fn link_if(&mut self, id: Option<&str>, text: &str) {
        match id {
            Some(id) => self.link(id, text),
            None => self.text(text),
        }
    }

    /// Writes what is HTML already: a drawing, a style, a script.
    pub(super) fn raw(&mut self, html: &str) {
        self.text.push_str(html);
    }

    /// The whole page.
    pub(super) fn done(self) -> String {
        self.text
    }

    fn tag(&mut self, tag: &str, attributes: Attributes<'_>) {
        self.text.push_str(&format!("<{tag}"));
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
    }

    /// Between words a new line would be a space.
    fn end_line(&mut self, tag: &str) {
        if !matches!(tag, "a" | "b" | "code" | "em" | "q" | "span") {
            self.text.push('\n');
        }
    }
}

/// Text as it may stand between tags and in attributes, without what is not seen and changes what is.
fn escaped(text: &str) -> String {
    let seen = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let seen: String = seen.filter(|letter| !is_unseen(*letter)).collect();
    xml::escape(&seen)
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn nothing_that_is_written_becomes_html() {
        let mut html = Html::default();
        html.put("p", &[("title", "\u{202e}\"><script>\u{1b}")], "</script><img onerror=\u{202e}\"x\"> &amp;\n'");
        assert_eq!(
            html.done(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/script&gt;&lt;img onerror=&quot;x&quot;&gt; &amp;amp; '</p>\n"
        );
    }
}
