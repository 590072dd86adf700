//! The state as a list of facts that can be proved one by one: what accounts have, what they have on
//! offer, what is owed in GPU-hours, and where all money is.
//!
//! Every fact has a name of its own, and a fact that is not told is not so. Says nothing of bytes or
//! hashes.

use types::{
    AccountId, ClientOrderId, InstrumentId, Lots, Mills, NetLots, NodeId, ObligationId,
    ObligationReport, OrderId, ProductId, PublicKey, Side, Ticks, Timestamp, YearMonth,
};

use super::Exchange;
use crate::ledger::Purse;

/// Something that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact<'a> {
    /// An account and its money.
    Balance {
        /// Which.
        account: AccountId,
        /// What it may trade with.
        cash: Mills,
        /// What it has set aside for coming deliveries.
        escrow: Mills,
        /// What it has contributed to the default fund.
        fund: Mills,
        /// How much has been told to it.
        acct_seq: u64,
        /// The key that signs what moves its value.
        key: PublicKey,
    },
    /// What a seller has set aside so that it performs, if it has.
    Bond {
        /// Whose.
        account: AccountId,
        /// How much.
        balance: Mills,
    },
    /// A position.
    Position {
        /// Whose.
        account: AccountId,
        /// In which contract.
        symbol: &'a str,
        /// Long or short.
        net: NetLots,
        /// Price times lots at which it is carried since the last settlement.
        carry: i128,
    },
    /// An open order.
    Order(OpenOrder<'a>),
    /// An obligation that is not settled.
    Obligation {
        /// The contract month.
        symbol: &'a str,
        /// Who delivers.
        seller: AccountId,
        /// Who receives.
        buyer: AccountId,
        /// Of the buyer's escrow, what is for it.
        escrow: Mills,
        /// Everything else, as the seller hears it.
        report: ObligationReport,
    },
    /// A reading of a meter whose hour is not final.
    Reading {
        /// For which obligation.
        obligation: ObligationId,
        /// Start of the hour.
        hour: Timestamp,
        /// Which node of the seller.
        node: NodeId,
        /// GPU-hours it delivered.
        gpu_hours: u8,
    },
    /// A node that is pledged to a contract month.
    Pledge {
        /// Whose.
        account: AccountId,
        /// The month.
        month: YearMonth,
        /// Which node.
        node: NodeId,
        /// The contract.
        symbol: &'a str,
    },
    /// Money that is no member's.
    Purse {
        /// `outside`, `fees`, `house`, `rounding` or `clearing`.
        name: &'static str,
        /// What is in it; what members paid in is missing `outside`.
        balance: Mills,
    },
}

/// An order that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOrder<'a> {
    /// The exchange's name of it.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Its owner's name of it.
    pub client_order_id: ClientOrderId,
    /// Which contract.
    pub symbol: &'a str,
    /// Bought or sold.
    pub side: Side,
    /// Its limit.
    pub price: Ticks,
    /// How much in all.
    pub quantity: Lots,
    /// How much of it has traded.
    pub filled: Lots,
    /// How often it was changed, and once.
    pub revision: u32,
    /// The trade price it waits for, if it is a stop.
    pub trigger: Option<Ticks>,
}

impl Exchange {
    /// Everything that is so, each fact once.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = Vec::new();
        self.tell_accounts(&mut facts);
        facts.extend(self.orders.all().map(|order| {
            Fact::Order(OpenOrder {
                order: order.id,
                account: order.account,
                client_order_id: order.client_order_id,
                symbol: self.symbol(order.instrument),
                side: order.side,
                price: order.price,
                quantity: order.quantity,
                filled: order.filled,
                revision: order.revision,
                trigger: order.waits.map(|wait| wait.trigger),
            })
        }));
        self.tell_deliveries(&mut facts);
        let house = self.ledger.house();
        facts.extend(house.map(|(name, balance)| Fact::Purse { name, balance }));
        facts
    }

    /// The key that signs what moves an account's value; none when there is no such account.
    #[must_use]
    pub fn key(&self, account: AccountId) -> Option<PublicKey> {
        self.accounts.get(&account).map(|account| account.key)
    }

    /// What a contract is called.
    ///
    /// # Panics
    /// When it is not listed.
    #[must_use]
    pub fn symbol(&self, instrument: InstrumentId) -> &str {
        &self.market(instrument).instrument.symbol
    }

    /// What a product is called, if there is one of this number.
    #[must_use]
    pub fn product_symbol(&self, product: ProductId) -> Option<String> {
        let products = &self.terms.as_ref()?.product;
        products.get(usize::from(product.0)).map(types::ProductTerms::symbol)
    }

    /// What a contract is called, if it is listed.
    #[must_use]
    pub fn find_symbol(&self, instrument: InstrumentId) -> Option<&str> {
        self.find_market(instrument).ok().map(|market| market.instrument.symbol.as_str())
    }

    fn tell_accounts<'a>(&'a self, facts: &mut Vec<Fact<'a>>) {
        for account in self.accounts.values() {
            facts.push(Fact::Balance {
                account: account.id,
                cash: self.ledger.balance(Purse::Cash(account.id)),
                escrow: self.ledger.balance(Purse::Escrow(account.id)),
                fund: self.ledger.balance(Purse::Fund(account.id)),
                acct_seq: account.acct_seq(),
                key: account.key,
            });
            let balance = self.ledger.balance(Purse::Bond(account.id));
            if balance != Mills::ZERO {
                facts.push(Fact::Bond { account: account.id, balance });
            }
            for (instrument, holding) in account.holdings() {
                let position = holding.position;
                if position.net != NetLots::ZERO || position.carry != 0 {
                    facts.push(Fact::Position {
                        account: account.id,
                        symbol: self.symbol(instrument),
                        net: position.net,
                        carry: position.carry,
                    });
                }
            }
        }
    }

    fn tell_deliveries<'a>(&'a self, facts: &mut Vec<Fact<'a>>) {
        for obligation in self.deliveries.obligations.values() {
            let [(_, deliver), _] = obligation.parties();
            facts.push(Fact::Obligation {
                symbol: self.symbol(obligation.instrument),
                seller: obligation.seller,
                buyer: obligation.buyer,
                escrow: obligation.escrow,
                report: obligation.report(deliver),
            });
            let reading = |(hour, node, gpu_hours)| Fact::Reading {
                obligation: obligation.id,
                hour,
                node,
                gpu_hours,
            };
            facts.extend(obligation.readings().map(reading));
        }
        let pledge = |(account, month, node, instrument)| Fact::Pledge {
            account,
            month,
            node,
            symbol: self.symbol(instrument),
        };
        facts.extend(self.deliveries.pledges.all().map(pledge));
    }
}
