//! Bugs that are planted, to see that the simulator finds them.

/// What somebody does behind the engine's back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {}

impl super::world::World {
    pub fn sabotage(&mut self, _what: Sabotage) {}
}
