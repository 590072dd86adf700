//! The market of the demonstration: the terms of `market.toml`, opened at the first prices of the
//! tables, a few days before a month, a quarter and a year reach their last trading day together.

use std::collections::BTreeMap;
use std::sync::Arc;

use clients::bots::PricePath;
use types::{AccountId, Command, Date, MarketTerms, ProductId, Timestamp};

use super::Error;
use super::tables::Tables;
use crate::{Error as GatewayError, Operator};

/// The market, and how it delivers.
const MARKET: &str =
    concat!(include_str!("../../market/market.toml"), include_str!("../../market/delivery.toml"));

/// The day the market opens. Trading in January ends on December 17, with the first quarter and the
/// year; January is assigned on December 21, delivered until the 31st, and billed on February 3.
fn opening() -> Date {
    Date::from_civil(2026, 12, 14)
}

/// Where the market begins and what GPU-hours are worth in it.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// The terms, with the settlement price each product starts with.
    pub(super) terms: MarketTerms,
    /// The reference index over time.
    pub(super) prices: Arc<PricePath>,
}

impl Stage {
    /// A market at the prices of `tables`.
    pub(super) fn new(tables: &Tables) -> Result<Self, Error> {
        let mut terms: MarketTerms = toml::from_str(MARKET).expect("a test reads the market file");
        let mut spot = BTreeMap::new();
        for product in &terms.product {
            let symbol = product.symbol();
            let days = tables.spot(&product.name, &product.hub);
            spot.insert(symbol.clone(), days.ok_or(Error::NoPrices(symbol))?);
        }
        let prices = PricePath::new(opening(), &spot);
        for product in &mut terms.product {
            let first = prices.index(&product.symbol(), Self::start());
            product.reference_ticks = first.expect("it has just been given prices").0;
        }
        // A market day lasts seconds here: the last half hour of one would have few trades.
        terms.settlement_window_minutes = 24 * 60;
        Ok(Self { terms, prices: Arc::new(prices) })
    }

    /// When the market opens.
    pub(super) fn start() -> Timestamp {
        opening().start()
    }

    /// When the record of outages begins: a month before the first month to be delivered, so that
    /// nodes have a past when they are tested.
    pub(super) fn record() -> Timestamp {
        opening().month().first_day().start()
    }

    /// After this the first month should long be billed.
    pub(super) fn deadline() -> Timestamp {
        opening().month().plus(2).first_day().plus(14).start()
    }

    /// Symbols of the products, in the order of the terms.
    pub(super) fn products(&self) -> Vec<String> {
        self.terms.product.iter().map(types::ProductTerms::symbol).collect()
    }

    /// Appoints the inspector an attestor of nodes and a probe of hours, as the operator.
    pub(super) async fn appoint(
        &self,
        operator: &Operator,
        inspector: AccountId,
    ) -> Result<(), GatewayError> {
        let appoint = Command::AppointAttestor { account: inspector, is_appointed: true };
        operator.submit(appoint).await?;
        let appoint = Command::AppointProbe { account: inspector, is_appointed: true };
        operator.submit(appoint).await.map(drop)
    }

    /// Publishes the index of every product, as the operator.
    pub(super) async fn publish(
        &self,
        operator: &Operator,
        now: Timestamp,
    ) -> Result<(), GatewayError> {
        for (number, product) in (0..).zip(self.products()) {
            if let Some(price) = self.prices.index(&product, now) {
                operator
                    .submit(Command::PublishIndex { product: ProductId(number), price })
                    .await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_market_opens_at_the_first_prices() {
        let stage =
            Stage::new(&Tables::built_in().expect("ours")).expect("every product has prices");
        let references: Vec<i64> = stage.terms.product.iter().map(|p| p.reference_ticks).collect();
        assert_eq!(stage.products(), ["H100-US", "H100-EU", "H200-US", "B200-US"]);
        assert_eq!((references[0], references[2], references[3]), (1_990, 3_590, 5_690));
        assert_eq!(stage.terms.fault(), None);
    }

    #[test]
    fn the_index_rises_from_the_last_trading_day_to_the_bill() {
        let stage =
            Stage::new(&Tables::built_in().expect("ours")).expect("every product has prices");
        let index = |day| stage.prices.index("H100-US", Stage::start().plus(day * Timestamp::DAY));
        assert!(index(4) < index(18) && index(18) < index(50));
    }
}
