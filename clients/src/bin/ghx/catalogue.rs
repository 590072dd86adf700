//! The contracts there are, and finding the one that is meant.

use clients::Error;
use protocol::server::InstrumentData;

use crate::alias;
use crate::desk::Desk;
use crate::failure::Failure;

/// All listed contracts.
#[derive(Debug)]
pub(crate) struct Catalogue {
    all: Vec<InstrumentData>,
}

impl Catalogue {
    /// Asks for it.
    pub(crate) async fn load(desk: &mut Desk) -> Result<Self, Failure> {
        let event = desk.state("instruments").await?;
        let all = serde_json::from_value(event.data.unwrap_or_default())
            .map_err(|error| Error::Protocol(format!("the list of contracts: {error}")))?;
        Ok(Self { all })
    }

    /// The products, each once.
    pub(crate) fn products(&self) -> Vec<&str> {
        let mut products: Vec<&str> = self.all.iter().map(|c| c.product.as_str()).collect();
        products.sort_unstable();
        products.dedup();
        products
    }

    /// Spreads and ramps that trade, of a product or of all.
    pub(crate) fn combinations(
        &self,
        product: Option<&str>,
    ) -> impl Iterator<Item = &InstrumentData> {
        let is_one = move |c: &&InstrumentData| {
            !c.legs.is_empty() && c.phase != "expired" && product.is_none_or(|p| c.product == p)
        };
        self.all.iter().filter(is_one)
    }

    /// The contract that is meant; an alias is resolved and the result printed to stderr.
    pub(crate) fn find(&self, text: &str) -> Result<&InstrumentData, Failure> {
        let symbol = match alias::resolve(text, &self.all) {
            Ok(symbol) => symbol,
            Err(fault) => return Err(Failure::Usage(fault)),
        };
        if symbol != text {
            eprintln!("{text} is {symbol}");
        }
        let found = self.all.iter().find(|contract| contract.symbol == symbol);
        found.ok_or_else(|| Failure::Usage(self.unknown(&symbol)))
    }

    /// The product that is meant.
    pub(crate) fn product(&self, text: &str) -> Result<&str, Failure> {
        let products = self.products();
        if let Some(product) = products.iter().find(|p| p.eq_ignore_ascii_case(text)) {
            return Ok(product);
        }
        Err(Failure::Usage(format!(
            "there is no product {text}; there are {}",
            products.join(", ")
        )))
    }

    fn unknown(&self, symbol: &str) -> String {
        let near = alias::nearest(symbol, self.all.iter().map(|c| c.symbol.as_str()));
        match near {
            Some(near) => format!("there is no contract {symbol}; did you mean {near}?"),
            None => format!(
                "there is no contract {symbol}; products are {}",
                self.products().join(", ")
            ),
        }
    }
}
