//! Reads an SVG drawing back as geometry.

use mapcase_map::draw::text_width;
use roxmltree::{Document, Node};

/// A point, in pixels.
type Point = (f64, f64);

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug)]
pub struct Place(f64, f64, f64, f64);

impl Place {
    fn of(points: &[Point]) -> Self {
        points.iter().fold(Place(f64::MAX, f64::MAX, f64::MIN, f64::MIN), |place, point| {
            Place(place.0.min(point.0), place.1.min(point.1), place.2.max(point.0), place.3.max(point.1))
        })
    }

    fn overlaps(&self, other: &Place) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }

    fn grown(&self, by: f64) -> Place {
        Place(self.0 - by, self.1 - by, self.2 + by, self.3 + by)
    }

    fn holds(&self, (x, y): Point) -> bool {
        self.0 <= x && x <= self.2 && self.1 <= y && y <= self.3
    }
}

/// A shape with what it says.
#[derive(Debug)]
pub struct Shape {
    outline: Vec<Point>,
    words: Vec<Place>,
    /// What is read aloud of it.
    pub said: String,
}

/// A line between shapes.
#[derive(Debug)]
pub struct Line {
    /// What it is.
    pub class: String,
    points: Vec<Point>,
}

/// A drawing.
#[derive(Debug)]
pub struct Drawing {
    /// Its shapes.
    pub shapes: Vec<Shape>,
    /// Its lines.
    pub lines: Vec<Line>,
    labels: Vec<Place>,
    /// The orders of visits.
    pub badges: Vec<Place>,
    paper: Place,
    all_words: Vec<Place>,
}

impl Drawing {
    /// Reads a drawing, which must be well-formed.
    pub fn read(text: &str) -> Self {
        let document = Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"));
        let root = document.root_element();
        assert_eq!((root.attribute("role"), root.tag_name().name()), (Some("img"), "svg"));
        let names: Vec<&str> =
            root.children().filter(Node::is_element).take(2).map(|node| node.tag_name().name()).collect();
        assert_eq!(names, ["title", "desc"]);
        assert!(
            !root.descendants().any(|node| ["script", "image", "foreignObject", "a"].contains(&node.tag_name().name()))
        );
        let of_class = |class: &'static str| {
            root.descendants()
                .filter(move |node| node.attribute("class").is_some_and(|known| known.split(' ').next() == Some(class)))
        };
        let in_legend = |node: &Node<'_, '_>| node.ancestors().any(|above| above.attribute("class") == Some("legend"));
        let size = |name: &str| root.attribute(name).unwrap().parse::<f64>().unwrap();
        Self {
            shapes: of_class("shape").map(|node| shape(&node)).collect(),
            lines: of_class("way").filter(|node| !in_legend(node)).map(|node| line(&node)).collect(),
            labels: of_class("label").map(|node| Place::of(&corners(&words(&node)))).collect(),
            badges: of_class("badge").filter(|node| !in_legend(node)).map(|node| rectangle(&node)).collect(),
            paper: Place(0.0, 0.0, size("width"), size("height")),
            all_words: root.descendants().filter(|node| node.has_tag_name("text")).map(|node| moved(&node)).collect(),
        }
    }

    /// What is wrong with it.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let places: Vec<Place> = self.shapes.iter().map(|shape| Place::of(&shape.outline)).collect();
        for (at, shape) in self.shapes.iter().enumerate() {
            for other in (at + 1)..places.len() {
                if places[at].overlaps(&places[other]) {
                    faults.push(format!("`{}` lies on `{}`", shape.said, self.shapes[other].said));
                }
            }
            for words in
                shape.words.iter().filter(|words| !corners(&[**words]).iter().all(|at| within(&shape.outline, *at)))
            {
                faults.push(format!("{words:?} are not within `{}`: {:?}", shape.said, shape.outline));
            }
        }
        for line in &self.lines {
            let (first, last) = (line.points[0], line.points[line.points.len() - 1]);
            for (place, shape) in places.iter().zip(&self.shapes) {
                // A line ends a little before its shape, or in a corner of its rectangle.
                let is_end = place.grown(7.0).holds(first) || place.grown(7.0).holds(last);
                let through = line.points.windows(2).any(|pair| Place::of(pair).overlaps(&place.grown(-0.5)));
                if !is_end && through {
                    faults.push(format!("a line runs through `{}`: {:?}", shape.said, line.points));
                }
            }
        }
        for (at, label) in self.labels.iter().enumerate() {
            let on = places.iter().chain(&self.labels[at + 1..]).filter(|other| label.overlaps(other));
            faults.extend(on.map(|other| format!("label {label:?} lies on {other:?}")));
        }
        let all_words = || self.shapes.iter().flat_map(|shape| &shape.words);
        for (at, badge) in self.badges.iter().enumerate() {
            let on = all_words().chain(&self.badges[at + 1..]).filter(|other| badge.overlaps(other));
            faults.extend(on.map(|other| format!("badge {badge:?} lies on {other:?}")));
        }
        let outside = |words: &&Place| !self.paper.holds((words.0, words.1)) || !self.paper.holds((words.2, words.3));
        faults.extend(self.all_words.iter().filter(outside).map(|words| format!("words outside the paper: {words:?}")));
        faults
    }
}

fn corners(places: &[Place]) -> Vec<Point> {
    places
        .iter()
        .flat_map(|place| [(place.0, place.1), (place.2, place.1), (place.2, place.3), (place.0, place.3)])
        .collect()
}

fn rectangle(node: &Node<'_, '_>) -> Place {
    let number = |name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let (x, y) = (number("x"), number("y"));
    Place(x, y, x + number("width"), y + number("height"))
}

fn shape(node: &Node<'_, '_>) -> Shape {
    let drawn = node.children().find(|child| child.has_tag_name("path") || child.has_tag_name("rect")).unwrap();
    let outline = match drawn.attribute("d") {
        Some(path) => points(path),
        None => corners(&[rectangle(&drawn)]),
    };
    let said = node.children().find(|child| child.has_tag_name("title")).and_then(|title| title.text()).unwrap_or("");
    let clocks = node.descendants().filter(|node| node.attribute("class") == Some("clock"));
    let clocks = clocks.map(|clock| {
        let path = points(clock.attribute("d").unwrap());
        Place(path[0].0, path[0].1 - 4.5, path[0].0 + 9.0, path[0].1 + 4.5)
    });
    let own = node.children().filter(|child| child.has_tag_name("text")).map(|text| place(&text));
    Shape { outline, words: own.chain(clocks).collect(), said: said.to_string() }
}

fn line(node: &Node<'_, '_>) -> Line {
    Line { class: node.attribute("class").unwrap().to_string(), points: points(node.attribute("d").unwrap()) }
}

fn words(node: &Node<'_, '_>) -> Vec<Place> {
    node.descendants().filter(|child| child.has_tag_name("text")).map(|text| place(&text)).collect()
}

/// Where a line of words stands, in the widest font.
fn place(text: &Node<'_, '_>) -> Place {
    let number = |name: &str| text.attribute(name).unwrap().parse::<f64>().unwrap();
    let size = number("font-size");
    let tenths = text.attribute("font-size").unwrap().replace('.', "").parse::<u16>().unwrap();
    let wide: i32 = text
        .descendants()
        .filter(Node::is_text)
        .map(|node| text_width(node.text().unwrap(), tenths, node.parent().unwrap().has_tag_name("tspan")))
        .sum();
    let left = number("x") - if text.attribute("text-anchor").is_some() { f64::from(wide) / 2.0 } else { 0.0 };
    // Letters rise to about three quarters of their size above the line and sink a fifth below it.
    Place(left, number("y") - size * 0.76, left + f64::from(wide), number("y") + size * 0.21)
}

/// The same on the paper, through all groups.
fn moved(text: &Node<'_, '_>) -> Place {
    let mut all = place(text);
    for group in text.ancestors().filter_map(|node| node.attribute("transform")) {
        let inner = group.trim_start_matches("translate(").trim_end_matches(')');
        let by: Vec<f64> = inner.split(' ').map(|number| number.parse().unwrap()).collect();
        all = Place(all.0 + by[0], all.1 + by[1], all.2 + by[0], all.3 + by[1]);
    }
    all
}

/// The corners of a path of ours; a bend counts as its corner.
fn points(path: &str) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let mut rest = path;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[1..];
        let end = after.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let numbers: Vec<f64> = after[..end].split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
        let last = points.last().copied().unwrap_or_default();
        match letter {
            'M' | 'L' => points.push((numbers[0], numbers[1])),
            'H' => points.push((numbers[0], last.1)),
            'V' => points.push((last.0, numbers[0])),
            'Q' => points.extend([(numbers[0], numbers[1]), (numbers[2], numbers[3])]),
            // Of a round corner the chord counts, which is further in.
            'A' => points.push((numbers[5], numbers[6])),
            _ => {}
        }
        rest = &after[end..];
    }
    points
}

/// Whether a point is within a convex or notched outline, or nearly.
fn within(outline: &[Point], (x, y): Point) -> bool {
    const NEARLY: f64 = 0.75;
    let count = outline.len();
    let mut inside = false;
    for at in 0..count {
        let ((ax, ay), (bx, by)) = (outline[at], outline[(at + 1) % count]);
        if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
            inside = !inside;
        }
        let long = (bx - ax).hypot(by - ay);
        if long > 0.0 && ((bx - ax) * (y - ay) - (by - ay) * (x - ax)).abs() / long <= NEARLY {
            return true;
        }
    }
    inside
}
