use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{KEYS, Origin, Settings, lines};
use crate::Config;

fn venue() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let market = concat!(env!("CARGO_MANIFEST_DIR"), "/market/market.toml");
    fs::copy(market, folder.path().join("market.toml")).expect("the market file is there");
    let path = folder.path().join("gigahour.toml");
    let text = "data_dir = \"data\"\nmarket = \"market.toml\"\nenv = \"prod\"\ntrade = \"127.0.0.1:9100\"\n\
                http = \"127.0.0.1:8100\"\n";
    fs::write(&path, text).expect("the folder is writable");
    (folder, path)
}

fn settings(flags: &[&str], environment: &[(&str, &str)]) -> Result<Settings, String> {
    let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let said =
        |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned());
    Settings::read(&flags, said)
}

#[test]
fn a_flag_goes_before_the_environment_that_before_the_file_and_that_before_the_default() {
    let (_folder, path) = venue();
    let environment = [("GIGAHOUR_TRADE", "127.0.0.1:9200"), ("GIGAHOUR_HTTP", "127.0.0.1:8200")];
    let said = settings(&["trade=127.0.0.1:9300"], &environment).expect("all of it is known");
    let lines = lines(&path, &said).expect("it is whole");
    let of = |key: &str| lines.iter().find(|line| line.0 == key).expect("every key has a line");
    assert_eq!(of("trade"), &("trade", "\"127.0.0.1:9300\"".to_owned(), Origin::Flag));
    assert_eq!(of("http"), &("http", "\"127.0.0.1:8200\"".to_owned(), Origin::Environment));
    assert_eq!(of("env"), &("env", "\"prod\"".to_owned(), Origin::File));
    assert_eq!(of("keep_log"), &("keep_log", "true".to_owned(), Origin::Default));
    assert_eq!(of("reserve_mib"), &("reserve_mib", "256".to_owned(), Origin::Default));

    let config = Config::load_with(&path, &said).expect("it is whole");
    assert_eq!(config.trade.to_string(), "127.0.0.1:9300");
    assert_eq!(config.http.to_string(), "127.0.0.1:8200");
    assert!(config.data_dir.is_absolute(), "paths are still beside the file");
}

#[test]
fn what_is_said_is_checked_as_what_is_written() {
    let (_folder, path) = venue();
    let open = settings(&["trade=0.0.0.0:9000"], &[]).expect("the key is known");
    let error = Config::load_with(&path, &open).expect_err("not meant").to_string();
    assert!(error.contains("public = true"), "{error}");
    let meant = ["trade=0.0.0.0:9000", "public=true", "plaintext=true", "hosts=[\"gw.example\"]"];
    let meant = settings(&meant, &[]).expect("the keys are known");
    Config::load_with(&path, &meant).expect("now it is meant");
    assert!(settings(&["tarde=1"], &[]).expect_err("no such key").contains("trade"));
    assert!(settings(&["trade"], &[]).is_err());
}

/// What a file may say is what the program names when it is told something else.
#[test]
fn every_key_of_a_file_has_a_line_or_is_a_table_of_people() {
    let (_folder, path) = venue();
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, format!("nonsense = 1\n{text}")).expect("the folder is writable");
    let said = Config::load(&path).expect_err("it has no such key").to_string();
    let (_, expected) = said.split_once("expected one of ").expect("they are named");
    let named: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    assert!(KEYS.len() <= named.len(), "{said}");
    for key in named {
        let is_of_people = ["admin", "firm", "account"].contains(&key);
        assert!(is_of_people || KEYS.contains(&key), "`config print` leaves out {key}");
    }
}
