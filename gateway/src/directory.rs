//! Which contracts there are, for those who only know their names.
//!
//! The publisher adds what is listed; sessions look symbols up while it goes on.

use std::collections::HashMap;
use std::sync::RwLock;

use types::{Instrument, InstrumentId};

/// Symbols of all contracts ever listed.
#[derive(Debug, Default)]
pub(crate) struct Directory(RwLock<HashMap<String, InstrumentId>>);

impl Directory {
    /// Adds a contract.
    pub(crate) fn list(&self, instrument: &Instrument) {
        let mut symbols = self.0.write().expect("nothing panics while it holds the directory");
        symbols.insert(instrument.symbol.clone(), instrument.id);
    }

    /// The contract of a symbol.
    pub(crate) fn find(&self, symbol: &str) -> Option<InstrumentId> {
        self.0.read().expect("nothing panics while it holds the directory").get(symbol).copied()
    }

    /// All symbols, sorted.
    pub(crate) fn symbols(&self) -> Vec<String> {
        let symbols = self.0.read().expect("nothing panics while it holds the directory");
        let mut sorted: Vec<String> = symbols.keys().cloned().collect();
        sorted.sort_unstable();
        sorted
    }
}
