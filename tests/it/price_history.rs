//! Published prices of GPU-hours as settlement prices: on how many days random portfolios lose more
//! than their margin.
//!
//! Settled at is the median of the last seven days, as an index is made of offers; a price in a list
//! holds until the list changes. Each series is a market of its own from its first day on, so margin
//! begins with what the terms say.

use std::collections::{BTreeMap, BTreeSet};

use engine::Exchange;
use tests::market;
use tests::prng::Prng;
use types::terms::{RiskTerms, ScanTerms};
use types::{
    AccountFact, AccountId, ClientOrderId, Command, Date, Event, InstrumentId, Lots, MarketFact,
    Mills, NewOrder, OrderType, PublicKey, Qualifiers, Sequenced, SessionId, Settlement, Side,
    Ticks, TimeInForce, Timestamp, TransferKind, Verdict,
};

use crate::recordings;

/// Prices of each GPU on each day, in ticks.
pub(crate) type Series = BTreeMap<Date, BTreeMap<&'static str, i64>>;

const GPUS: [&str; 4] = ["A100", "B200", "H100", "H200"];
const PORTFOLIOS: u32 = 200;

/// Days of a portfolio that were covered, and dates on which some were not, and how many.
#[derive(Debug, Default)]
struct Coverage {
    days: u64,
    uncovered: BTreeMap<Date, u64>,
}

#[test]
fn margin_covers_the_days_of_real_prices() {
    let Some(all) = published() else { return };
    let (mut days, mut uncovered) = (0, 0);
    for (name, series) in all {
        let coverage = replay(&series);
        let missed: u64 = coverage.uncovered.values().sum();
        let missing = coverage.uncovered.iter().map(|(date, count)| format!("{date}: {count}"));
        let dates = missing.collect::<Vec<_>>().join(", ");
        println!("{name}: {missed} of {} not covered: {dates}", coverage.days);
        days += coverage.days;
        uncovered += missed;
    }
    println!("{uncovered} of {days} days of a portfolio were not covered");
    assert!(190_000 < days && 0 < uncovered && 100 * uncovered <= days);
}

/// Every series there is, by name; nothing where the data is not there.
pub(crate) fn published() -> Option<[(&'static str, Series); 3]> {
    let table = recordings::folder("gpu_price_table")?;
    let intraday = recordings::folder("gpu_prices_intraday_2025")?;
    let table: Vec<String> = recordings::lines(&table.join("gpu_prices.csv")).collect();
    let lists = daily(held(&from_table(&table, "cloudgpus")));
    let asks = daily(from_table(&table, "cri"));
    let quotes = daily(from_quotes(&intraday.join("quotes.csv.zst")));
    Some([("lists", lists), ("asks", asks), ("quotes", quotes)])
}

/// Offers by day and GPU: of each the price of every offer.
type Offers = BTreeMap<Date, BTreeMap<&'static str, Vec<i64>>>;

/// Median of the offers of each day: date, provider, family, ..., on-demand price, ..., source.
fn from_table(lines: &[String], source: &str) -> Series {
    let mut offers = Offers::new();
    for line in lines.iter().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let gpu = GPUS.into_iter().find(|gpu| *gpu == fields[2]);
        let is_meant = fields.last() == Some(&source);
        let (Some(gpu), Some(price), true) = (gpu, ticks(fields[6]), is_meant) else { continue };
        let date = Date::parse(fields[0]).expect("a date");
        offers.entry(date).or_default().entry(gpu).or_default().push(price);
    }
    medians(offers)
}

/// Median of a day's medians: time, GPU, min, p10, p25, median.
fn from_quotes(path: &std::path::Path) -> Series {
    let mut offers = Offers::new();
    for line in recordings::lines(path).skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let names = ["A100_80GB_SXM4", "B200_180GB", "H100_80GB_SXM5", "H200_141GB"];
        let Some(at) = names.iter().position(|name| *name == fields[1]) else { continue };
        let date = Date::parse(&fields[0][..10]).expect("a date");
        let price = ticks(fields[5]).expect("a price");
        offers.entry(date).or_default().entry(GPUS[at]).or_default().push(price);
    }
    medians(offers)
}

/// Dollars with up to four decimals.
fn ticks(text: &str) -> Option<i64> {
    let (dollars, decimals) = text.split_once('.').unwrap_or((text, ""));
    let mills: String = decimals.chars().chain("000".chars()).take(3).collect();
    Some(dollars.parse::<i64>().ok()? * 1000 + mills.parse::<i64>().ok()?)
}

fn medians(offers: Offers) -> Series {
    let of_day = |day: BTreeMap<&'static str, Vec<i64>>| {
        day.into_iter().map(|(gpu, prices)| (gpu, median(prices))).collect()
    };
    offers.into_iter().map(|(date, day)| (date, of_day(day))).collect()
}

fn median(mut prices: Vec<i64>) -> i64 {
    prices.sort_unstable();
    let (low, high) = (prices[(prices.len() - 1) / 2], prices[prices.len() / 2]);
    i64::midpoint(low, high)
}

/// A list holds until the next one.
fn held(lists: &Series) -> Series {
    let (first, last) =
        (*lists.keys().next().expect("lists"), *lists.keys().last().expect("lists"));
    let mut now = BTreeMap::new();
    let days = (first.0..=last.0).map(Date);
    days.map(|date| {
        now.extend(lists.get(&date).into_iter().flatten());
        (date, now.clone())
    })
    .collect()
}

/// The median of the last seven days of each GPU.
fn daily(series: Series) -> Series {
    let mut all: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut settled = |gpu, price| {
        let prices = all.entry(gpu).or_default();
        prices.push(price);
        median(prices[prices.len().saturating_sub(7)..].to_vec())
    };
    let mut of_day = |day: BTreeMap<&'static str, i64>| {
        day.into_iter().map(|(gpu, price)| (gpu, settled(gpu, price))).collect()
    };
    series.into_iter().map(|(date, day)| (date, of_day(day))).collect()
}

/// The market in which a series is settled, and what its accounts were told.
struct Replay {
    exchange: Exchange,
    seq: u64,
    names: u64,
    time: Timestamp,
    /// The last months, in which everything is held.
    contracts: BTreeMap<&'static str, InstrumentId>,
    initial: BTreeMap<AccountId, Mills>,
    /// What each account has gained since this was last looked at.
    gained: BTreeMap<AccountId, i64>,
}

const MAKER: AccountId = AccountId(1);
const DEALER: AccountId = AccountId(2);
const FIRST: u32 = 1_001;

/// Two accounts trade a lot of each GPU before every settlement; portfolios are bought from one of
/// them when a GPU comes to be traded.
fn replay(series: &Series) -> Coverage {
    let (mut coverage, mut prng) = (Coverage::default(), Prng::new(7));
    let (first, prices) = series.iter().next().expect("a day");
    let mut replay = Replay::open(*first, series, prices);
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for (date, prices) in series {
        replay.time = date.start().plus(15 * Timestamp::HOUR + 55 * Timestamp::MINUTE);
        replay.apply(Command::ClockAdvanced);
        let before = replay.initial.clone();
        for (gpu, price) in prices {
            replay.trade(gpu, [MAKER, DEALER], 1, *price);
        }
        let hour = date.start().plus(16 * Timestamp::HOUR);
        replay.gained.clear();
        replay.time = hour;
        replay.apply(Command::ClockAdvanced);
        for (account, margin) in before.iter().filter(|(account, _)| FIRST <= account.0) {
            let gained = replay.gained.get(account).copied().unwrap_or(0);
            coverage.days += u64::from(Mills::ZERO < *margin);
            if margin.0 < -gained {
                *coverage.uncovered.entry(*date).or_default() += 1;
            }
        }
        for (gpu, price) in prices.iter().filter(|(gpu, _)| held.insert(gpu)) {
            for portfolio in 0..PORTFOLIOS {
                let (account, lots) = (AccountId(FIRST + portfolio), prng.between(-20, 20));
                let parties = if 0 < lots { [account, DEALER] } else { [DEALER, account] };
                replay.trade(gpu, parties, lots.unsigned_abs(), *price);
            }
        }
    }
    coverage
}

impl Replay {
    fn open(first: Date, series: &Series, prices: &BTreeMap<&'static str, i64>) -> Self {
        let all: BTreeSet<&str> = series.values().flat_map(BTreeMap::keys).copied().collect();
        let product = |gpu: &&str| {
            let start = prices.get(gpu).copied();
            let start = start.or_else(|| series.values().find_map(|day| day.get(gpu).copied()));
            let reference_ticks = start.expect("it has a first price");
            let mut product = market::product(gpu, "US");
            // An eighth of the first price, and a fifth of the last.
            let scan = reference_ticks / 8;
            product.settlement = Settlement::Cash { multiplier_mills: 8 * 720 };
            product.months_listed = 36;
            product.reference_ticks = reference_ticks;
            (product.scan_before_ticks, product.scan_after_ticks) = (scan, scan);
            let scan = ScanTerms { floor_permille: 200, most_ticks: 10_000 };
            product.risk = RiskTerms { scan: Some(scan), ..RiskTerms::default() };
            product
        };
        let terms = market::terms(all.iter().map(product).collect());
        let time = first.start().plus(10 * Timestamp::HOUR);
        let mut replay = Self {
            exchange: Exchange::new(),
            seq: 0,
            names: 0,
            time,
            contracts: BTreeMap::new(),
            initial: BTreeMap::new(),
            gained: BTreeMap::new(),
        };
        replay.apply(Command::OpenMarket(Box::new(terms)));
        for (at, gpu) in all.into_iter().enumerate() {
            let last = u32::try_from(36 * at + 35).expect("few");
            let gpu = GPUS.into_iter().find(|known| *known == gpu).expect("one of them");
            replay.contracts.insert(gpu, InstrumentId(last));
        }
        let portfolios = (0..PORTFOLIOS).map(|n| AccountId(FIRST + n));
        for account in [MAKER, DEALER].into_iter().chain(portfolios) {
            let name = format!("account {}", account.0);
            replay.apply(Command::OpenAccount { account, name, key: PublicKey([0; 32]) });
            replay.apply(Command::Deposit { account, amount: Mills(1 << 48) });
        }
        replay
    }

    /// The first buys from the second.
    fn trade(&mut self, gpu: &str, parties: [AccountId; 2], lots: u64, price: i64) {
        for (account, side) in parties.into_iter().zip(Side::BOTH).filter(|_| 0 < lots) {
            self.names += 1;
            let order = NewOrder {
                account,
                session: SessionId(0),
                client_order_id: ClientOrderId::new(&format!("o{}", self.names)).expect("short"),
                instrument: self.contracts[gpu],
                side,
                order_type: OrderType::Limit(Ticks(price)),
                quantity: Lots(lots),
                time_in_force: TimeInForce::Gtc,
                qualifiers: Qualifiers::default(),
                valid_until: None,
                tag: None,
            };
            self.apply(Command::PlaceOrder(order));
        }
    }

    fn apply(&mut self, value: Command) {
        self.seq += 1;
        let mut events = Vec::new();
        let command = Sequenced { seq: self.seq, time: self.time, value };
        self.exchange.apply(&command, &mut events);
        for event in &events {
            match event {
                Event::Account { account, fact: AccountFact::Margin(margin), .. } => {
                    self.initial.insert(*account, margin.initial);
                }
                Event::Account { account, fact: AccountFact::Cash(transfer), .. }
                    if transfer.kind == TransferKind::Variation =>
                {
                    *self.gained.entry(*account).or_default() += transfer.amount.0;
                }
                Event::Market { instrument, fact: MarketFact::Phase(phase), .. } => {
                    assert!(!self.contracts.values().any(|id| id == instrument), "{phase:?}");
                }
                Event::Verdict(Verdict::Refused(refusal)) => panic!("{refusal:?}"),
                _ => {}
            }
        }
    }
}
