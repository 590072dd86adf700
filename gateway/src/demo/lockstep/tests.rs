use std::path::Path;

use sequencer::Clock;

use super::super::roster::{Roster, trade_url};
use super::super::tables::Tables;
use super::super::{cast, script};
use super::*;
use crate::Config;

/// A run of so many hours in `dir`: the number of records and the digest.
async fn run_for(hours: i64, seed: u64, dir: &Path) -> (u64, sequencer::Digest) {
    let tables = Tables::built_in().expect("the built-in figures are ours");
    let stage = Stage::new(&tables).expect("every product has prices");
    let roster = Roster::new(seed);
    let clock = Clock::Stepped { start: Stage::start() };
    let mut config = Config::local(stage.terms.clone(), dir.to_owned(), clock);
    config.accounts = roster.accounts();
    let server = crate::server::start(config).await.expect("it starts");
    let inspector = types::AccountId(roster.key("inspector").account);
    stage.appoint(&server.operator, inspector).await.expect("the venue is there");
    let (url, script) = (trade_url(server.trade), script(seed, &stage, tables));
    let mut crew = Crew::hire(&url, &cast(&roster), script).await.expect("everybody has a key");
    for number in 1..=hours {
        let now = Stage::start().plus(number * Timestamp::HOUR);
        hour(&server, &stage, &mut crew, now).await.expect("nobody is cut off");
    }
    drop(crew);
    let stopped = server.stop().await.expect("the log is whole");
    (stopped.head.seq, stopped.digest)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_of_one_seed_give_one_digest() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let first = run_for(6, 7, &dir.path().join("first")).await;
    let second = run_for(6, 7, &dir.path().join("second")).await;
    let other = run_for(6, 8, &dir.path().join("other")).await;
    assert_eq!(first, second);
    assert!(500 < first.0, "the bots trade");
    assert_ne!(first.1, other.1);
}
