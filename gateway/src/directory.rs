//! Which contracts there are, for those who only know their names.
//!
//! The publisher adds what is listed; sessions look symbols up while it goes on.

use std::collections::HashMap;
use std::sync::RwLock;

use types::{Instrument, InstrumentId};

/// Symbols of all contracts ever listed.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    by_symbol: RwLock<HashMap<String, InstrumentId>>,
    by_id: RwLock<HashMap<InstrumentId, String>>,
}

impl Directory {
    /// Adds a contract.
    pub(crate) fn list(&self, instrument: &Instrument) {
        self.name(&instrument.symbol, instrument.id);
    }

    /// Says what a contract is called.
    pub(crate) fn name(&self, symbol: &str, id: InstrumentId) {
        let mut ids = self.by_id.write().expect("nothing panics while it holds the directory");
        ids.insert(id, symbol.to_owned());
        let mut symbols =
            self.by_symbol.write().expect("nothing panics while it holds the directory");
        symbols.insert(symbol.to_owned(), id);
    }

    /// The contract of a symbol.
    pub(crate) fn find(&self, symbol: &str) -> Option<InstrumentId> {
        self.by_symbol
            .read()
            .expect("nothing panics while it holds the directory")
            .get(symbol)
            .copied()
    }

    /// The symbol of a contract.
    pub(crate) fn symbol(&self, id: InstrumentId) -> Option<String> {
        self.by_id.read().expect("nothing panics while it holds the directory").get(&id).cloned()
    }

    /// All symbols, sorted.
    pub(crate) fn symbols(&self) -> Vec<String> {
        let symbols = self.by_symbol.read().expect("nothing panics while it holds the directory");
        let mut sorted: Vec<String> = symbols.keys().cloned().collect();
        sorted.sort_unstable();
        sorted
    }
}
