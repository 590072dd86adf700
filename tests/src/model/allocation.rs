//! Who gets how much at one price, where the product has an allocation.

use types::terms::AllocationTerms;
use types::{AccountId, Lots};

use super::state::Order;

/// What each order of a queue gets of `lots`, the earliest order first.
pub(super) fn shares(
    terms: &AllocationTerms,
    queue: &[Order],
    lots: Lots,
    makes: impl Fn(AccountId) -> bool,
) -> Vec<Lots> {
    let shown: Vec<u64> = queue.iter().map(|order| order.shown.0).collect();
    let mut given = vec![0; queue.len()];
    let mut left = lots.0.min(shown.iter().sum());

    if queue[0].made_best {
        given[0] = terms.top_lots.min(shown[0]).min(left);
        left -= given[0];
    }

    let sizes: Vec<u64> = (0..queue.len())
        .map(|n| if makes(queue[n].account) { shown[n] - given[n] } else { 0 })
        .collect();
    let pool = part(left, u64::from(terms.maker_permille), 1000);
    for (n, share) in by_size(pool, &sizes).into_iter().enumerate() {
        let share = share.min(sizes[n]);
        given[n] += share;
        left -= share;
    }

    let by_time = part(left, u64::from(terms.fifo_permille), 1000);
    left -= by_time;
    give_by_time(by_time, &shown, &mut given);

    let sizes: Vec<u64> = (0..queue.len()).map(|n| shown[n] - given[n]).collect();
    let pool = left;
    for (n, share) in by_size(pool, &sizes).into_iter().enumerate() {
        if terms.smallest_lots <= share {
            given[n] += share;
            left -= share;
        }
    }

    give_by_time(left, &shown, &mut given);
    given.into_iter().map(Lots).collect()
}

/// `lots` shared out in proportion to sizes, each share rounded down.
fn by_size(lots: u64, sizes: &[u64]) -> Vec<u64> {
    let all: u64 = sizes.iter().sum();
    sizes.iter().map(|size| if all == 0 { 0 } else { part(lots, *size, all) }).collect()
}

/// Lots to the first until it has all it shows, then to the next.
fn give_by_time(mut lots: u64, shown: &[u64], given: &mut [u64]) {
    for n in 0..shown.len() {
        let more = lots.min(shown[n] - given[n]);
        given[n] += more;
        lots -= more;
    }
}

fn part(lots: u64, of: u64, all: u64) -> u64 {
    let part = u128::from(lots) * u128::from(of) / u128::from(all);
    u64::try_from(part).expect("a part of a number of 64 bits")
}
