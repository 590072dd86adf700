use std::path::Path;

use super::parse;

const FILE: &str = r#"
trade = "ws://127.0.0.1:9000/v1/trade"
feed = "ws://127.0.0.1:9000/v1/md"

[[key]]
name = "desk"
account = 1001
key_id = "k_desk"
seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
"#;

#[test]
fn a_key_is_found_by_its_name() {
    let keys = parse(Path::new("keys.toml"), FILE).expect("the form is good");
    let desk = keys.of("desk").expect("it is there");
    assert_eq!((desk.account, desk.key_id.as_str()), (1001, "k_desk"));
    assert_eq!(desk.seed[..4], [0, 1, 2, 3]);
}

#[test]
fn a_missing_name_lists_those_there_are() {
    let keys = parse(Path::new("keys.toml"), FILE).expect("the form is good");
    let error = keys.of("dest").expect_err("there is no such key").to_string();
    assert_eq!(error, "keys.toml: there is no key dest; there are desk");
}

#[test]
fn a_short_seed_is_named() {
    let text = FILE.replace("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AAEC");
    let error = parse(Path::new("keys.toml"), &text).expect_err("three bytes are no seed");
    assert_eq!(error.to_string(), "keys.toml: the seed of desk is not 32 bytes in base64");
}
