use proptest::prelude::*;
use types::{AccountId, Command, PublicKey};

use super::{DecodeError, MOST_BYTES, decode, encode, encoded_len};
use crate::samples::{any_command, one_of_each};

fn encoded(command: &Command) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(command, &mut bytes);
    bytes
}

proptest! {
    #[test]
    fn what_is_decoded_is_what_was_encoded(command in any_command()) {
        let bytes = encoded(&command);
        prop_assert_eq!(bytes.len(), encoded_len(&command));
        prop_assert_eq!(decode(&bytes), Ok(command));
    }

    #[test]
    fn a_changed_byte_never_panics_and_each_command_has_one_encoding(
        command in any_command(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encoded(&command);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(changed) = decode(&bytes) {
            // Terms are JSON, in which another blank changes nothing.
            let is_terms = matches!(changed, Command::OpenMarket(_));
            prop_assert!(is_terms || encoded(&changed) == bytes);
        }
    }
}

#[test]
fn bytes_left_over_are_refused() {
    for command in one_of_each() {
        let mut bytes = encoded(&command);
        bytes.push(0);
        assert_eq!(decode(&bytes), Err(DecodeError::LeftOver(1)), "{command:?}");
    }
}

#[test]
fn a_missing_byte_is_refused() {
    for command in one_of_each() {
        let mut bytes = encoded(&command);
        bytes.pop();
        assert!(matches!(decode(&bytes), Err(DecodeError::Unreadable(_))), "{command:?}");
    }
}

#[test]
fn a_length_beyond_the_limit_is_refused_before_memory_is_taken_for_it() {
    let name = "x".repeat(MOST_BYTES);
    let command = Command::OpenAccount { account: AccountId(1), name, key: PublicKey([0; 32]) };
    let error = decode(&encoded(&command)).expect_err("it is too long");
    assert_eq!(error, DecodeError::Unreadable("LimitExceeded".to_owned()));
}

#[test]
fn the_samples_have_one_command_of_each_variant() {
    let commands = one_of_each();
    for (tag, command) in (0_u32..).zip(&commands) {
        assert_eq!(encoded(command)[..4], tag.to_le_bytes(), "{command:?}");
    }
    let count = u32::try_from(commands.len()).expect("few");
    let Err(DecodeError::Unreadable(text)) = decode(&count.to_le_bytes()) else {
        panic!("variant {count} exists and has no sample");
    };
    assert!(text.contains(&format!("variant index 0 <= i < {count}")), "{text}");
}
