//! What happened in a case and what may happen next: events, the state they add up to, commands, refusals, deadlines.
//! Pure: nothing is read or written, and `now` is handed in.

pub mod command;
pub mod event;
pub mod family;
pub mod movable;
pub mod number;
pub mod possible;
pub mod state;
pub mod timer;
pub mod value;
pub mod visits;
pub mod what_if;

mod decide;
mod fire;
mod opening;
mod retract;
mod round;
mod turn;

pub use command::{Act, Attachment, Command, Fault, Opening, Refusal, RefusalKind, Stop};
pub use event::{Event, EventBody};
pub use family::{Family, Library};
pub use number::CaseNumber;
pub use state::{CaseState, Status};
pub use timer::{Timer, TimerKind};
pub use value::{Kept, Value};
