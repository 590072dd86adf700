use super::*;

fn claims(lots: &[u64]) -> Vec<Claim> {
    let claim = |(n, lots): (usize, &u64)| {
        let number = u32::try_from(n + 1).expect("few");
        Claim { account: AccountId(number), lots: Lots(*lots), since: u64::from(number) }
    };
    lots.iter().enumerate().map(claim).collect()
}

fn written(pairs: &[Pair]) -> Vec<(u32, u32, u64)> {
    let mut rows: Vec<_> = pairs.iter().map(|p| (p.seller.0, p.buyer.0, p.lots.0)).collect();
    rows.sort_unstable();
    rows
}

/// the worked example of the rulebook: N1-A 40, N3-A 8, N2-B 24, N3-C 8.
#[test]
fn worked_example_of_the_rulebook() {
    let pairs = pair(&claims(&[40, 24, 16]), &claims(&[48, 24, 8]));
    assert_eq!(written(&pairs), [(1, 1, 40), (2, 2, 24), (3, 1, 8), (3, 3, 8)]);
}

/// everything is assigned, in fewer pairs than there are accounts.
#[test]
fn every_lot_is_assigned_once_in_few_pairs() {
    let mut seed = 3_u64;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for _ in 0..5_000 {
        let mut sizes = |n: u64| (0..=random(n)).map(|_| random(100)).collect::<Vec<_>>();
        let (mut shorts, mut longs) = (claims(&sizes(8)), claims(&sizes(8)));
        whole_blocks(&mut shorts, &mut longs, Lots(8));
        let pairs = pair(&shorts, &longs);
        let of = |select: &dyn Fn(&Pair) -> AccountId, account| {
            pairs.iter().filter(|p| select(p) == account).map(|p| p.lots).sum::<Lots>()
        };
        assert!(shorts.iter().all(|s| of(&|p| p.seller, s.account) == s.lots));
        assert!(longs.iter().all(|l| of(&|p| p.buyer, l.account) == l.lots));
        assert!(pairs.len() < (shorts.len() + longs.len()).max(1));
    }
}

/// odd lots end in money, and so do the youngest blocks without another side.
#[test]
fn odd_lots_and_the_youngest_excess_are_cut() {
    let (mut shorts, mut longs) = (claims(&[16]), claims(&[10, 6]));
    whole_blocks(&mut shorts, &mut longs, Lots(8));
    assert_eq!((shorts, longs), (claims(&[8]), claims(&[8])));
}
