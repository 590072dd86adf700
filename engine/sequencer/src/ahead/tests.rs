use super::{PART, PARTS, read_ahead};
use crate::Error;
use crate::chain::Chain;
use crate::log::{Head, Logged};
use crate::samples::deposit;

const MANY: u64 = (PART * PARTS * 3) as u64 + 7;

fn records(count: u64) -> impl Iterator<Item = Result<Logged, Error>> + Send {
    (1..=count).map(|seq| Ok(Logged { author: seq % 5, command: deposit(seq) }))
}

#[test]
fn every_record_comes_once_and_in_order_with_its_link() {
    for count in [0, 1, PART as u64, MANY] {
        let mut chain = Chain::default();
        let mut seen = 0;
        read_ahead(Head::default(), records(count), |logged, head| {
            seen += 1;
            assert_eq!(logged.command.seq, seen);
            chain.add(logged);
            assert_eq!(head, chain.head());
            Ok(())
        })
        .expect("nothing fails");
        assert_eq!(seen, count);
    }
}

#[test]
fn a_record_that_cannot_be_read_is_told_behind_those_before_it() {
    let bad = std::iter::once(Err(Error::Unheard));
    let mut seen = 0;
    let told = read_ahead(Head::default(), records(MANY).chain(bad), |_, _| {
        seen += 1;
        Ok(())
    });
    assert!(matches!(told, Err(Error::Unheard)));
    assert_eq!(seen, MANY);
}

#[test]
fn what_fails_ends_the_reading() {
    let mut seen = 0;
    let told = read_ahead(Head::default(), records(u64::MAX), |_, _| {
        seen += 1;
        if seen < 10 { Ok(()) } else { Err(Error::Unheard) }
    });
    assert!(matches!(told, Err(Error::Unheard)));
    assert_eq!(seen, 10);
}
