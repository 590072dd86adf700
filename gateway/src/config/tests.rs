use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use types::{AccountId, Date, MemberId, Mills};

use super::{Config, Firm, KeyBounds, Ports, Scope, Tier};
use sequencer::Clock;

/// Public half of the protocol's test key.
const PUBLIC: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";

fn venue(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let market = concat!(env!("CARGO_MANIFEST_DIR"), "/market/market.toml");
    fs::copy(market, folder.path().join("market.toml")).expect("the market file is there");
    let path = folder.path().join("gigahour.toml");
    fs::write(&path, text).expect("the folder is writable");
    (folder, path)
}

fn load(text: &str) -> Result<Config, String> {
    let (_folder, path) = venue(text);
    Config::load(&path).map_err(|error| {
        let text = error.to_string();
        text.rsplit_once("gigahour.toml").map_or(text.clone(), |(_, rest)| rest.to_owned())
    })
}

fn minimal(more: &str) -> String {
    format!("data_dir = \"data\"\nmarket = \"market.toml\"\nenv = \"prod\"\n{more}")
}

#[test]
fn the_least_configuration_listens_to_this_machine_only() {
    let config = load(&minimal("")).expect("it is whole");
    assert_eq!(config.trade.to_string(), "127.0.0.1:9000");
    assert_eq!(config.http.to_string(), "127.0.0.1:8080");
    assert_eq!(config.ports, Ports::Exact);
    assert_eq!(config.clock, Clock::System);
    assert!(config.data_dir.ends_with("data") && config.data_dir.is_absolute());
}

#[test]
fn accounts_and_a_fast_clock_are_read() {
    let text = minimal(&format!(
        "clock = {{ kind = \"scaled\", start = \"2027-01-10\", speed = 34560 }}\n\
         [[account]]\nnumber = 1001\nname = \"desk\"\ntier = \"maker\"\ndeposit_mills = 5\n\
         [[account.key]]\nid = \"k_desk\"\npublic = \"{PUBLIC}\"\nscopes = [\"read\", \"trade\"]\n\
         from = [\"10.0.0.0/8\"]\nuntil = \"2028-01-01\"\n"
    ));
    let config = load(&text).expect("it is whole");
    let start = Date::from_civil(2027, 1, 10).start();
    assert_eq!(config.clock, Clock::Scaled { start, speed: 34_560 });
    let account = &config.accounts[0];
    assert_eq!((account.number, account.tier), (AccountId(1001), Tier::Maker));
    assert_eq!(account.keys[0].scopes, [Scope::Read, Scope::Trade]);
    let from = vec!["10.0.0.0/8".parse().expect("a network")];
    let bounds = KeyBounds { from, until: Some(Date::from_civil(2028, 1, 1)) };
    assert_eq!(account.keys[0].bounds, bounds);
}

#[test]
fn a_mistake_is_told_with_its_place_and_the_nearest_key() {
    let error = load(&minimal("  orgins = []\n")).expect_err("no such key");
    assert!(error.starts_with(":4:3: unknown field `orgins`"), "{error}");
    assert!(error.ends_with("did you mean `origins`?"), "{error}");

    let error = load(&minimal("trade = 9000\n")).expect_err("not an address");
    assert!(error.starts_with(":4:9: "), "{error}");
}

#[test]
fn a_public_address_must_be_meant() {
    let error = load(&minimal("trade = \"0.0.0.0:9000\"\n")).expect_err("not said to be public");
    assert!(error.contains("public = true"), "{error}");
    let bare = "trade = \"0.0.0.0:9000\"\npublic = true\n";
    let error = load(&minimal(bare)).expect_err("nothing encrypts");
    assert!(error.contains("[tls]"), "{error}");
    let meant = "trade = \"0.0.0.0:9000\"\npublic = true\nplaintext = true\n";
    let error = load(&minimal(meant)).expect_err("a login signs a host");
    assert!(error.contains("hosts"), "{error}");
    load(&minimal(&format!("{meant}hosts = [\"gw.example\"]\n"))).expect("now it is meant");
}

#[test]
fn a_certificate_makes_a_public_address_safe() {
    let text = "trade = \"0.0.0.0:9000\"\npublic = true\nhosts = [\"gw.example\"]\n\
                [tls]\ncertificate = \"chain.pem\"\nkey = \"/etc/key.pem\"\n";
    let tls = load(&minimal(text)).expect("it is safe").tls.expect("it is there");
    assert!(tls.certificate.ends_with("chain.pem") && tls.key.is_absolute());
}

#[test]
fn what_cannot_be_is_refused() {
    let account = |number: u32, id: &str, public: &str| {
        format!(
            "[[account]]\nnumber = {number}\nname = \"a\"\ndeposit_mills = 0\n\
             [[account.key]]\nid = \"{id}\"\npublic = \"{public}\"\nscopes = []\n"
        )
    };
    let twice = |a: String, b: String| minimal(&format!("{a}{b}"));
    for (text, says) in [
        (minimal("").replace("prod", "production"), "env is prod, demo or sandbox"),
        (minimal("clock = { kind = \"scaled\", start = \"2027-01-10\", speed = 0 }\n"), "speed"),
        (minimal(&account(1, "k", "AAAA")), "not an ed25519 public key"),
        (twice(account(1, "k", PUBLIC), account(1, "l", PUBLIC)), "account 1 stands twice"),
        (twice(account(1, "k", PUBLIC), account(2, "k", PUBLIC)), "key `k` stands twice"),
    ] {
        let error = load(&text).expect_err(says);
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn firms_have_the_accounts_that_say_so() {
    let account = |number: u32, more: &str| {
        format!(
            "[[account]]\nnumber = {number}\nname = \"a\"\ndeposit_mills = 0\n{more}\n\
             [[account.key]]\nid = \"k{number}\"\npublic = \"{PUBLIC}\"\nscopes = [\"firm\"]\n"
        )
    };
    let firm = |more: &str| format!("[[firm]]\nnumber = 7\n{more}\n");
    let both = format!(
        "{}{}{}",
        firm("credit_mills = 4_000"),
        account(1, "firm = 7\ncredit_mills = 1_000"),
        account(2, "")
    );
    let config = load(&minimal(&both)).expect("it is whole");
    let told: Vec<_> = config.accounts.iter().map(|a| (a.firm, a.credit)).collect();
    assert_eq!(told, [(Some(MemberId(7)), Some(Mills(1_000))), (None, None)]);
    assert_eq!(config.firms, [Firm { number: MemberId(7), credit: Some(Mills(4_000)) }]);
    for (text, says) in [
        (firm(""), "firm 7 has no account"),
        (firm("") + &firm("") + &account(1, "firm = 7"), "firm 7 stands twice"),
        (firm("credit_mills = -1") + &account(1, "firm = 7"), "a limit of credit is not negative"),
        (account(1, "credit_mills = -1"), "account 1: a limit of credit is not negative"),
        (account(1, "firm = 8"), "account 1: there is no [[firm]] of this number"),
    ] {
        let error = load(&minimal(&text)).expect_err(says);
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_market_file_that_contradicts_itself_is_refused() {
    let (folder, path) = venue(&minimal(""));
    let market = folder.path().join("market.toml");
    let text = fs::read_to_string(&market).expect("it was copied");
    let broken = text.replace("settlement_hour = 16", "settlement_hour = 24");
    assert_ne!(text, broken);
    fs::write(&market, broken).expect("the folder is writable");
    let error = Config::load(&path).expect_err("there is no hour 24").to_string();
    assert!(error.ends_with("market.toml: settlement_hour is 0 to 23"), "{error}");
}

#[test]
fn a_market_file_without_a_scenario_or_with_an_absurd_one_is_refused() {
    let (folder, path) = venue(&minimal(""));
    let market = folder.path().join("market.toml");
    let text = fs::read_to_string(&market).expect("it was copied");
    let (before, rest) = text.split_once("[[scenario]]").expect("there are scenarios");
    let (_, after) = rest.split_once("[[scenario]]").expect("more than one");
    let missing = format!("{before}[[scenario]]{after}");
    let first = |value: &str| {
        let (head, tail) = text.split_once("before_60ths = ").expect("a scenario moves");
        let (_, rest) = tail.split_once('\n').expect("the line ends");
        format!("{head}before_60ths = {value}\n{rest}")
    };
    for (text, says) in [
        (missing, "there are 16 scenarios, not 15"),
        (first("601"), "a scenario moves by at most 600 sixtieths"),
        (first("-2147483648"), "a scenario moves by at most 600 sixtieths"),
        (first("99999999999999"), "expected i32"),
        (first("1e400"), "market.toml:"),
        (first("\"down\""), "market.toml:"),
    ] {
        fs::write(&market, text).expect("the folder is writable");
        let error = Config::load(&path).expect_err(says).to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
}

#[test]
fn the_key_of_checkpoints_is_beside_the_configuration() {
    let config = load(&minimal("checkpoint_key = \"log.key\"\n")).expect("it is whole");
    let checkpoints = config.checkpoints.expect("they are signed");
    assert!(checkpoints.key.is_absolute() && checkpoints.key.ends_with("log.key"));
    assert_eq!(checkpoints.every.as_secs(), 10);
    let fault = load(&minimal("checkpoint_seconds = 5\n")).expect_err("nothing signs");
    assert!(fault.contains("needs a checkpoint_key"), "{fault}");
    assert!(load(&minimal("")).expect("it is whole").checkpoints.is_none());
}
