//! The read model as bytes and back, so that a restart need not replay what a snapshot stands for.
//! The only file of the gateway that names bincode.
//!
//! Whatever changes what a read model is made of raises the version; then it is derived from the log
//! again.

use std::io::{self, Write};

use sequencer::Derived;
use types::{Command, Event, Sequenced};

use super::ReadModel;

impl Derived for ReadModel {
    const VERSION: u32 = 5;

    fn apply(&mut self, command: &Sequenced<Command>, events: &[Event]) {
        Self::apply(self, command.seq, command.time, events);
    }

    fn save(&self, mut out: &mut dyn Write) -> io::Result<()> {
        let config = bincode::config::standard();
        bincode::serde::encode_into_std_write(self, &mut out, config)
            .map(|_| ())
            .map_err(io::Error::other)
    }

    fn load(version: u32, bytes: &[u8]) -> Result<Self, String> {
        if version != Self::VERSION {
            let mine = Self::VERSION;
            return Err(format!("the read model is of version {version}, not {mine}"));
        }
        let config = bincode::config::standard();
        let decoded = bincode::serde::decode_from_slice(bytes, config);
        let (mut model, read): (Self, usize) = decoded.map_err(|error| error.to_string())?;
        if read != bytes.len() {
            return Err(format!("{} bytes of the read model are left over", bytes.len() - read));
        }
        model.markets.index_again();
        model.markets.iter().for_each(|market| model.directory.list(&market.instrument));
        Ok(model)
    }
}

#[cfg(test)]
mod tests;
