use std::collections::BTreeMap;

use super::{Edge, place};
use crate::Tree;

#[test]
fn the_edge_has_the_root_of_the_whole_tree_at_every_size() {
    let (mut edge, mut tree) = (Edge::default(), Tree::default());
    for leaf in 0..1_100_u64 {
        assert_eq!(edge.root(), tree.root(), "{leaf} leaves");
        edge.push(&leaf.to_le_bytes(), |_| ());
        tree.push(&leaf.to_le_bytes());
    }
}

#[test]
fn a_large_tree_has_tiles_above_its_tiles() {
    let (mut edge, mut tree) = (Edge::default(), Tree::default());
    let mut full = BTreeMap::new();
    for leaf in 0..66_000_u64 {
        edge.push(&leaf.to_le_bytes(), |tile| {
            assert_eq!(tile.hashes.len(), 256 * 32);
            assert!(full.insert((tile.level, tile.index), tile.path()).is_none());
        });
        tree.push(&leaf.to_le_bytes());
    }
    assert_eq!(edge.root(), tree.root());
    assert_eq!(full.len(), 257 + 1);
    assert_eq!(full[&(0, 0)], "tile/0/000");
    assert_eq!(full[&(1, 0)], "tile/1/000");
    let partial: Vec<String> = edge.partial().map(|tile| tile.path()).collect();
    assert_eq!(partial, ["tile/0/257.p/208", "tile/1/001.p/1", "tile/2/000.p/1"]);
}

#[test]
fn an_edge_goes_on_from_its_tiles() {
    for size in [0, 1, 255, 256, 257, 512, 65_536, 66_000_u64] {
        let mut edge = Edge::default();
        (0..size).for_each(|leaf| edge.push(&leaf.to_le_bytes(), |_| ()));
        let tiles: BTreeMap<String, Vec<u8>> =
            edge.partial().map(|tile| (tile.path(), tile.hashes.to_vec())).collect();
        let mut again = Edge::resume(size, |path| tiles.get(path).cloned()).expect("all are there");
        assert_eq!(again.root(), edge.root(), "{size} leaves");
        for leaf in size..size + 600 {
            again.push(&leaf.to_le_bytes(), |_| ());
            edge.push(&leaf.to_le_bytes(), |_| ());
        }
        assert_eq!(again.root(), edge.root(), "{size} leaves, and some more");
        if !tiles.is_empty() {
            assert!(Edge::resume(size, |_| None).is_none());
            assert!(Edge::resume(size, |_| Some(vec![0; 31])).is_none());
        }
    }
}

#[test]
fn places_are_named_in_three_digits_at_a_time() {
    assert_eq!(place(1_234_067, 256), "x001/x234/067");
    assert_eq!(place(0, 1), "000.p/1");
    assert_eq!(place(999, 255), "999.p/255");
    assert_eq!(place(1_000, 256), "x001/000");
}
