//! `ghx doctor`: whether keys, addresses, clocks, login and feed are as they should be, each in one line
//! with what to do about it.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clients::keys::Keys;
use clients::{Client, Error, keys};
use serde_json::json;
use tokio::time::timeout;

use crate::args::Common;
use crate::failure::Failure;
use crate::paint::{Ink, paint};

/// A clock that is further off is worth a word; nothing is refused for it.
const SKEW: i64 = 500;
/// A quiet channel says so each 5 s.
const BEAT: Duration = Duration::from_secs(7);
/// Pings of which the best counts.
const PINGS: usize = 5;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Well,
    Odd,
    Bad,
}

/// What was found.
struct Findings {
    as_json: bool,
    worst: State,
}

impl Findings {
    fn tell(&mut self, state: State, what: &str, text: &str) {
        if self.worst == State::Well || state == State::Bad {
            self.worst = state;
        }
        let (word, ink) = match state {
            State::Well => ("ok", Ink::Green),
            State::Odd => ("odd", Ink::Bold),
            State::Bad => ("BAD", Ink::Red),
        };
        if self.as_json {
            println!("{}", json!({ "check": what, "state": word, "text": text }));
        } else {
            println!("{} {what:<8} {text}", paint(ink, &format!("{word:<4}")));
        }
    }
}

/// Looks at everything; the exit code says whether something is bad.
pub(crate) async fn run(common: &Common) -> Result<(), Failure> {
    let mut findings = Findings { as_json: common.json, worst: State::Well };
    let keys = file(common, &mut findings)?;
    feed(&keys, &mut findings).await;
    account(common, &keys, &mut findings).await;
    match findings.worst {
        State::Well | State::Odd => Ok(()),
        State::Bad => Err(Failure::Sick),
    }
}

fn file(common: &Common, findings: &mut Findings) -> Result<Keys, Failure> {
    let path = common.keys.display();
    let keys = keys::load(&common.keys)?;
    let count = keys.iter().count();
    let mode = std::fs::metadata(&common.keys).map_or(0, |meta| meta.permissions().mode() & 0o777);
    if mode & 0o077 == 0 {
        findings.tell(State::Well, "keys", &format!("{path}: {count} keys, mode {mode:o}"));
    } else {
        let text = format!("{path}: others may read it, mode {mode:o}; chmod 600 {path}");
        findings.tell(State::Bad, "keys", &text);
    }
    Ok(keys)
}

async fn feed(keys: &Keys, findings: &mut Findings) {
    let started = Instant::now();
    let mut client = match Client::connect(&keys.feed, None).await {
        Ok(client) => client,
        Err(error) => return findings.tell(State::Bad, "feed", &error.to_string()),
    };
    let hello = client.hello();
    let text = format!(
        "{} greets after {} ms: {}, {}, revision {}",
        keys.feed,
        started.elapsed().as_millis(),
        hello.env,
        hello.proto,
        hello.schema_rev
    );
    findings.tell(State::Well, "feed", &text);
    beat(&mut client, findings).await;
}

/// The age of the feed: something must come on a channel within its heartbeat.
async fn beat(client: &mut Client, findings: &mut Findings) {
    if let Err(error) = client.subscribe(&["instruments"]).await {
        return findings.tell(State::Bad, "events", &error.to_string());
    }
    let started = Instant::now();
    let two = async {
        client.next_event().await?;
        client.next_event().await
    };
    match timeout(BEAT, two).await {
        Ok(Ok(event)) => {
            let seconds = started.elapsed().as_secs_f64();
            let text = format!("{} {} within {seconds:.1} s", event.channel, event.kind);
            findings.tell(State::Well, "events", &text);
        }
        Ok(Err(error)) => findings.tell(State::Bad, "events", &error.to_string()),
        Err(_) => findings.tell(State::Bad, "events", "connected, and nothing comes: a dead feed"),
    }
}

async fn account(common: &Common, keys: &Keys, findings: &mut Findings) {
    let credentials = match keys.of(&common.name) {
        Ok(credentials) => credentials,
        Err(error) => return findings.tell(State::Bad, "login", &error.to_string()),
    };
    let mut client = match Client::connect(&keys.trade, Some(credentials)).await {
        Ok(client) => client,
        Err(error) => {
            let cure = match error {
                Error::Refused { .. } => {
                    "; is the public key with the operator? `ghx keys` shows it"
                }
                _ => "",
            };
            return findings.tell(State::Bad, "login", &format!("{}: {error}{cure}", keys.trade));
        }
    };
    if let Some(session) = client.session() {
        let scopes = session.scopes.join(", ");
        let text = format!("{} as {} may {scopes}", session.account, common.name);
        let state = if session.scopes.is_empty() { State::Odd } else { State::Well };
        findings.tell(state, "login", &text);
    }
    clocks(&mut client, findings).await;
}

/// The best of some round trips, and the exchange's clock in the middle of it against ours.
async fn clocks(client: &mut Client, findings: &mut Findings) {
    let mut best: Option<(Duration, i64)> = None;
    for _ in 0..PINGS {
        let (began, wall) = (Instant::now(), wall_ms());
        let server = match client.ping().await {
            Ok(pong) => pong.server_ns.parse::<i64>().unwrap_or(0) / 1_000_000,
            Err(error) => return findings.tell(State::Bad, "clock", &error.to_string()),
        };
        let trip = began.elapsed();
        let skew = wall + i64::try_from(trip.as_millis() / 2).unwrap_or(0) - server;
        if best.is_none_or(|(shortest, _)| trip < shortest) {
            best = Some((trip, skew));
        }
    }
    let Some((trip, skew)) = best else { return };
    let text = format!("round trip {} us, this clock {skew:+} ms off", trip.as_micros());
    if skew.abs() <= SKEW {
        findings.tell(State::Well, "clock", &text);
    } else {
        let text = format!("{text}; nothing is refused for it, but deadlines of orders mean it");
        findings.tell(State::Odd, "clock", &text);
    }
}

fn wall_ms() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}
