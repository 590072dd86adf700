//! the two largest members default on the worst day there is. Whoever else there is ends
//! whole, or has lost exactly what the rule says.

use std::collections::BTreeMap;

use tests::conservation::Conservation;
use tests::prng::Prng;
use tests::scenario;
use types::{
    AccountFact, AccountId, ClearingFact, Command, Event, Layer, Mills, Sequenced, Timestamp,
};

/// The members that are large.
const LARGE: [AccountId; 2] = [AccountId(1001), AccountId(1002)];

/// How many members are small, and the first of them. Two others make the price.
const SMALL: u32 = 24;
const FIRST_SMALL: AccountId = AccountId(1005);

/// What a tick of a lot is worth: 8 GPUs for the 744 hours of a March.
const TICK_VALUE: i64 = 5952;

/// Initial margin of a lot in the worst scenario, in mills.
const MARGIN: i64 = 1_785_600;

/// What was heard of the worst day.
struct Day {
    conserved: Conservation,
    events: Vec<Event>,
    /// Net lots of each member before it.
    lots: BTreeMap<AccountId, i64>,
    /// By how many ticks the price moved.
    ticks: i64,
}

/// Two large members are long for all that they have; many small ones are short, and rich. The price
/// falls by `ticks`.
fn worst_day(seed: u64, terms: &str, ticks: i64) -> Day {
    let mut prng = Prng::new(seed);
    let sold: Vec<i64> = (0..SMALL).map(|_| prng.between(1, 90)).collect();
    let first_part = prng.between(300, 700);
    let mut bought = [0, 0];
    let mut orders = String::new();
    for (at, lots) in sold.iter().enumerate() {
        for (buyer, part) in [(0, lots * first_part / 1000), (1, lots - lots * first_part / 1000)] {
            if part != 0 {
                bought[buyer] += part;
                orders += &format!(
                    "s{at} sell {part} @ 2400\n ...\nbig{buyer} buy {part} @ 2400\n ...\n"
                );
            }
        }
    }
    let dollars = |mills: i64| format!("{}.{:03}", mills / 1000, mills % 1000);
    let mut funds = format!("ann {} bob {}", 10_000_000, 10_000_000);
    for at in 0..SMALL {
        funds += &format!(" s{at} 1000000");
    }
    let [one, two] = bought.map(|lots| dollars(lots * MARGIN));
    let price = 2400 - ticks;
    let text = format!(
        "terms {terms}\nlist H100-US-2027M03\nfund big0 {one} big1 {two} {funds}\n{orders}\
         advance to 2027-01-05 15:50\n ...\nann sell 1 @ {price}\n ...\n\
         bob buy 1 @ {price}\n ...\nadvance to 2027-01-05 16:00\n ...\n"
    );
    let log = scenario::log(&text).expect("a scenario");
    let mut exchange = engine::Exchange::new();
    let (mut conserved, mut last) = (Conservation::default(), Vec::new());
    let mut lots = BTreeMap::new();
    for command in &log {
        if command.seq == log.len() as u64 {
            lots = lots_of(&conserved);
        }
        last.clear();
        apply(&mut exchange, &mut conserved, command, &mut last);
    }
    exchange.audit();
    let mut day = Day { conserved, events: last, lots, ticks };
    let later = log.last().expect("it has commands").time.plus(2 * Timestamp::DAY);
    let command =
        Sequenced { seq: log.len() as u64 + 1, time: later, value: Command::ClockAdvanced };
    apply(&mut exchange, &mut day.conserved, &command, &mut Vec::new());
    exchange.audit();
    day
}

fn apply(
    exchange: &mut engine::Exchange,
    conserved: &mut Conservation,
    command: &Sequenced<Command>,
    events: &mut Vec<Event>,
) {
    exchange.apply(command, events);
    conserved.check(events);
}

fn lots_of(conserved: &Conservation) -> BTreeMap<AccountId, i64> {
    let accounts = conserved.view().accounts.iter();
    accounts.map(|(id, a)| (*id, a.positions.values().map(|p| p.net.0).sum())).collect()
}

impl Day {
    fn layers(&self) -> BTreeMap<Layer, Mills> {
        let mut layers = BTreeMap::new();
        for fact in self.clearing(|_| true) {
            if let ClearingFact::Covered { by, amount } = fact {
                *layers.entry(by).or_default() += amount;
            }
        }
        layers
    }

    fn clearing(&self, is_meant: impl Fn(AccountId) -> bool) -> Vec<ClearingFact> {
        let of = |event: &Event| match event {
            Event::Account { account, fact: AccountFact::Clearing(fact), .. }
                if is_meant(*account) =>
            {
                Some(*fact)
            }
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// What each small member was due, was cut by and was charged.
    fn check_others(&self, layers: &BTreeMap<Layer, Mills>) {
        let cut_in_all = layers.get(&Layer::Gains).map_or(0, |amount| i128::from(amount.0));
        let gains = |lots: i64| i128::from(-lots * self.ticks * TICK_VALUE);
        let small = || self.lots.range(FIRST_SMALL..).filter(|(id, _)| !id.is_of_house());
        let all: i128 = small().map(|(_, lots)| gains(*lots)).sum();
        for (id, lots) in small() {
            let facts = self.clearing(|account| account == *id);
            let cut = facts.iter().find_map(|fact| match fact {
                ClearingFact::GainCut { due, cut } => Some((i128::from(due.0), i128::from(cut.0))),
                _ => None,
            });
            let due = gains(*lots);
            let exact = due * cut_in_all;
            let (told, cut) = cut.unwrap_or((due, 0));
            assert_eq!(told, due, "{id:?}");
            assert!((cut * all - exact).abs() < all, "{id:?} lost {cut} of {due}");
        }
    }
}

#[test]
fn the_fund_bears_what_the_two_largest_lose_beyond_their_margin() {
    for seed in 1..=20 {
        // A fall of one and a half times the scan range: half of it is beyond margin.
        let day = worst_day(seed, "house_capital 5000000 fund 1000 assessment 1000", 450);
        let layers = day.layers();
        let lost: i64 = LARGE.iter().map(|id| day.lots[id]).sum();
        let beyond: i64 = layers.values().map(|amount| amount.0).sum();
        assert_eq!(beyond, lost * 150 * TICK_VALUE, "seed {seed}: {layers:?}");
        assert_eq!(layers.get(&Layer::House), Some(&Mills(5_000_000)), "seed {seed}");
        assert!(layers.contains_key(&Layer::Fund), "seed {seed}: {layers:?}");
        assert!(!layers.contains_key(&Layer::Gains), "seed {seed}: {layers:?}");
        assert!(!layers.contains_key(&Layer::Beyond), "seed {seed}: {layers:?}");
        day.check_others(&layers);
    }
}

#[test]
fn without_a_fund_gains_are_cut_and_the_contract_is_torn_up() {
    for seed in 1..=20 {
        let day = worst_day(seed, "house_capital 5000000", 900);
        let layers = day.layers();
        let lost: i64 = LARGE.iter().map(|id| day.lots[id]).sum();
        let beyond = lost * 600 * TICK_VALUE;
        let gains = layers.get(&Layer::Gains).map_or(0, |amount| amount.0);
        assert_eq!(gains, beyond - 5_000_000, "seed {seed}: {layers:?}");
        assert!(!layers.contains_key(&Layer::Beyond), "seed {seed}: {layers:?}");
        day.check_others(&layers);
        let left = lots_of(&day.conserved);
        for id in LARGE {
            assert_eq!((left[&id], left[&id.of_house()]), (0, 0), "seed {seed}");
        }
        let torn: i64 = day
            .clearing(|id| !id.is_of_house())
            .iter()
            .map(|fact| if let ClearingFact::TornUp { lots, .. } = fact { lots.0 } else { 0 })
            .sum();
        assert_eq!(torn, lost, "seed {seed}: as many lots are torn up as were held");
    }
}
