use types::terms::{ProductTerms, RiskTerms, Settlement};
use types::{Scenario, YearMonth};

use super::super::{Concentration, Losses};
use super::*;

/// The scenarios of RULES 6, in sixtieths before and after the next generation.
const SHOCKS: [(i32, i32); SCENARIOS] = [
    (20, 20),
    (-20, -20),
    (40, 40),
    (-40, -40),
    (60, 60),
    (-60, -60),
    (-15, 15),
    (15, -15),
    (-15, -90),
    (15, 60),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (42, 42),
    (-42, -42),
];

fn risk(month: &str) -> Risk {
    let product = product();
    let month = YearMonth::parse(month).expect("a month");
    let range = if month < product.next_generation { 300 } else { 220 };
    let mut losses = [0; SCENARIOS];
    for (loss, (before, after)) in losses.iter_mut().zip(SHOCKS) {
        let scenario = Scenario {
            name: String::new(),
            before_60ths: before,
            after_60ths: after,
            hubs: Vec::new(),
            names: Vec::new(),
        };
        *loss =
            super::super::scenarios::loss_per_lot(&scenario, &product, month, types::Ticks(range));
    }
    let range_value = range * 8 * 744;
    let concentration = Concentration { range_value, permille: 500, volume: 400 };
    Risk { losses: Losses::new(losses), concentration: Some(concentration) }
}

fn product() -> ProductTerms {
    ProductTerms {
        name: "H100".into(),
        hub: "US".into(),
        settlement: Settlement::Physical,
        months_listed: 12,
        quarters_listed: 0,
        years_listed: 0,
        spreads_listed: 0,
        block_trade: None,
        reference_ticks: 2400,
        lowest_ticks: 1,
        highest_ticks: 20_000,
        band_permille: None,
        wider_bands_permille: Vec::new(),
        limit_halt_seconds: 0,
        breaker_permille: None,
        breaker_minutes: 60,
        allocation: None,
        protection_ticks: 100,
        largest_order_lots: 1000,
        position_limit_lots: 1000,
        block_lots: 8,
        scan_before_ticks: 300,
        scan_after_ticks: 220,
        next_generation: YearMonth::parse("2028-01").expect("a month"),
        risk: RiskTerms::default(),
    }
}

fn held(lots: i64) -> Exposure {
    Exposure { net: NetLots(lots), ..Exposure::default() }
}

fn initial(front: i64, back: i64) -> i64 {
    let mut sums = Sums::default();
    sums.change(&risk("2027-03"), Exposure::default(), held(front));
    sums.change(&risk("2028-03"), Exposure::default(), held(back));
    sums.initial().0.0
}

/// the worked numbers of the rulebook, 744 hours and 50 lots.
#[test]
fn worked_numbers_of_the_rulebook() {
    assert_eq!(initial(50, 0), 89_280_000);
    assert_eq!(initial(0, 50), 98_208_000);
    assert_eq!(initial(0, -50), 65_472_000);
    assert_eq!(initial(50, -50), 43_152_000);
    assert_eq!(initial(-50, 50), 75_888_000);
}

/// the formula is the worst over every subset of fills, on 10,000 books; with what large
/// positions add it is never less than any subset needs.
#[test]
fn orders_count_as_the_worst_subset_of_their_fills() {
    let contracts = [risk("2027-03"), risk("2028-03")];
    let mut seed = 7_u64;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let mut concentrated = 0;
    for _ in 0..10_000 {
        let held: [i64; 2] =
            std::array::from_fn(|_| i64::try_from(random(161)).expect("small") - 80);
        let orders: Vec<(usize, i64)> = (0..6)
            .map(|_| (usize::from(random(2) == 1), i64::try_from(random(81)).expect("small") - 40))
            .collect();
        let mut sums = Sums::default();
        for (at, risk) in contracts.iter().enumerate() {
            let total = |sign: i64| {
                let lots = orders.iter().filter(|(c, _)| *c == at).map(|(_, q)| (q * sign).max(0));
                Lots(lots.sum::<i64>().unsigned_abs())
            };
            let exposure = Exposure {
                net: NetLots(held[at]),
                buys: total(1),
                sells: total(-1),
                ..Exposure::default()
            };
            sums.change(risk, Exposure::default(), exposure);
        }
        let subsets = (0_u32..64).map(|subset| {
            let mut net = held;
            for (n, (at, lots)) in orders.iter().enumerate() {
                net[*at] += if subset >> n & 1 == 1 { *lots } else { 0 };
            }
            net
        });
        let loss = |net: [i64; 2]| {
            let all = (0..SCENARIOS)
                .map(|s| (0..2).map(|at| net[at] * contracts[at].losses.long()[s]).sum());
            all.max().unwrap_or(0).max(0)
        };
        let concentration = |net: [i64; 2]| {
            let of = |at: usize| contracts[at].concentration.expect("given above");
            (0..2).map(|at| of(at).of(net[at].unsigned_abs())).sum::<i64>()
        };
        let brute: i64 = subsets.clone().map(loss).max().expect("64");
        let initial = sums.initial().0 - sums.concentration();
        assert_eq!(initial.0, brute);
        let needed: Option<i64> = subsets.map(|net| loss(net) + concentration(net)).max();
        assert!(needed <= Some(sums.initial().0.0));
        concentrated += u32::from(0 < sums.concentration().0);
    }
    assert!(3_000 < concentrated && concentrated < 9_900, "{concentrated}");
}

/// what an order would require, asked first, is what is required once it is on offer.
#[test]
fn margin_asked_first_is_margin_afterwards() {
    let contracts = [risk("2027-03"), risk("2028-03")];
    let mut more = 0;
    for n in 0..4_000_u64 {
        let lots = |n: u64| i64::try_from(n % 600).expect("small") - 300;
        let mut sums = Sums::default();
        let old = Exposure { buys: Lots(n % 7 * 40), sells: Lots(n % 5 * 50), ..held(lots(n)) };
        let beside = Exposure { sells: Lots(n % 11 * 10), ..held(lots(n * 31)) };
        sums.change(&contracts[0], Exposure::default(), old);
        sums.change(&contracts[1], Exposure::default(), beside);
        for side in Side::BOTH {
            for lots in [0, 30, 200, 900] {
                let new = match side {
                    Side::Buy => Exposure { buys: Lots(lots), ..old },
                    Side::Sell => Exposure { sells: Lots(lots), ..old },
                };
                let asked = sums.initial_with(&contracts[0], side, (old, new));
                sums.weigh();
                let at_most = sums.initial_at_most(&contracts[0], side, (old, new));
                assert!(asked <= at_most.expect("it was weighed"), "{old:?} {new:?}");
                let mut after = sums;
                after.change(&contracts[0], old, new);
                assert_eq!(asked, after.initial().0, "{old:?} {new:?}");
                more += u32::from(sums.initial().0 < asked);
            }
        }
    }
    assert!(5_000 < more && more < 25_000, "{more}");
}
