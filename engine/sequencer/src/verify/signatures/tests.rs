use ed25519_dalek::{Signer, SigningKey};
use types::{AccountId, BlockTrade, Command, InstrumentId, NodeId, Proof, PublicKey};

use super::check;
const ACCOUNT: AccountId = AccountId(7);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// There is one account.
fn key_of(account: AccountId) -> Option<PublicKey> {
    (account == ACCOUNT).then(|| PublicKey(key(1).verifying_key().to_bytes()))
}

fn is_json(payload: &[u8]) -> bool {
    payload == br#"{"nodes":[1]}"#
}

fn proof(signer: &SigningKey, text: &str, nonce: u64) -> Proof {
    let payload = text.as_bytes().to_vec();
    let signature = signer.sign(&payload).to_bytes().to_vec();
    Proof { payload, nonce, signature }
}

fn pledge(account: AccountId, proof: Proof) -> Command {
    Command::PledgeNodes { account, instrument: InstrumentId(0), nodes: vec![NodeId(1)], proof }
}

const TEXT: &str = "gigahour-command-v1\ndelivery.pledge\nk_p1\n5\n{\"nodes\":[1]}";

#[test]
fn a_command_is_signed_by_its_account_for_this_method_and_nonce() {
    let good = pledge(ACCOUNT, proof(&key(1), TEXT, 5));
    assert_eq!(check(key_of, is_json, &good), Ok(()));
    let bad = [
        ("another key", pledge(ACCOUNT, proof(&key(2), TEXT, 5))),
        ("another nonce", pledge(ACCOUNT, proof(&key(1), TEXT, 6))),
        ("another method", pledge(ACCOUNT, proof(&key(1), &TEXT.replace("pledge", "meter"), 5))),
        ("another purpose", pledge(ACCOUNT, proof(&key(1), &TEXT.replace("v1", "v2"), 5))),
        ("other nodes", pledge(ACCOUNT, proof(&key(1), &TEXT.replace("[1]", "[2]"), 5))),
        ("nothing else", pledge(ACCOUNT, proof(&key(1), "", 5))),
    ];
    for (what, command) in bad {
        assert!(check(key_of, is_json, &command).is_err(), "{what}");
    }
    let mut changed = proof(&key(1), TEXT, 5);
    changed.payload.push(b' ');
    assert!(
        check(key_of, is_json, &pledge(ACCOUNT, changed)).is_err(),
        "what was signed is changed"
    );
    let mut short = proof(&key(1), TEXT, 5);
    short.signature.pop();
    assert!(check(key_of, is_json, &pledge(ACCOUNT, short)).is_err(), "half a signature");
}

#[test]
fn a_block_is_signed_by_both() {
    let text = TEXT.replace("delivery.pledge", "block");
    let block = |second: Proof| {
        let parties = [ACCOUNT, ACCOUNT];
        let proofs = [proof(&key(1), &text, 5), second];
        Command::TradeBlock(Box::new(BlockTrade { parties, legs: Vec::new(), proofs }))
    };
    assert_eq!(check(key_of, is_json, &block(proof(&key(1), &text, 5))), Ok(()));
    assert!(check(key_of, is_json, &block(proof(&key(3), &text, 5))).is_err());
}

#[test]
fn an_account_that_does_not_exist_has_no_key_to_check() {
    let command = pledge(AccountId(99), proof(&key(2), TEXT, 5));
    assert_eq!(check(key_of, is_json, &command), Ok(()));
}
