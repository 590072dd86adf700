use super::{PublicKey, SigningKey};
use crate::{Checkpoint, Hash};

const NAME: &str = "market.example/log";

fn checkpoint() -> Checkpoint {
    Checkpoint {
        size: 12,
        root: Hash([1; 32]),
        time_ns: 1_772_323_200_000_000_000,
        chain: Hash([2; 32]),
        state: (3, Hash([4; 32])),
    }
}

#[test]
fn a_key_is_read_back_from_its_file() {
    let key = SigningKey::generate(NAME).expect("a name");
    let again = SigningKey::parse(&format!("{}\n", key.secret())).expect("it was written so");
    assert_eq!(again.public(), key.public());
    assert_eq!(PublicKey::parse(&key.public().to_string()).as_ref(), Ok(key.public()));
    assert_eq!(key.public().name(), NAME);
    assert!(!format!("{key:?}").contains(key.secret()), "a secret is never printed");
}

/// The example of the Go documentation of notes, whose form C2SP has made a standard.
#[test]
fn the_form_of_a_key_is_that_of_others() {
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(SigningKey::parse(secret).expect("a key").public().to_string(), public);
}

#[test]
fn a_name_is_one_word() {
    for name in ["", "two words", "a+b", "tab\there", "caf\u{e9}"] {
        assert!(SigningKey::generate(name).is_err(), "{name}");
    }
}

#[test]
fn a_note_is_believed_as_it_was_signed_and_with_no_byte_changed() {
    let key = SigningKey::generate(NAME).expect("a name");
    let note = key.sign(&checkpoint());
    assert_eq!(key.public().open(&note), Ok(checkpoint()));
    for at in 0..note.len() {
        for flip in [1_u8, 2, 4, 8, 16, 32, 64, 128] {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= flip;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(key.public().open(&changed).is_err(), "byte {at}: {changed}");
        }
        let mut shorter = note.clone().into_bytes();
        shorter.remove(at);
        if let Ok(shorter) = String::from_utf8(shorter) {
            assert!(key.public().open(&shorter).is_err(), "without byte {at}: {shorter}");
        }
    }
}

#[test]
fn another_key_of_the_same_name_is_another_key() {
    let (key, other) = (SigningKey::generate(NAME), SigningKey::generate(NAME));
    let (key, other) = (key.expect("a name"), other.expect("a name"));
    assert!(other.public().open(&key.sign(&checkpoint())).is_err());
}

#[test]
fn what_others_sign_beside_it_is_passed_over() {
    let (key, other) = (SigningKey::generate(NAME), SigningKey::generate("witness.example"));
    let (key, other) = (key.expect("a name"), other.expect("a name"));
    let note = key.sign(&checkpoint());
    let theirs = other.sign(&checkpoint());
    let line = theirs.lines().last().expect("it is signed");
    assert_eq!(key.public().open(&format!("{note}{line}\n")), Ok(checkpoint()));
}
