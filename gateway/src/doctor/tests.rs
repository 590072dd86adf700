use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Finding, State, examine, open_files, space};

/// A configuration on ports that are free, with a key of checkpoints of some mode.
fn venue(mode: u32, trade: u16) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let market = concat!(env!("CARGO_MANIFEST_DIR"), "/market/market.toml");
    fs::copy(market, folder.path().join("market.toml")).expect("the market file is there");
    let key = folder.path().join("log.key");
    fs::write(&key, "secret").expect("the folder is writable");
    fs::set_permissions(&key, fs::Permissions::from_mode(mode)).expect("it is ours");
    let path = folder.path().join("gigahour.toml");
    let text = format!(
        "data_dir = \"data\"\nmarket = \"market.toml\"\nenv = \"prod\"\ntrade = \"127.0.0.1:{trade}\"\n\
         http = \"127.0.0.1:0\"\nreserve_mib = 1\ncheckpoint_key = \"log.key\"\n"
    );
    fs::write(&path, text).expect("the folder is writable");
    (folder, path)
}

fn of<'a>(findings: &'a [Finding], what: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.what == what).expect("it was looked at")
}

#[test]
fn a_sound_venue_is_found_sound_and_nothing_is_left_behind() {
    let (folder, path) = venue(0o600, 0);
    let findings = examine(&path);
    for what in ["config", "trade", "http", "space", "clock", "key", "log"] {
        assert_eq!(of(&findings, what).state, State::Well, "{}", of(&findings, what));
    }
    assert!(of(&findings, "disk").state < State::Bad);
    let left = fs::read_dir(folder.path()).expect("it is there").count();
    assert_eq!(left, 3, "the market, the configuration and the key");
}

#[test]
fn a_key_that_others_can_read_is_bad() {
    let (_folder, path) = venue(0o644, 0);
    let findings = examine(&path);
    let key = of(&findings, "key");
    assert!(key.state == State::Bad && key.text.contains("mode 644"), "{key}");
}

#[test]
fn a_port_that_is_taken_is_bad() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (_folder, path) = venue(0o600, taken.local_addr().expect("bound").port());
    assert_eq!(of(&examine(&path), "trade").state, State::Bad);
}

#[test]
fn a_log_that_does_not_hold_is_bad() {
    let (folder, path) = venue(0o600, 0);
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("the folder is writable");
    fs::write(data.join("00000000000000000001.log"), b"no log at all").expect("writable");
    let findings = examine(&path);
    assert_eq!(of(&findings, "log").state, State::Bad, "{}", of(&findings, "log"));
}

#[test]
fn a_mistake_in_the_configuration_is_all_that_is_told() {
    let (folder, path) = venue(0o600, 0);
    fs::write(&path, "tarde = 1\n").expect("writable");
    let findings = examine(&path);
    assert_eq!((findings.len(), findings[0].state), (1, State::Bad));
    drop(folder);
}

#[test]
fn few_files_are_odd_and_no_room_is_bad() {
    let line = |most: &str| format!("Max open files            {most}     {most}     files\n");
    assert_eq!(open_files(&line("1024")).state, State::Odd);
    assert_eq!(open_files(&line("65536")).state, State::Well);
    assert_eq!(open_files(&line("unlimited")).state, State::Well);
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(space(folder.path(), u64::MAX).state, State::Bad);
}
