//! How long a case may take: the paths through a map, and the latest instants at which each of their steps is still in time.
//!
//! A path is a row of steps, each left in one way. What the map says of time binds the instants at which they are left: a
//! deadline from above, a timeout or a wait for a time exactly. Of all instants that keep every deadline there are always
//! latest ones, because whatever keeps two sets of them keeps the later of each. They are found for every day on which a
//! path could begin, with the same reckoning as a running case. `docs/decisions/0009-bounds.md` says what is left out.

mod clock;
mod passed;
mod path;
mod plan;
mod problem;
mod search;
#[cfg(test)]
mod tests;
mod times;
mod walk;

pub use clock::{Clock, Gap};
pub use passed::{Passed, is_doing};
pub use path::{Because, Bound, Leg, Part, Path, Span};
pub use plan::{From, Holds, Limit, Plan, Plans, Stage, Timed, Way, Why};
pub use problem::Problem;
pub use search::{Extreme, Search, USUAL_WORK};
pub use times::{OpenStep, Route, Share, Times, times};
pub use walk::{Called, Goal, Paths, paths};
