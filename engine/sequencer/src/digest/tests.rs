use engine::Exchange;

use super::Digest;
use crate::samples::deposit;

#[test]
fn a_digest_is_written_in_hexadecimal_and_read_back() {
    let mut digest = Digest::default();
    digest.0[0] = 0xab;
    let text = digest.to_string();
    assert_eq!(text, format!("ab{}", "0".repeat(62)));
    assert_eq!(Digest::parse(&text), Some(digest));
    assert_eq!(Digest::parse(&text[1..]), None);
}

#[test]
fn a_command_changes_the_digest_and_the_same_commands_give_the_same_one() {
    let digests = || {
        let mut exchange = Exchange::new();
        [1, 2].map(|seq| {
            exchange.apply(&deposit(seq), &mut Vec::new());
            Digest::of(&exchange)
        })
    };
    assert_eq!(digests(), digests());
    assert_ne!(digests()[0], digests()[1]);
}
