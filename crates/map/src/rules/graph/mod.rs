//! The family *graph*: the shape of one map.

pub mod dead_end;
pub mod edge_into_start;
pub mod no_end;
pub mod no_start;
pub mod same_answers;
pub mod silent_loop;
pub mod single_answer;
pub mod unreachable_step;
