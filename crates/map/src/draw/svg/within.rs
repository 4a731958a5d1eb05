//! A drawing within an HTML page that holds several: ids and styles of one must not meet those of another.

use super::STYLE;

/// The place of a drawing in a page.
pub struct Within<'a> {
    /// What the ids in the drawing begin with; no other drawing of the page has it.
    pub name: &'a str,
    /// Where a shape leads: of a map, a step by its id; of an atlas, a map by its id.
    pub leads_to: &'a dyn Fn(&str) -> String,
}

impl Within<'_> {
    pub(super) fn way_to(&self, id: &str) -> String {
        (self.leads_to)(id)
    }
}

/// A drawing and its size in pixels.
#[derive(Debug)]
pub struct Drawn {
    /// The `svg` element. Its looks are those of [`style`], once in the page.
    pub svg: String,
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
}

/// The looks of every drawing in a page, kept to what stands in an element that `scope` selects.
pub fn style(scope: &str) -> String {
    let rules = STYLE.split_inclusive('}').filter_map(|rule| rule.split_once('{'));
    let scoped =
        |names: &str| names.split(',').map(|name| format!("{scope} {}", name.trim())).collect::<Vec<_>>().join(",");
    rules.map(|(names, looks)| format!("{}{{{looks}\n", scoped(names))).collect()
}

#[cfg(test)]
mod tests {
    use super::style;

    #[test]
    fn every_rule_is_kept_to_its_place() {
        let style = style(".d");
        assert_eq!(style.matches('{').count(), super::STYLE.matches('{').count());
        assert!(style.lines().all(|line| line.starts_with(".d .") && line.ends_with('}')), "{style}");
        assert!(style.contains(".d .way.case{stroke:#333}\n.d .tip.case{fill:#333}\n"), "{style}");
        assert!(style.contains(".d .step,.d .linkWithin,"), "{style}");
    }
}
