use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;

use super::{create, read};

#[test]
fn a_key_is_made_once_for_its_owner_and_read_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ann.key");
    let public = create(&path).expect("the folder is writable");
    let seed = read(&path).expect("it was made");
    let again = SigningKey::from_bytes(&seed).verifying_key();
    assert_eq!(STANDARD.encode(again.as_bytes()), public);
    let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    create(&path).expect_err("nothing is overwritten");
    assert_eq!(read(&path).expect("it is as before"), seed);
}

#[test]
fn a_file_without_a_seed_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ann.key");
    std::fs::write(&path, "c2hvcnQ=").expect("the folder is writable");
    let error = read(&path).expect_err("it is too short").to_string();
    assert!(error.ends_with("ann.key: it has no seed of 32 bytes in base64"), "{error}");
}
