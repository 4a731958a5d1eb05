//! The simulator.

pub mod atlases;
pub mod audit;
pub mod disk;
pub mod give;
pub mod groups;
pub mod life;
pub mod paper;
pub mod planted;
pub mod rows;
pub mod summary;
pub mod vfs;
pub mod wal;
pub mod world;
