use super::*;
use types::{NetLots, TickValue};

/// A position, at its price and what it is carried at, and all else.
struct Whole {
    net: NetLots,
    carry: i128,
    tick_value: TickValue,
    others: Mills,
}

impl Whole {
    fn variation(&self, price: i64) -> Mills {
        let worth = i128::from(price) * i128::from(self.net.0) - self.carry;
        self.tick_value.of(worth) + self.others
    }
}

/// Against looking at every price one after the other.
#[test]
fn it_is_the_first_price_that_is_not_covered() {
    let mut seed = 11_u64;
    let mut random = |low: i64, high: i64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let span = u64::try_from(high - low).expect("low comes first");
        low + i64::try_from((seed >> 33) % span).expect("small")
    };
    let (mut never, mut at_once, mut found) = (0, 0, 0);
    for _ in 0..10_000 {
        let net = random(-9, 10);
        let whole = Whole {
            net: NetLots(net),
            carry: i128::from(net * random(180, 220) + random(-50, 50)),
            tick_value: TickValue(random(0, 4)),
            others: Mills(random(-300, 300)),
        };
        let (cash, maintenance) = (Mills(random(0, 3_000)), Mills(random(0, 1_000)));
        let (now, lowest, highest) = (random(150, 250), 100, 300);
        let mills_per_tick = i128::from(net) * i128::from(whole.tick_value.0);
        let variation = whole.variation(now);
        let stake = Stake { mills_per_tick, cash, variation, maintenance };
        let actual = stake.liquidation(Ticks(now), (Ticks(lowest), Ticks(highest)));
        let mut prices: Vec<i64> =
            if 0 < net { (lowest..=now).rev().collect() } else { (now..=highest).collect() };
        if mills_per_tick == 0 {
            prices.clear();
        }
        let covers = |price: i64| maintenance <= cash + whole.variation(price).min(Mills::ZERO);
        let expected = prices.into_iter().find(|price| !covers(*price)).map(Ticks);
        assert_eq!(actual, expected, "{stake:?} at {now}");
        match expected {
            None => never += 1,
            Some(Ticks(price)) if price == now => at_once += 1,
            Some(_) => found += 1,
        }
    }
    assert!(1_000 < never && 1_000 < at_once && 1_000 < found, "{never} {at_once} {found}");
}
