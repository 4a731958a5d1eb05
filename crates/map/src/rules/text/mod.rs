//! The family *text*: what one file says by itself. The reader raises these while it reads.

pub mod bad_duration;
pub mod bad_id;
pub mod bad_pattern;
pub mod duplicate_key;
pub mod file_name_differs;
pub mod missing_key;
pub mod not_utf_8;
pub mod too_large;
pub mod unknown_key;
pub mod unsupported_yaml;
pub mod wrong_type;
pub mod yaml_syntax;
