//! What somebody derives from the log beside the exchange, and wants to have back with it after a
//! restart. The sequencer carries it along and keeps it; what is in it, it does not know.

use std::io::{self, Write};

use types::{Command, Event, Sequenced};

/// A projection of the log.
pub trait Derived: Default + Send + 'static {
    /// Version of what [`Derived::save`] writes; 0 for nothing.
    const VERSION: u32;

    /// Takes the next command and what came of it.
    fn apply(&mut self, command: &Sequenced<Command>, events: &[Event]);

    /// Writes everything it is. Buffered by the caller.
    ///
    /// # Errors
    /// When `out` does not take it.
    fn save(&self, out: &mut dyn Write) -> io::Result<()>;

    /// What was saved under this version.
    ///
    /// # Errors
    /// In words, when it cannot be used.
    fn load(version: u32, bytes: &[u8]) -> Result<Self, String>;
}

/// Nothing is derived, and what others derived does not matter.
impl Derived for () {
    const VERSION: u32 = 0;

    fn apply(&mut self, _: &Sequenced<Command>, _: &[Event]) {}

    fn save(&self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn load(_: u32, _: &[u8]) -> Result<Self, String> {
        Ok(())
    }
}
