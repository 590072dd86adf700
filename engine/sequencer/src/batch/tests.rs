use types::{AccountId, Command, PublicKey};

use super::{Batch, MOST_BYTES};
use crate::codec;
use crate::samples::{deposit, deposits, stamped};

#[test]
fn a_batch_gives_back_what_was_put_in() {
    let batch = deposits(4..7);
    assert_eq!((batch.first(), batch.len()), (Some(4), 3));
    for (record, seq) in batch.iter().zip(4..) {
        let command = deposit(seq);
        assert_eq!((record.seq, record.time), (seq, command.time));
        assert_eq!(codec::decode(record.value), Ok(command.value));
    }
}

#[test]
fn a_cleared_batch_is_empty() {
    let mut batch = deposits(1..9);
    batch.clear();
    assert_eq!((batch.is_empty(), batch.bytes(), batch.first()), (true, 0, None));
    batch.push(&deposit(40));
    assert_eq!(batch, deposits([40]));
}

#[test]
fn whatever_fits_leaves_a_batch_within_its_bound() {
    let key = PublicKey([0; 32]);
    let empty = Command::OpenAccount { account: AccountId(1), name: String::new(), key };
    let name = "x".repeat(codec::MOST_BYTES - codec::encoded_len(&empty));
    let largest = Command::OpenAccount { account: AccountId(1), name, key };
    let mut batch = Batch::default();
    for seq in 1.. {
        if !batch.has_room() {
            break;
        }
        batch.push(&stamped(seq, largest.clone()));
    }
    assert_eq!(batch.len(), 3);
    assert!(batch.bytes() <= MOST_BYTES);
}
