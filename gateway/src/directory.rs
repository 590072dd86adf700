//! Which contracts there are, for those who only know their names.
//!
//! The publisher adds what is listed; sessions look symbols up while it goes on.

use std::collections::HashMap;
use std::sync::RwLock;

use types::{Instrument, InstrumentId, ProductId};

/// Symbols of all contracts ever listed.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    by_symbol: RwLock<HashMap<String, InstrumentId>>,
    by_id: RwLock<HashMap<InstrumentId, String>>,
    products: RwLock<Products>,
}

/// Products by their symbols, as their contracts begin.
type Products = HashMap<String, ProductId>;

impl Directory {
    /// Adds a contract.
    pub(crate) fn list(&self, instrument: &Instrument) {
        self.name(&instrument.symbol, instrument.id);
        if let Some((product, _)) = instrument.tenor().and(instrument.symbol.rsplit_once('-')) {
            let mut products =
                self.products.write().expect("nothing panics while it holds the products");
            products.insert(product.to_owned(), instrument.product);
        }
    }

    /// Says what a contract is called.
    pub(crate) fn name(&self, symbol: &str, id: InstrumentId) {
        let mut ids = self.by_id.write().expect("nothing panics while it holds the directory");
        ids.insert(id, symbol.to_owned());
        let mut symbols =
            self.by_symbol.write().expect("nothing panics while it holds the directory");
        symbols.insert(symbol.to_owned(), id);
    }

    /// The product of a symbol such as `H100-US`.
    pub(crate) fn product(&self, symbol: &str) -> Option<ProductId> {
        self.products
            .read()
            .expect("nothing panics while it holds the products")
            .get(symbol)
            .copied()
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
