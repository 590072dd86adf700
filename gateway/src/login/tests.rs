use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use types::{AccountId, Mills, PublicKey};

use super::{BadSignature, Keys};
use crate::config::{Account, Key, KeyBounds, Scope, Tier};

/// The secret seed of the protocol's test vector: bytes 00 to 1f.
fn signer() -> SigningKey {
    SigningKey::from_bytes(&std::array::from_fn(|place| u8::try_from(place).expect("below 32")))
}

fn keys() -> Keys {
    let public = PublicKey(signer().verifying_key().to_bytes());
    let key = Key {
        id: "k_01HTEST".to_owned(),
        public,
        scopes: vec![Scope::Read],
        bounds: KeyBounds::default(),
    };
    Keys::new(&[Account {
        number: AccountId(1001),
        name: "desk".to_owned(),
        tier: Tier::Standard,
        deposit: Mills::ZERO,
        firm: None,
        credit: None,
        keys: vec![key],
    }])
}

const MESSAGE: &[u8] = b"gigahour-login-v1\ngw.gigahour.example\nk_01HTEST\n\
    c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90\n9f2c0d5e7b6a4c1f\n1772323200000000000";
const SIGNATURE: &str = "8+XnqbyX4soFIqRVrGOr4me3qATToSPhyau/5/baQ+snKsXRe//wA77MZAIFdv1o9S3N+\
    WuzIs832z2Y0xmTDg==";

#[test]
fn the_vector_of_the_protocol_logs_in() {
    let keys = keys();
    let holder = keys.verify("k_01HTEST", MESSAGE, SIGNATURE).expect("the published signature");
    assert_eq!(holder.account, AccountId(1001));
    assert!(holder.may(Scope::Read) && !holder.may(Scope::Trade));
}

#[test]
fn every_way_to_fail_looks_the_same() {
    let keys = keys();
    let other = STANDARD.encode(signer().sign(b"something else").to_bytes());
    for (key_id, signature) in [
        ("k_unknown", SIGNATURE),
        ("k_01HTEST", other.as_str()),
        ("k_01HTEST", "not base64"),
        ("k_01HTEST", "AAAA"),
        ("k_01HTEST", ""),
    ] {
        let answer = keys.verify(key_id, MESSAGE, signature).map(|holder| holder.account);
        assert_eq!(answer, Err(BadSignature), "{key_id} {signature}");
    }
}

#[test]
fn a_proof_keeps_the_bytes_that_were_signed() {
    let keys = keys();
    let holder = keys.verify("k_01HTEST", MESSAGE, SIGNATURE).expect("the published signature");
    let signed = b"gigahour-command-v1\ndelivery.pledge\nk_01HTEST\n7\n{}".to_vec();
    let signature = signer().sign(&signed);
    let text = STANDARD.encode(signature.to_bytes());
    let proof = holder.prove(signed.clone(), 7, &text).expect("a good signature");
    assert_eq!((proof.payload, proof.nonce), (signed, 7));
    assert_eq!(proof.signature, signature.to_bytes());
    assert_eq!(holder.prove(b"altered".to_vec(), 7, &text), Err(BadSignature));
}
