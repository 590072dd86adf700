use types::{PlaceName, Text};

use super::*;

fn claims(lots: &[u64]) -> Vec<Claim> {
    let claim = |(n, lots): (usize, &u64)| {
        let number = u32::try_from(n + 1).expect("few");
        Claim { account: AccountId(number), lots: Lots(*lots), since: u64::from(number) }
    };
    lots.iter().enumerate().map(claim).collect()
}

fn parcels(shorts: &[Claim]) -> Vec<Parcel> {
    let parcel = |short: &Claim| Parcel {
        seller: short.account,
        lots: short.lots,
        buyer: None,
        fabric: None,
        nodes: Vec::new(),
    };
    shorts.iter().map(parcel).collect()
}

fn asks(longs: &[Claim]) -> Vec<Ask<'static>> {
    let ask = |c: &Claim| Ask { account: c.account, lots: c.lots, preference: None };
    longs.iter().map(ask).collect()
}

fn written(parcels: &[Parcel], pairs: &[Pair]) -> Vec<(u32, u32, u64)> {
    let row = |p: &Pair| (parcels[p.parcel].seller.0, p.buyer.0, p.lots.0);
    let mut rows: Vec<_> = pairs.iter().map(row).collect();
    rows.sort_unstable();
    rows
}

fn zone(name: &str) -> PlaceName {
    Text::new(name).expect("it is in the grammar")
}

/// A generator with a seed: the same cases every time.
fn random(seed: &mut u64, end: u64) -> u64 {
    *seed = mix(*seed);
    *seed % end
}

/// the worked example of the rulebook: N1-A 40, N3-A 8, N2-B 24, N3-C 8.
#[test]
fn worked_example_of_the_rulebook() {
    let parcels = parcels(&claims(&[40, 24, 16]));
    let pairs = pair(&parcels, &asks(&claims(&[48, 24, 8])));
    assert_eq!(written(&parcels, &pairs), [(1, 1, 40), (2, 2, 24), (3, 1, 8), (3, 3, 8)]);
}

/// on 10,000 markets with tenders and preferences of every kind, everything is assigned, as
/// much as was sold and bought, in fewer pairs than parcels and buyers together.
#[test]
fn every_lot_is_assigned_once_in_few_pairs() {
    let mut seed = 3;
    let zones = [zone("east"), zone("west")];
    let grades = [Grade::Rdma3200, Grade::Rdma1600, Grade::NoRdma];
    for case in 0..10_000 {
        let mut sizes = |n: u64| {
            let count = 1 + random(&mut seed, n);
            (0..count).map(|_| random(&mut seed, 100)).collect::<Vec<_>>()
        };
        let (mut shorts, mut longs) = (claims(&sizes(8)), claims(&sizes(8)));
        whole_blocks(&mut shorts, &mut longs, Lots(8));
        let mut parcels = parcels(&shorts);
        for parcel in &mut parcels {
            let fabric = (zones[usize::from(random(&mut seed, 2) == 0)], grades[0]);
            parcel.fabric = Some(fabric).filter(|_| random(&mut seed, 4) != 0);
            parcel.buyer = Some(AccountId(u32::try_from(random(&mut seed, 9)).expect("small")));
        }
        let preferences: Vec<Preference> = longs
            .iter()
            .map(|_| Preference {
                zone: (random(&mut seed, 3) == 0).then_some(zones[0]),
                best_grade: random(&mut seed, 3) == 0,
                single_fabric: random(&mut seed, 3) == 0,
                seller: Some(AccountId(u32::try_from(random(&mut seed, 9)).expect("small"))),
                image: None,
            })
            .collect();
        let mut asks = asks(&longs);
        for (ask, preference) in asks.iter_mut().zip(&preferences) {
            ask.preference = Some(preference).filter(|_| case % 4 != 0);
        }
        let pairs = pair(&parcels, &asks);
        let of = |is_of: &dyn Fn(&Pair) -> bool| {
            pairs.iter().filter(|p| is_of(p)).map(|p| p.lots).sum::<Lots>()
        };
        for (at, parcel) in parcels.iter().enumerate() {
            assert_eq!(of(&|p| p.parcel == at), parcel.lots, "case {case}");
        }
        for long in &longs {
            assert_eq!(of(&|p| p.buyer == long.account), long.lots, "case {case}");
        }
        assert!(pairs.iter().all(|p| p.lots != Lots::ZERO && p.lots.0 % 8 == 0), "case {case}");
        assert!(pairs.len() < (parcels.len() + longs.len()).max(1), "case {case}");
    }
}

/// who asked for the best grade gets it first, though it came later.
#[test]
fn the_best_grade_goes_to_those_who_asked() {
    let mut parcels = parcels(&claims(&[16, 8, 8]));
    parcels[0].fabric = Some((zone("a"), Grade::NoRdma));
    parcels[1].fabric = Some((zone("a"), Grade::Rdma1600));
    parcels[2].fabric = Some((zone("b"), Grade::Rdma3200));
    let longs = claims(&[8, 8, 16]);
    let best = Preference { best_grade: true, ..Preference::default() };
    let mut asks = asks(&longs);
    assert_eq!(written(&parcels, &pair(&parcels, &asks)), [(1, 3, 16), (2, 1, 8), (3, 2, 8)]);
    asks[2].preference = Some(&best);
    assert_eq!(
        written(&parcels, &pair(&parcels, &asks)),
        [(1, 1, 8), (1, 2, 8), (2, 3, 8), (3, 3, 8)],
        "no best parcel serves it whole, so it gets both"
    );
    let whole = Preference { single_fabric: true, ..best.clone() };
    asks[2].preference = Some(&whole);
    assert_eq!(written(&parcels, &pair(&parcels, &asks)), [(1, 3, 16), (2, 1, 8), (3, 2, 8)]);
    let west = Preference { zone: Some(zone("b")), ..Preference::default() };
    asks[2].preference = None;
    asks[0].preference = Some(&west);
    assert_eq!(written(&parcels, &pair(&parcels, &asks)), [(1, 3, 16), (2, 2, 8), (3, 1, 8)]);
}

/// those who asked for each other are paired before the size of a parcel is looked at.
#[test]
fn mutual_preferences_come_first() {
    let mut parcels = parcels(&claims(&[40, 8]));
    let wish = Preference { seller: Some(AccountId(1)), ..Preference::default() };
    let longs = claims(&[40, 8]);
    let mut asks = asks(&longs);
    asks[1].preference = Some(&wish);
    assert_eq!(written(&parcels, &pair(&parcels, &asks)), [(1, 1, 40), (2, 2, 8)]);
    parcels[0].buyer = Some(AccountId(2));
    let pairs = pair(&parcels, &asks);
    assert_eq!(written(&parcels, &pairs), [(1, 1, 32), (1, 2, 8), (2, 1, 8)]);
}

/// the numbers that the rulebook gives for the mixing of a root and of an account's place.
#[test]
fn ties_are_broken_by_a_number_that_anyone_can_work_out() {
    assert_eq!(root([]), 0);
    assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
    assert_eq!(root([5, 2400]), mix(mix(5) ^ 2400));
    assert_ne!(place(1, AccountId(7)), place(2, AccountId(7)));
}

/// odd lots end in money, and so do the youngest blocks without another side.
#[test]
fn odd_lots_and_the_youngest_excess_are_cut() {
    let (mut shorts, mut longs) = (claims(&[16]), claims(&[10, 6]));
    whole_blocks(&mut shorts, &mut longs, Lots(8));
    assert_eq!((shorts, longs), (claims(&[8]), claims(&[8])));
}
