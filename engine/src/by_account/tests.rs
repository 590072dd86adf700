use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Numbers, whether to spread them, and values.
fn steps() -> impl Strategy<Value = Vec<(u32, bool, u64)>> {
    prop::collection::vec((0_u32..2_000, any::<bool>(), any::<u64>()), 0..600)
}

proptest! {
    /// Whatever the numbers are, it holds and tells what a sorted map does.
    #[test]
    fn it_is_a_sorted_map(steps in steps()) {
        let (mut ours, mut map) = (ByAccount::default(), BTreeMap::new());
        for (n, is_far, value) in steps {
            let id = AccountId(if is_far { n.wrapping_mul(0x8000_4001) } else { n });
            prop_assert_eq!(ours.get(&id), map.get(&id));
            if n % 3 == 0 {
                *ours.or_insert(id, value) += 1 & value;
                *map.entry(id).or_insert(value) += 1 & value;
            } else {
                ours.insert(id, value);
                map.insert(id, value);
            }
            prop_assert!(ours.contains_key(&id));
        }
        prop_assert!(ours.iter().eq(map.iter()));
        prop_assert!(ours.values_mut().eq(map.values_mut()));
    }
}
