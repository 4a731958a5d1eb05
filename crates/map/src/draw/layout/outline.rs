//! Where a line meets a shape.

use super::Rect;

/// The outline of a shape, as far as lines are concerned. Every outline fills its rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outline {
    /// A rectangle, its corners rounded or not.
    #[default]
    Box,
    /// Half circles on its left and right.
    Pill,
    /// A diamond.
    Diamond,
    /// Pointed on its left and its right.
    Hexagon,
    /// Pointed on its right.
    Arrow,
    /// Notched on its left and pointed on its right.
    Chevron,
    /// Leaning to the right.
    Slanted,
}

/// How far a point, a notch or a slant reaches into its rectangle, in pixels.
pub const REACH: i32 = 14;

impl Outline {
    /// How far the outline is from the right edge of its rectangle, `off` pixels below the middle.
    pub(super) fn inset_right(self, rect: &Rect, off: i32) -> i32 {
        match self {
            Outline::Box => 0,
            Outline::Pill => round(rect.height, off),
            Outline::Diamond => share(rect.width / 2, off.abs(), rect.height / 2),
            Outline::Hexagon | Outline::Arrow | Outline::Chevron => share(REACH, off.abs(), rect.height / 2),
            Outline::Slanted => share(REACH, rect.height / 2 + off, rect.height),
        }
    }

    /// The same from the left edge.
    pub(super) fn inset_left(self, rect: &Rect, off: i32) -> i32 {
        match self {
            Outline::Box | Outline::Arrow => 0,
            Outline::Pill => round(rect.height, off),
            Outline::Diamond => share(rect.width / 2, off.abs(), rect.height / 2),
            Outline::Hexagon => share(REACH, off.abs(), rect.height / 2),
            Outline::Chevron => REACH - share(REACH, off.abs(), rect.height / 2),
            Outline::Slanted => share(REACH, rect.height / 2 - off, rect.height),
        }
    }

    /// How far the outline is from the upper or the lower edge, `off` pixels right of the middle.
    pub(super) fn inset_upright(self, rect: &Rect, off: i32) -> i32 {
        match self {
            Outline::Diamond => share(rect.height / 2, off.abs(), rect.width / 2),
            _ => 0,
        }
    }
}

/// `all` times `part` by `whole`, never outside `0..=all`.
fn share(all: i32, part: i32, whole: i32) -> i32 {
    if whole <= 0 { 0 } else { (all * part.clamp(0, whole)) / whole }
}

/// How far a circle of that diameter has gone in, `off` pixels from its middle.
fn round(height: i32, off: i32) -> i32 {
    let radius = f64::from(height.clamp(0, PILL_HEIGHT)) / 2.0;
    // Where the pill is higher than its ends are round, they have a straight part between.
    let over = (f64::from(off.abs()) - f64::from(height) / 2.0 + radius).clamp(0.0, radius);
    let inset = radius - (radius * radius - over * over).sqrt();
    // A pixel figure: small and not negative.
    inset.round() as i32
}

/// A pill's ends are no rounder than those of a pill of this height, in pixels.
pub const PILL_HEIGHT: i32 = 44;
