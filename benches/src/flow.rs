//! The order flow the benches run: a few makers and takers around a price that wanders, in every
//! contract of three products, the near ones most.

use std::collections::VecDeque;

use tests::market;
use tests::prng::Prng;
use types::{
    AccountId, ClientOrderId, Command, InstrumentId, Lots, Mills, NewOrder, OrderRef, OrderType,
    PublicKey, Qualifiers, Sequenced, SessionId, Side, Ticks, TimeInForce, Timestamp,
};

/// 2027-01-12, 00:00 UTC.
pub const START: Timestamp = Timestamp(1_799_712_000_000_000_000);

/// Accounts that trade, numbered from 1.
pub const ACCOUNTS: u32 = 16;
/// Contracts that trade, numbered from 0.
pub const INSTRUMENTS: u64 = 9;
/// About so many orders rest at a time.
const RESTING: usize = 4_000;

/// The first `count` commands of a seed: the market is opened, then orders and cancels, a
/// millisecond apart.
///
/// # Panics
/// Never: the numbers are small.
#[must_use]
pub fn flow(seed: u64, count: usize) -> Vec<Sequenced<Command>> {
    let mut flow = Flow {
        prng: Prng::new(seed),
        middles: [2400; INSTRUMENTS as usize],
        names: 0,
        live: VecDeque::new(),
    };
    let opening = opening();
    let rest = count.saturating_sub(opening.len());
    let commands = opening.into_iter().chain((0..rest).map(|_| flow.next()));
    let stamp = |(n, value): (usize, Command)| {
        let milliseconds = i64::try_from(n).expect("a bench is short");
        let seq = u64::try_from(n + 1).expect("a bench is short");
        Sequenced { seq, time: START.plus(milliseconds * 1_000_000), value }
    };
    commands.enumerate().map(stamp).collect()
}

/// What a market begins with: its terms, and accounts with money.
#[must_use]
pub fn opening() -> Vec<Command> {
    let products = [("H100", "US"), ("H200", "US"), ("B200", "EU")];
    let products = products.map(|(name, hub)| market::product(name, hub)).to_vec();
    let mut terms = market::terms(products);
    terms.open_orders_per_account = 100_000;
    for product in &mut terms.product {
        product.position_limit_lots = 100_000;
    }
    let mut commands = vec![Command::OpenMarket(Box::new(terms))];
    for account in (1..=ACCOUNTS).map(AccountId) {
        let name = format!("account {}", account.0);
        commands.push(Command::OpenAccount { account, name, key: PublicKey([0; 32]) });
        commands.push(Command::Deposit { account, amount: Mills(1_000_000_000_000) });
    }
    commands
}

struct Flow {
    prng: Prng,
    middles: [i64; INSTRUMENTS as usize],
    names: u64,
    live: VecDeque<(AccountId, ClientOrderId)>,
}

impl Flow {
    fn next(&mut self) -> Command {
        if RESTING < self.live.len() || self.prng.chance(300) && !self.live.is_empty() {
            let (account, id) = self.live.pop_front().expect("it is not empty");
            return Command::CancelOrder { account, order: OrderRef::Client(id) };
        }
        Command::PlaceOrder(self.order())
    }

    fn order(&mut self) -> NewOrder {
        // The smaller of two draws: near contracts trade more than far ones.
        let instrument = self.prng.below(INSTRUMENTS).min(self.prng.below(INSTRUMENTS));
        let middle = &mut self.middles[usize::try_from(instrument).expect("nine contracts")];
        *middle = (*middle + self.prng.between(-1, 1)).clamp(1_000, 5_000);
        let side = self.prng.pick(&Side::BOTH);
        let crosses = self.prng.chance(150);
        let away = if crosses { -5 } else { self.prng.between(1, 60) };
        self.names += 1;
        let name = format!("b{}", self.names);
        let account = AccountId(1 + u32::try_from(self.prng.below(ACCOUNTS.into())).expect("few"));
        let client_order_id = ClientOrderId::new(&name).expect("a short name");
        if !crosses {
            self.live.push_back((account, client_order_id));
        }
        NewOrder {
            account,
            session: SessionId(0),
            client_order_id,
            instrument: InstrumentId(u32::try_from(instrument).expect("nine contracts")),
            side,
            order_type: OrderType::Limit(Ticks(*middle - side.sign() * away)),
            quantity: Lots(1 + self.prng.below(20)),
            time_in_force: if crosses { TimeInForce::Ioc } else { TimeInForce::Gtc },
            qualifiers: Qualifiers::default(),
            valid_until: None,
            tag: None,
        }
    }
}
