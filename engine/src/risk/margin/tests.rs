use types::terms::{ProductTerms, Settlement};
use types::{Scenario, YearMonth};

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

fn losses(month: &str) -> Losses {
    let product = ProductTerms {
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
    };
    let month = YearMonth::parse(month).expect("a month");
    let mut losses = [0; SCENARIOS];
    for (loss, (before, after)) in losses.iter_mut().zip(SHOCKS) {
        let scenario = Scenario {
            name: String::new(),
            before_60ths: before,
            after_60ths: after,
            hubs: Vec::new(),
            names: Vec::new(),
        };
        *loss = super::super::scenarios::loss_per_lot(&scenario, &product, month);
    }
    Losses(losses)
}

fn held(lots: i64) -> Exposure {
    Exposure { net: NetLots(lots), ..Exposure::default() }
}

fn initial(front: i64, back: i64) -> i64 {
    let mut sums = Sums::default();
    sums.change(&losses("2027-03"), Exposure::default(), held(front));
    sums.change(&losses("2028-03"), Exposure::default(), held(back));
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

/// the formula is the worst over every subset of fills.
#[test]
fn orders_count_as_the_worst_subset_of_their_fills() {
    let contracts = [losses("2027-03"), losses("2028-03")];
    let mut seed = 7_u64;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for _ in 0..2_000 {
        let held: [i64; 2] =
            std::array::from_fn(|_| i64::try_from(random(41)).expect("small") - 20);
        let orders: Vec<(usize, i64)> = (0..6)
            .map(|_| (usize::from(random(2) == 1), i64::try_from(random(21)).expect("small") - 10))
            .collect();
        let mut sums = Sums::default();
        for (at, losses) in contracts.iter().enumerate() {
            let total = |sign: i64| {
                let lots = orders.iter().filter(|(c, _)| *c == at).map(|(_, q)| (q * sign).max(0));
                Lots(lots.sum::<i64>().unsigned_abs())
            };
            let exposure = Exposure { net: NetLots(held[at]), buys: total(1), sells: total(-1) };
            sums.change(losses, Exposure::default(), exposure);
        }
        let brute = (0_u32..64)
            .flat_map(|subset| {
                let mut net = held;
                for (n, (at, lots)) in orders.iter().enumerate() {
                    net[*at] += if subset >> n & 1 == 1 { *lots } else { 0 };
                }
                (0..SCENARIOS).map(move |s| (net, s))
            })
            .map(|(net, s)| net[0] * contracts[0].0[s] + net[1] * contracts[1].0[s])
            .max();
        assert_eq!(Some(sums.initial().0.0), brute.map(|worst| worst.max(0)));
    }
}
