//! A market in which nothing but matching matters: one contract without money, bands or limits, one
//! account that only buys and one that only sells, so that no order ever meets its own.

use engine::Exchange;
use tests::market;
use tests::view::View;
use types::{
    AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, Mills, NewOrder, OrderType,
    ProductTerms, PublicKey, Qualifiers, Sequenced, SessionId, Settlement, Side, Ticks,
    TimeInForce, Timestamp, Verdict,
};

pub(crate) const BUYER: AccountId = AccountId(1);
pub(crate) const SELLER: AccountId = AccountId(2);
pub(crate) const INSTRUMENT: InstrumentId = InstrumentId(0);

/// The exchange, and what can be known of it from its events.
pub(crate) struct FreeMarket {
    pub(crate) exchange: Exchange,
    pub(crate) view: View,
    /// The events of the last command.
    pub(crate) events: Vec<Event>,
    seq: u64,
}

impl FreeMarket {
    /// Opens the market. The reference price is where a market order without an opposite price
    /// counts from.
    pub(crate) fn open(start: Timestamp, reference_ticks: i64) -> Self {
        let mut terms = market::terms(vec![unlimited(reference_ticks)]);
        terms.open_orders_per_account = u32::MAX;
        let exchange = Exchange::new();
        let mut market = Self { exchange, view: View::default(), events: Vec::new(), seq: 0 };
        market.apply(start, Command::OpenMarket(Box::new(terms)));
        for (account, name) in [(BUYER, "buyer"), (SELLER, "seller")] {
            let key = PublicKey([0; 32]);
            market.apply(start, Command::OpenAccount { account, name: name.to_owned(), key });
            market.apply(start, Command::Deposit { account, amount: Mills(1) });
        }
        market
    }

    pub(crate) fn apply(&mut self, time: Timestamp, value: Command) -> Verdict {
        self.seq += 1;
        self.events.clear();
        self.exchange.apply(&Sequenced { seq: self.seq, time, value }, &mut self.events);
        self.events.iter().for_each(|event| self.view.hear(event));
        match self.events.last() {
            Some(Event::Verdict(verdict)) => verdict.clone(),
            other => panic!("the verdict comes last, not {other:?}"),
        }
    }
}

/// An order that rests until it is filled; a caller changes what it wants otherwise.
pub(crate) fn limit(name: ClientOrderId, side: Side, price: Ticks, quantity: Lots) -> NewOrder {
    NewOrder {
        account: owner(side),
        session: SessionId(0),
        client_order_id: name,
        instrument: INSTRUMENT,
        side,
        order_type: OrderType::Limit(price),
        quantity,
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    }
}

pub(crate) const fn owner(side: Side) -> AccountId {
    match side {
        Side::Buy => BUYER,
        Side::Sell => SELLER,
    }
}

fn unlimited(reference_ticks: i64) -> ProductTerms {
    const MOST: u64 = 1 << 59;
    const HIGHEST: i64 = 1 << 50;
    ProductTerms {
        settlement: Settlement::Cash { multiplier_mills: 0 },
        months_listed: 1,
        reference_ticks,
        highest_ticks: HIGHEST,
        protection_ticks: HIGHEST,
        largest_order_lots: MOST,
        position_limit_lots: MOST,
        scan_before_ticks: 0,
        scan_after_ticks: 0,
        ..market::product("BTC", "USD")
    }
}
