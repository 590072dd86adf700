//! on the worst day of real prices: the two largest members default, and what every account pays,
//! loses of its gains and has torn up is worked out again here, to the mill, from what it had before.

use std::collections::BTreeMap;

use engine::Exchange;
use tests::conservation::Conservation;
use tests::prng::Prng;
use tests::scenario;
use types::{
    AccountFact, AccountId, ClearingFact, Command, Event, Layer, MarketFact, Sequenced, Timestamp,
    TransferKind,
};

use crate::price_history::{Series, published};

/// The members whose defaults are looked at; 1003 and 1004 make the price.
const LARGE: [AccountId; 2] = [AccountId(1001), AccountId(1002)];
const SMALL: usize = 40;
/// Members that do not trade.
const IDLE: usize = 5;

/// A day on which a price moved.
#[derive(Clone, Debug)]
struct Move {
    gpu: &'static str,
    date: types::Date,
    before: i64,
    after: i64,
}

impl Move {
    fn size(&self) -> i64 {
        (self.after - self.before).abs() * 1_000_000 / self.before
    }
}

/// The largest move of any GPU from one day to the next, as a part of the price before.
fn worst(series: &Series) -> Move {
    let days: Vec<_> = series.iter().collect();
    let moves = days.windows(2).flat_map(|pair| {
        let [(_, before), (date, after)] = [pair[0], pair[1]];
        after.iter().filter_map(|(gpu, after)| {
            Some(Move { gpu, date: *date, before: *before.get(gpu)?, after: *after })
        })
    });
    moves.max_by_key(Move::size).expect("there are days")
}

/// What an account has before the settlement, and what it gains by it.
#[derive(Clone, Debug, Default)]
struct Had {
    cash: i128,
    contribution: i128,
    lots: i64,
    gain: i128,
}

/// What the settlement did to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Suffered {
    charged: BTreeMap<Layer, i128>,
    covered: BTreeMap<Layer, i128>,
    cut: i128,
    variation: i128,
    torn: i64,
}

/// The market up to the minute before the settlement, and what its last command told.
struct Day {
    had: BTreeMap<AccountId, Had>,
    house: i128,
    assessment_permille: i128,
    conserved: Conservation,
    told: Vec<Event>,
}

fn orders(prng: &mut Prng, moved: &Move) -> (String, [i64; 2]) {
    // Whoever is large stands on the side that loses.
    let (small, large) = if moved.after < moved.before { ("sell", "buy") } else { ("buy", "sell") };
    let (mut text, mut held) = (String::new(), [0, 0]);
    let price = moved.before;
    for at in 0..SMALL {
        let lots = prng.between(1, 60);
        let to = usize::from(prng.chance(400));
        held[to] += lots;
        text += &format!("s{at} {small} {lots} @ {price}\n ...\n");
        text += &format!("big{to} {large} {lots} @ {price}\n ...\n");
        // Some of it goes on to another, who stands with the large.
        let other = (at + 7) % SMALL;
        let part = prng.between(1, 20);
        text += &format!("s{at} {small} {part} @ {price}\n ...\n");
        text += &format!("s{other} {large} {part} @ {price}\n ...\n");
    }
    (text, held)
}

fn day(seed: u64, moved: &Move, house: i64, (fund, assessment): (u32, u32)) -> Day {
    let mut prng = Prng::new(seed);
    let (orders, held) = orders(&mut prng, moved);
    let scan = moved.before / 8;
    let (before, after, gpu) = (moved.before, moved.after, moved.gpu);
    let dollars = |mills: i64| format!("{}.{:03}", mills / 1000, mills % 1000);
    // A fifth more than the margin of a March, so that they contribute.
    let large = held.map(|lots| dollars(lots * scan * 8 * 744 * 6 / 5));
    let mut funds = format!("big0 {} big1 {} ann 10000000 bob 10000000", large[0], large[1]);
    (0..SMALL).for_each(|at| funds += &format!(" s{at} {}", 300_000 + prng.between(0, 300_000)));
    (0..IDLE).for_each(|at| funds += &format!(" idle{at} 1000000"));
    let text = format!(
        "terms reference {before} scan_before {scan} scan_after {scan}\n\
         terms house_capital {house} fund {fund} assessment {assessment}\n\
         list {gpu}-US-2027M03\nfund {funds}\n{orders}\
         advance to 2027-01-05 15:50\n ...\nann sell 1 @ {after}\n ...\n\
         bob buy 1 @ {after}\n ...\nadvance to 2027-01-05 16:00\n ...\n"
    );
    let log = scenario::log(&text).expect("a scenario");
    let (mut exchange, mut conserved) = (Exchange::new(), Conservation::default());
    let (mut contributions, mut had) = (BTreeMap::new(), BTreeMap::new());
    let mut told = Vec::new();
    for command in &log {
        if command.seq == log.len() as u64 {
            had = had_before(&conserved, &contributions, after);
        }
        told.clear();
        exchange.apply(command, &mut told);
        conserved.check(&told);
        told.iter().for_each(|event| note_contribution(event, &mut contributions));
    }
    exchange.audit();
    let settled = |event: &Event| match event {
        Event::Market { fact: MarketFact::Settled { price, .. }, .. } => price.0 == after,
        _ => false,
    };
    assert!(told.iter().any(settled), "it is settled at the price of the day");
    // What the house holds is sold, and nothing is lost on the way.
    let time = log.last().expect("it has commands").time.plus(2 * Timestamp::DAY);
    let seq = log.len() as u64 + 1;
    let mut events = Vec::new();
    exchange.apply(&Sequenced { seq, time, value: Command::ClockAdvanced }, &mut events);
    conserved.check(&events);
    exchange.audit();
    let assessment_permille = i128::from(assessment);
    Day { had, house: house.into(), assessment_permille, conserved, told }
}

fn note_contribution(event: &Event, contributions: &mut BTreeMap<AccountId, i128>) {
    let Event::Account { account, fact: AccountFact::Cash(transfer), .. } = event else { return };
    if matches!(transfer.kind, TransferKind::FundIn | TransferKind::FundOut) {
        *contributions.entry(*account).or_default() -= i128::from(transfer.amount.0);
    }
}

fn had_before(
    conserved: &Conservation,
    contributions: &BTreeMap<AccountId, i128>,
    price: i64,
) -> BTreeMap<AccountId, Had> {
    let view = conserved.view();
    let of = |(id, account): (&AccountId, &tests::view::Account)| {
        let mut had = Had {
            cash: account.cash.0.into(),
            contribution: contributions.get(id).copied().unwrap_or(0),
            ..Had::default()
        };
        for (instrument, position) in &account.positions {
            let tick_value = view.contracts[instrument].instrument.tick_value.0;
            let worth = i128::from(position.net.0) * i128::from(price) - position.carry;
            had.gain += worth * i128::from(tick_value);
            had.lots += position.net.0;
        }
        (*id, had)
    };
    view.accounts.iter().map(of).collect()
}

/// An amount in proportion: each its share without its fraction, and what is left over by one to those who
/// had a fraction, as they come.
fn in_proportion(amount: i128, of: &[(AccountId, i128)]) -> BTreeMap<AccountId, i128> {
    let all: i128 = of.iter().map(|(_, weight)| weight).sum();
    let mut shares = BTreeMap::new();
    let mut left = amount;
    for (id, weight) in of {
        let whole = if all == 0 { 0 } else { amount * weight / all };
        left -= whole;
        shares.insert(*id, whole);
    }
    for (id, weight) in of {
        if 0 < left && amount * weight % all != 0 {
            *shares.get_mut(id).expect("it has a share") += 1;
            left -= 1;
        }
    }
    assert!(all == 0 || left == 0);
    shares
}

impl Day {
    /// What the rule says becomes of everybody.
    fn by_rule(&self) -> BTreeMap<AccountId, Suffered> {
        let mut suffered: BTreeMap<AccountId, Suffered> =
            self.had.keys().map(|id| (*id, Suffered::default())).collect();
        let (mut had, mut house) = (self.had.clone(), self.house);
        let short: Vec<AccountId> =
            had.iter().filter(|(_, a)| a.gain < 0 && a.cash < -a.gain).map(|(id, _)| *id).collect();
        let able = had.iter_mut().filter(|(id, a)| a.gain < 0 && !short.contains(id));
        able.for_each(|(_, account)| account.cash += account.gain);
        let others = |had: &BTreeMap<AccountId, Had>, weight: &dyn Fn(&Had) -> i128| {
            let others = had.iter().filter(|(id, a)| a.lots != 0 && !short.contains(id));
            others.map(|(id, account)| (*id, weight(account))).collect::<Vec<_>>()
        };
        let gains = others(&had, &|account| account.gain.max(0));
        let at_risk: i128 = gains.iter().map(|(_, gain)| gain).sum();
        let mut cut_in_all = 0;
        for id in &short {
            let account = had[id].clone();
            let mut lacking = -account.gain - account.cash;
            lacking -= account.contribution.min(lacking);
            let by_house = house.min(lacking);
            house -= by_house;
            lacking -= by_house;
            let contributions = others(&had, &|account| account.contribution);
            let part = self.assessment_permille;
            let assessable =
                others(&had, &|account| (account.contribution * part / 1000).min(account.cash));
            let mut covered = BTreeMap::from([(Layer::House, by_house)]);
            for (layer, from) in [(Layer::Fund, contributions), (Layer::Assessment, assessable)] {
                let amount = lacking.min(from.iter().map(|(_, most)| most).sum());
                lacking -= amount;
                covered.insert(layer, amount);
                for (payer, share) in in_proportion(amount, &from) {
                    let payer_had = had.get_mut(&payer).expect("it is one of them");
                    match layer {
                        Layer::Fund => payer_had.contribution -= share,
                        _ => payer_had.cash -= share,
                    }
                    let charged = &mut suffered.get_mut(&payer).expect("known").charged;
                    *charged.entry(layer).or_default() += share;
                }
            }
            let cut = lacking.min(at_risk - cut_in_all);
            cut_in_all += cut;
            covered.extend([(Layer::Gains, cut), (Layer::Beyond, lacking - cut)]);
            let of = suffered.get_mut(id).expect("known");
            (of.covered, of.variation) = (covered, account.gain + cut);
        }
        let cuts = in_proportion(cut_in_all, &gains);
        for (id, account) in had.iter().filter(|(id, _)| !short.contains(id)) {
            let of = suffered.get_mut(id).expect("known");
            of.cut = cuts.get(id).copied().unwrap_or(0);
            of.variation = account.gain - of.cut;
        }
        if 0 < cut_in_all {
            self.tear_up(&short, &mut suffered);
        }
        suffered
    }

    /// What the large held is closed against those on the other side.
    fn tear_up(&self, short: &[AccountId], suffered: &mut BTreeMap<AccountId, Suffered>) {
        let mut lots: BTreeMap<AccountId, i64> =
            self.had.iter().map(|(id, account)| (*id, account.lots)).collect();
        for id in short {
            if !suffered[id].is_unpaid() {
                continue;
            }
            let held = lots[id];
            let other_side = lots.iter().filter(|(_, lots)| lots.signum() == -held.signum());
            let weights: Vec<(AccountId, i128)> =
                other_side.map(|(id, lots)| (*id, i128::from(lots.abs()))).collect();
            for (other, share) in in_proportion(held.abs().into(), &weights) {
                let share = i64::try_from(share).expect("lots") * held.signum();
                *lots.get_mut(&other).expect("known") += share;
                suffered.get_mut(&other).expect("known").torn += share;
            }
            lots.insert(*id, 0);
        }
    }

    /// What everybody was told.
    fn as_told(&self) -> BTreeMap<AccountId, Suffered> {
        let mut suffered: BTreeMap<AccountId, Suffered> =
            self.had.keys().map(|id| (*id, Suffered::default())).collect();
        for event in &self.told {
            let Event::Account { account, fact, .. } = event else { continue };
            let Some(of) = suffered.get_mut(account) else { continue };
            match fact {
                AccountFact::Cash(transfer) if transfer.kind == TransferKind::Variation => {
                    of.variation += i128::from(transfer.amount.0);
                }
                AccountFact::Clearing(ClearingFact::Charged { by, amount }) => {
                    *of.charged.entry(*by).or_default() += i128::from(amount.0);
                }
                AccountFact::Clearing(ClearingFact::Covered { by, amount }) => {
                    *of.covered.entry(*by).or_default() += i128::from(amount.0);
                }
                AccountFact::Clearing(ClearingFact::GainCut { cut, .. }) => {
                    of.cut += i128::from(cut.0);
                }
                AccountFact::Clearing(ClearingFact::TornUp { lots, .. }) => of.torn += lots.0,
                _ => {}
            }
        }
        suffered
    }

    /// Which layers paid anything.
    fn layers(suffered: &BTreeMap<AccountId, Suffered>) -> Vec<Layer> {
        let covered = suffered.values().flat_map(|of| of.covered.keys());
        let mut layers: Vec<Layer> = covered.copied().collect();
        layers.sort_unstable();
        layers.dedup();
        layers
    }
}

impl Suffered {
    /// The loss that others could not pay with money.
    fn is_unpaid(&self) -> bool {
        [Layer::Gains, Layer::Beyond].iter().any(|by| self.covered.get(by).is_some_and(|a| 0 < *a))
    }

    /// Without amounts that are nothing.
    fn trimmed(mut self) -> Self {
        self.charged.retain(|_, amount| *amount != 0);
        self.covered.retain(|_, amount| *amount != 0);
        self
    }
}

#[test]
fn two_largest_default_on_the_worst_day_of_real_prices() {
    let Some(all) = published() else { return };
    let mut reached: BTreeMap<Layer, u32> = BTreeMap::new();
    for (name, series) in all {
        let moved = worst(&series);
        println!("{name}: {} on {}: {} to {}", moved.gpu, moved.date, moved.before, moved.after);
        // An eighth is the margin, and a fifth of that is there beside it.
        if moved.size() <= 150_000 {
            println!("{name}: it stays within the margin, and nobody defaults");
            continue;
        }
        for seed in 1..=10 {
            for terms in [(1000, 1000), (100, 500), (0, 0)] {
                let day = day(seed, &moved, 5_000_000, terms);
                let trim = |all: BTreeMap<AccountId, Suffered>| -> BTreeMap<AccountId, Suffered> {
                    all.into_iter().map(|(id, of)| (id, of.trimmed())).collect()
                };
                let (told, by_rule) = (trim(day.as_told()), trim(day.by_rule()));
                assert_eq!(told, by_rule, "{name}, seed {seed}, fund and assessments {terms:?}");
                for layer in Day::layers(&told) {
                    *reached.entry(layer).or_default() += 1;
                }
                let accounts = &day.conserved.view().accounts;
                for id in LARGE {
                    assert!(accounts[&id].is_suspended, "{name}, seed {seed}: {id:?} paid");
                    assert!(accounts[&id].positions.is_empty(), "{name}, seed {seed}: {id:?}");
                }
                for (id, had) in day.had.iter().filter(|(_, had)| had.lots == 0) {
                    assert_eq!(i128::from(accounts[id].cash.0), had.cash, "{id:?} had no position");
                }
                let others = accounts.iter().filter(|(id, _)| !LARGE.contains(id));
                assert!(others.into_iter().all(|(id, a)| id.is_of_house() || !a.is_suspended));
            }
        }
    }
    println!("layers that paid, and how often: {reached:?}");
    let layers = [Layer::House, Layer::Fund, Layer::Assessment, Layer::Gains];
    assert!(layers.iter().all(|layer| reached.contains_key(layer)), "{reached:?}");
    assert!(!reached.contains_key(&Layer::Beyond), "{reached:?}");
}
