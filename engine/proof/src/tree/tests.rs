use proptest::prelude::*;

use super::{Hash, Tree, is_included, is_prefix};

/// The leaves that implementations of certificate transparency are tested with, and the roots of
/// the first one, two, ... of them.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn tree(leaves: u64) -> Tree {
    (0..leaves).map(u64::to_le_bytes).collect()
}

fn hex(hash: Hash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let tree: Tree = LEAVES.iter().collect();
    for (size, root) in (0..).zip(ROOTS) {
        assert_eq!(hex(tree.root_at(size)), root, "{size} leaves");
    }
}

proptest! {
    #[test]
    fn each_leaf_is_proved_at_its_place_and_no_other(
        size in 1_u64..600,
        index in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let tree = tree(size);
        let (index, other) = (index.index(size as usize) as u64, other.index(size as usize) as u64);
        let path = tree.inclusion(index, size);
        let at = |place: u64, leaf: u64| {
            is_included(&leaf.to_le_bytes(), place, &path, size, tree.root())
        };
        prop_assert!(at(index, index));
        prop_assert_eq!(at(other, index), other == index);
        prop_assert_eq!(at(index, other), other == index);
        prop_assert!(!is_included(&index.to_le_bytes(), size, &path, size, tree.root()));
    }

    #[test]
    fn each_beginning_is_proved_and_no_other_tree(older in 0_u64..300, more in 0_u64..300) {
        let (tree, size) = (tree(older + more), older + more);
        let path = if older == 0 { Vec::new() } else { tree.consistency(older, size) };
        let (old, new) = ((older, tree.root_at(older)), (size, tree.root()));
        prop_assert!(is_prefix(old, new, &path));
        let forged = Hash([7; 32]);
        prop_assert!(!is_prefix((older, forged), new, &path));
        if 0 < older {
            prop_assert!(!is_prefix(old, (size, forged), &path));
        }
        let longer: Vec<Hash> = path.iter().copied().chain([forged]).collect();
        prop_assert!(!is_prefix(old, new, &longer));
    }

    #[test]
    fn a_changed_path_leads_nowhere(
        size in 2_u64..300,
        index in any::<prop::sample::Index>(),
        bit in 0_usize..256,
    ) {
        let tree = tree(size);
        let index = index.index(size as usize) as u64;
        let path = tree.inclusion(index, size);
        for at in 0..path.len() {
            let mut changed = path.clone();
            changed[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_included(&index.to_le_bytes(), index, &changed, size, tree.root()));
        }
    }
}

#[test]
fn what_no_tree_has_is_refused_and_does_not_panic() {
    let path = vec![Hash([1; 32]); 65];
    let root = Hash([2; 32]);
    for (index, size) in [(0, u64::MAX), (u64::MAX - 1, u64::MAX), (0, 0), (5, 4), (u64::MAX, 1)] {
        for length in [0, 1, 64, 65] {
            assert!(!is_included(b"leaf", index, &path[..length], size, root), "{index} {size}");
            let (old, new) = ((index, root), (size, root));
            assert!(!is_prefix(old, new, &path[..length]), "{index} {size}");
        }
    }
}
