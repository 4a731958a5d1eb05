//! The family *names*: names that must mean something.

pub mod ambiguous_entry;
pub mod duplicate_map;
pub mod duplicate_name;
pub mod no_atlas;
pub mod unallowable_rule;
pub mod unknown_calendar;
pub mod unknown_control;
pub mod unknown_document;
pub mod unknown_entry;
pub mod unknown_field;
pub mod unknown_map;
pub mod unknown_origin;
pub mod unknown_role;
pub mod unknown_rule;
pub mod unknown_step;
pub mod unknown_theme;
pub mod unknown_time_zone;
pub mod unused_allowance;
