//! The order flow the benches run: makers and takers around a price that wanders, in every contract,
//! the near ones most. Sixteen accounts and nine contracts, where nothing else is said.

use std::collections::VecDeque;

use tests::market;
use tests::prng::Prng;
use types::terms::RiskTerms;
use types::{
    AccountId, ClientOrderId, Command, InstrumentId, Lots, Mills, NewOrder, OrderRef, OrderType,
    PublicKey, Qualifiers, Sequenced, SessionId, Side, Ticks, TimeInForce, Timestamp,
};

/// 2027-01-12, 00:00 UTC.
pub const START: Timestamp = Timestamp(1_799_712_000_000_000_000);

/// How large the market is, and what its margin depends on.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Accounts that trade.
    pub accounts: u32,
    /// Products: three with names, or so many with numbers.
    pub products: u8,
    /// Months of each.
    pub months: u8,
    /// What margin depends on beside the scenarios.
    pub risk: RiskTerms,
    /// About so many orders rest at a time.
    pub resting: usize,
    /// How often each contract is traded.
    pub activity: Activity,
}

/// How activity is spread over contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// The smaller of two draws: near contracts trade more than far ones.
    Near,
    /// By the law of Zipf: the second half as often as the first, the third a third as often.
    Zipf,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            accounts: 16,
            products: 3,
            months: 3,
            risk: RiskTerms::default(),
            resting: 4_000,
            activity: Activity::Near,
        }
    }
}

impl Size {
    /// Contracts of all products.
    #[must_use]
    pub fn contracts(&self) -> u64 {
        u64::from(self.products) * u64::from(self.months)
    }

    /// Commands before the first order: the market is opened, and each account opened and funded.
    #[must_use]
    pub fn opening(&self) -> usize {
        1 + 2 * usize::try_from(self.accounts).expect("they fit in memory")
    }
}

/// The first `count` commands of a seed: the market is opened, then orders and cancels, a
/// millisecond apart.
#[must_use]
pub fn flow(seed: u64, count: usize) -> Vec<Sequenced<Command>> {
    flow_of(seed, count, &Size::default())
}

/// The same in a market of another size.
///
/// # Panics
/// Never: the numbers are small.
#[must_use]
pub fn flow_of(seed: u64, count: usize, size: &Size) -> Vec<Sequenced<Command>> {
    let contracts = usize::try_from(size.contracts()).expect("they fit in memory");
    let mut flow = Flow {
        prng: Prng::new(seed),
        accounts: size.accounts,
        resting: size.resting,
        zipf: if size.activity == Activity::Zipf { shares(contracts) } else { Vec::new() },
        middles: vec![2400; contracts],
        names: 0,
        live: VecDeque::new(),
    };
    let first = opening(size);
    let rest = count.saturating_sub(first.len());
    let commands = first.into_iter().chain((0..rest).map(|_| flow.next()));
    let stamp = |(n, value): (usize, Command)| {
        let milliseconds = i64::try_from(n).expect("a bench is short");
        let seq = u64::try_from(n + 1).expect("a bench is short");
        Sequenced { seq, time: START.plus(milliseconds * 1_000_000), value }
    };
    commands.enumerate().map(stamp).collect()
}

/// What a market of this size begins with: its terms, and accounts with money.
#[must_use]
pub fn opening(size: &Size) -> Vec<Command> {
    let named = [("H100", "US"), ("H200", "US"), ("B200", "EU")];
    let named = named.map(|(name, hub)| market::product(name, hub)).to_vec();
    let numbered = (0..size.products).map(|n| market::product(&format!("G{n}"), "US"));
    let products = if size.products == 3 { named } else { numbered.collect() };
    let mut terms = market::terms(products);
    terms.open_orders_per_account = 100_000;
    for product in &mut terms.product {
        product.position_limit_lots = 100_000;
        product.months_listed = size.months;
        product.risk = size.risk;
    }
    let mut commands = vec![Command::OpenMarket(Box::new(terms))];
    for account in (1..=size.accounts).map(AccountId) {
        let name = format!("account {}", account.0);
        commands.push(Command::OpenAccount { account, name, key: PublicKey([0; 32]) });
        commands.push(Command::Deposit { account, amount: Mills(1_000_000_000_000) });
    }
    commands
}

struct Flow {
    prng: Prng,
    accounts: u32,
    resting: usize,
    /// Sums of the shares of the contracts up to each, where they are Zipf's.
    zipf: Vec<u64>,
    middles: Vec<i64>,
    names: u64,
    live: VecDeque<(AccountId, ClientOrderId)>,
}

impl Flow {
    fn next(&mut self) -> Command {
        if self.resting < self.live.len() || self.prng.chance(300) && !self.live.is_empty() {
            let (account, id) = self.live.pop_front().expect("it is not empty");
            return Command::CancelOrder { account, order: OrderRef::Client(id) };
        }
        Command::PlaceOrder(self.order())
    }

    fn order(&mut self) -> NewOrder {
        let instrument = self.contract();
        let middle = &mut self.middles[usize::try_from(instrument).expect("below a length")];
        *middle = (*middle + self.prng.between(-1, 1)).clamp(1_000, 5_000);
        let side = self.prng.pick(&Side::BOTH);
        let crosses = self.prng.chance(150);
        let away = if crosses { -5 } else { self.prng.between(1, 60) };
        self.names += 1;
        let name = format!("b{}", self.names);
        let account =
            AccountId(1 + u32::try_from(self.prng.below(self.accounts.into())).expect("few"));
        let client_order_id = ClientOrderId::new(&name).expect("a short name");
        if !crosses {
            self.live.push_back((account, client_order_id));
        }
        NewOrder {
            account,
            session: SessionId(0),
            client_order_id,
            instrument: InstrumentId(u32::try_from(instrument).expect("few contracts")),
            side,
            order_type: OrderType::Limit(Ticks(*middle - side.sign() * away)),
            quantity: Lots(1 + self.prng.below(20)),
            time_in_force: if crosses { TimeInForce::Ioc } else { TimeInForce::Gtc },
            qualifiers: Qualifiers::default(),
            valid_until: None,
            tag: None,
        }
    }
    /// Which contract is traded next.
    fn contract(&mut self) -> u64 {
        let contracts = u64::try_from(self.middles.len()).expect("a count");
        match self.zipf.last() {
            None => self.prng.below(contracts).min(self.prng.below(contracts)),
            Some(all) => {
                let drawn = self.prng.below(*all);
                let at = self.zipf.partition_point(|sum| *sum <= drawn);
                u64::try_from(at).expect("a count")
            }
        }
    }
}

/// The shares of so many contracts by the law of Zipf, added up.
fn shares(contracts: usize) -> Vec<u64> {
    let share = |rank: usize| 1_000_000_000 / u64::try_from(rank).expect("a count");
    let add = |sum: &mut u64, rank| {
        *sum += share(rank);
        Some(*sum)
    };
    (1..=contracts).scan(0, add).collect()
}
