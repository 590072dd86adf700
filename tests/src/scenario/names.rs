//! What people call accounts, contracts and products.

use types::{AccountId, ClientOrderId, InstrumentId, MarketTerms, ProductId, Tag, Text};

use super::words::{Problem, Words};
use crate::view::View;

/// Number of the first account that is opened; the next ones count on.
pub(super) const FIRST_ACCOUNT: u32 = 1001;

/// Names that stand for numbers.
#[derive(Debug, Default)]
pub(super) struct Names {
    accounts: Vec<String>,
    products: Vec<String>,
    /// The contract meant where none is named.
    pub(super) contract: Option<InstrumentId>,
    /// Orders named so far; the next order is called by the next number.
    pub(super) orders: u64,
    nonces: u64,
}

impl Names {
    pub(super) fn of(terms: &MarketTerms) -> Self {
        let products = terms.product.iter().map(types::ProductTerms::symbol).collect();
        Self { products, ..Self::default() }
    }

    /// Takes up a new account and gives its number.
    pub(super) fn open(&mut self, name: &str) -> AccountId {
        self.accounts.push(name.to_owned());
        self.account(name).expect("it was just added")
    }

    pub(super) fn account(&self, name: &str) -> Option<AccountId> {
        if let Some(defaulter) = name.strip_prefix("house-") {
            let number = defaulter.parse().ok().map(AccountId);
            return number.or_else(|| self.account(defaulter)).map(AccountId::of_house);
        }
        if let Some(number) = name.strip_prefix("account-") {
            return number.parse().ok().map(AccountId);
        }
        let at = self.accounts.iter().position(|known| known == name)?;
        Some(AccountId(FIRST_ACCOUNT + u32::try_from(at).expect("few accounts")))
    }

    pub(super) fn product(&self, words: &mut Words<'_>) -> Result<ProductId, Problem> {
        let name = words.next("a product")?;
        if let Some(number) = name.strip_prefix("product-") {
            return number.parse().map(ProductId).map_err(|_| "a product number".to_owned());
        }
        let at = self.products.iter().position(|known| known == name);
        at.and_then(|at| u16::try_from(at).ok())
            .map(ProductId)
            .ok_or_else(|| format!("no product is called {name}"))
    }

    /// The contract whose symbol comes next.
    pub(super) fn contract(words: &mut Words<'_>, view: &View) -> Result<InstrumentId, Problem> {
        let symbol = words.next("a contract")?;
        if let Some(number) = symbol.strip_prefix("instrument-") {
            return number.parse().map(InstrumentId).map_err(|_| "a contract number".to_owned());
        }
        view.contract(symbol)
            .map(|contract| contract.instrument.id)
            .ok_or_else(|| format!("no contract is called {symbol}"))
    }

    /// The contract after `on`, or the first that was listed.
    pub(super) fn contract_or_first(
        &self,
        words: &mut Words<'_>,
        view: &View,
    ) -> Result<InstrumentId, Problem> {
        if words.took("on") {
            return Self::contract(words, view);
        }
        self.contract.ok_or_else(|| "no contract is listed".to_owned())
    }

    /// The nonce a signed command gets that is given none.
    pub(super) const fn next_nonce(&mut self) -> u64 {
        self.nonces += 1;
        self.nonces
    }

    /// The name an order gets that is given none.
    pub(super) fn next_order(&mut self) -> ClientOrderId {
        self.orders += 1;
        Text::new(&self.orders.to_string()).expect("digits are legal")
    }
}

pub(super) fn client_order_id(words: &mut Words<'_>) -> Result<ClientOrderId, Problem> {
    let word = words.next("an order")?;
    Text::new(word).ok_or_else(|| format!("an order is not called `{word}`"))
}

pub(super) fn tag(words: &mut Words<'_>) -> Result<Tag, Problem> {
    let word = words.next("a tag")?;
    Text::new(word).ok_or_else(|| format!("`{word}` is no tag"))
}
