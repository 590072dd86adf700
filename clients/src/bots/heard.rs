//! What a bot has heard of itself: its orders, positions and obligations, kept up to date from the
//! events of its account, and the contracts there are.

use std::collections::BTreeMap;

use protocol::decimal;
use protocol::server::{
    FillData, InstrumentData, ObligationData, OrderData, OrderStateName, PositionData,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use types::{DeliveryRole, ObligationState, Ticks, Timestamp};

use super::deliveries::Deliveries;
use super::provider::Duty;
use super::view::{Contract, Working};
use crate::{Error, Event};

/// What the events have said so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) contracts: BTreeMap<String, Contract>,
    /// The near and the far leg of each spread.
    pub(super) spreads: BTreeMap<String, (String, String)>,
    pub(super) orders: BTreeMap<String, Working>,
    pub(super) positions: BTreeMap<String, i64>,
    pub(super) duties: BTreeMap<String, Duty>,
    pub(super) deliveries: Deliveries,
    /// Prices of fills since the last look.
    pub(super) last: BTreeMap<String, Ticks>,
}

impl Heard {
    /// Takes in an event: one fact, or a list of them when a channel begins.
    pub(super) fn event(&mut self, event: Event) -> Result<(), Error> {
        let (channel, kind) = (event.channel.as_str(), event.kind.as_str());
        match event.data {
            Some(Value::Array(facts)) => {
                facts.into_iter().try_for_each(|fact| self.fact(channel, kind, fact))
            }
            Some(fact) => self.fact(channel, kind, fact),
            None => Ok(()),
        }
    }

    fn fact(&mut self, channel: &str, kind: &str, data: Value) -> Result<(), Error> {
        match (channel, kind) {
            ("instruments", _) => self.instrument(&read(data)?),
            ("orders", "snapshot" | "order") => self.order(read(data)?),
            ("fills", "fill") => self.fill(&read(data)?),
            ("positions", "snapshot" | "position") => self.position(&read(data)?),
            ("positions", "expired") => self.deliveries.fact(kind, data),
            ("obligations", _) => {
                if matches!(kind, "snapshot" | "obligation") {
                    self.obligation(&read(data.clone())?)?;
                }
                self.deliveries.fact(kind, data)
            }
            _ => Ok(()),
        }
    }

    fn instrument(&mut self, data: &InstrumentData) -> Result<(), Error> {
        let contract = Contract::new(&data.symbol, timestamp(&data.last_trading_ns)?);
        self.contracts.extend(contract.map(|contract| (contract.symbol.clone(), contract)));
        if let [near, far] = &data.legs[..]
            && (near.ratio, far.ratio) == (-1, 1)
        {
            let legs = (near.symbol.clone(), far.symbol.clone());
            self.spreads.insert(data.symbol.clone(), legs);
        }
        Ok(())
    }

    fn order(&mut self, data: OrderData) -> Result<(), Error> {
        if data.state != OrderStateName::Open {
            self.orders.remove(&data.client_order_id);
            return Ok(());
        }
        let order = Working {
            id: data.client_order_id,
            symbol: data.symbol,
            side: data.side,
            price: price(&data.price)?,
            leaves: number(&data.leaves_qty)?,
            filled: number(&data.cum_qty)?,
            tag: data.tag,
        };
        self.orders.insert(order.id.clone(), order);
        Ok(())
    }

    fn fill(&mut self, data: &FillData) -> Result<(), Error> {
        self.last.insert(data.symbol.clone(), price(&data.price)?);
        if data.order_state != OrderStateName::Open {
            self.orders.remove(&data.client_order_id);
        } else if let Some(order) = self.orders.get_mut(&data.client_order_id) {
            order.leaves = number(&data.leaves_qty)?;
            order.filled = number(&data.cum_qty)?;
        }
        Ok(())
    }

    fn position(&mut self, data: &PositionData) -> Result<(), Error> {
        self.positions.insert(data.symbol.clone(), number(&data.net_qty)?);
        Ok(())
    }

    fn obligation(&mut self, data: &ObligationData) -> Result<(), Error> {
        if data.role == DeliveryRole::Receive || data.state == ObligationState::Settled {
            self.duties.remove(&data.obligation_id);
            return Ok(());
        }
        let duty = Duty {
            symbol: data.symbol.clone(),
            start: timestamp(&data.window_start_ns)?,
            end: timestamp(&data.window_end_ns)?,
        };
        self.duties.insert(data.obligation_id.clone(), duty);
        Ok(())
    }
}

pub(super) fn read<T: DeserializeOwned>(data: Value) -> Result<T, Error> {
    serde_json::from_value(data).map_err(|error| Error::Protocol(error.to_string()))
}

fn price(text: &str) -> Result<Ticks, Error> {
    decimal::parse_price(text).map_err(|_| not_a(text, "price"))
}

pub(super) fn timestamp(text: &str) -> Result<Timestamp, Error> {
    number(text).map(Timestamp)
}

pub(super) fn number<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| not_a(text, "number"))
}

fn not_a(text: &str, what: &str) -> Error {
    Error::Protocol(format!("`{text}` is not a {what}"))
}

#[cfg(test)]
mod tests;
