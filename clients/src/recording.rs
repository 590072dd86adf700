//! Market data kept on disk, and played back.
//!
//! A recording is a folder of segments, each a file of lines: when a message came, and the message as
//! it came. Nothing is changed on the way to the disk, so that what is played back is what was said.

#[cfg(feature = "record")]
pub mod export;
mod gaps;
mod journal;
mod recorder;
mod replay;

pub use gaps::{Continuity, Gap, Head, Why};
pub use journal::{Error, Journal, Line, Lines, Torn, lines, repair};
pub use recorder::{Recorder, Tally};
pub use replay::{Pace, Replay};
