use types::Timestamp;

use super::{End, Head, PAGE, Place, Start, first_of, name};
use crate::Digest;

fn start() -> Start {
    let head = Head { seq: 41, time: Timestamp(7_000_000_000), chain: Digest([9; 32]) };
    let place = Place { term: 3, index: 12 };
    Start { before: End { head, place }, terms: Digest([4; 32]) }
}

#[test]
fn the_first_page_says_how_the_log_ended_before() {
    let page = start().page();
    assert_eq!(page.len(), PAGE);
    assert_eq!(&page[..8], b"GHCLOG\x05\x00");
    assert_eq!(Start::read(&page), Some(start()));
}

#[test]
fn every_changed_byte_of_the_first_page_is_noticed() {
    let page = start().page();
    for place in 8..PAGE {
        let mut changed = page.clone();
        changed[place] ^= 1 << (place % 8);
        assert_eq!(Start::read(&changed), None, "byte {place}");
    }
}

#[test]
fn the_name_of_a_segment_is_the_number_of_its_first_record() {
    assert_eq!(start().name(), "00000000000000000042.log");
    assert_eq!(first_of(&name(u64::MAX)), Some(u64::MAX));
    for other in ["commands.log", "42.log", "0000000000000000004x.log", "next.new", "lock", ""] {
        assert_eq!(first_of(other), None, "{other}");
    }
}
