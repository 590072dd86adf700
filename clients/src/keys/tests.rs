use std::path::Path;

use super::{create, load, parse};

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

#[test]
fn a_new_key_is_kept_in_a_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let name = format!("gigahour-keys-{}.toml", std::process::id());
    let path = std::env::temp_dir().join(name);
    let desk = create(&path, "desk", 1001).expect("a new file");
    let lab = create(&path, "lab", 1002).expect("the same file");
    let keys = load(&path).expect("it can be read");
    assert_eq!((keys.of("desk").ok(), keys.of("lab").ok()), (Some(&desk), Some(&lab)));
    assert_ne!(desk.seed, lab.seed);
    let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(create(&path, "desk", 1003).is_err(), "a name is used once");
    assert!(create(&path, "no name", 1003).is_err());
    std::fs::remove_file(&path).expect("it was there");
}
