//! `ghx provider meter`: looks at a provider's machines, or at a trace of them, and posts a signed receipt
//! for every hour, until interrupted.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clients::meter::agent::{self, Outcome, Receipt};
use clients::meter::journal::Journal;
use clients::meter::nodes::Nodes;
use clients::meter::sample::Source;
use clients::meter::{Fault, trace};
use clients::{Client, keys};
use serde_json::json;
use types::Timestamp;

use crate::args::{Common, Meter};
use crate::failure::Failure;

/// How often the machines are looked at; a minute counts once.
const LOOK: Duration = Duration::from_secs(20);
/// How often a trace is tried again where the exchange has not come to its next hour.
const AGAIN: Duration = Duration::from_secs(5);
/// How long to wait for an exchange that cannot be reached.
const APART: Duration = Duration::from_secs(10);

/// Posts the hours of the machines, or of a trace.
pub(crate) async fn run(common: &Common, wanted: &Meter) -> Result<(), Failure> {
    let nodes = Nodes::load(&wanted.nodes).map_err(refused)?;
    let mut journal = Journal::open(&wanted.journal).map_err(refused)?;
    let mut client = connect(common).await?;
    if let Some(word) = agent::clock(&client).map_err(refused)? {
        eprintln!("ghx: {word}");
    }
    let source = source(wanted);
    loop {
        let posted = match &source {
            Some(source) => look(&mut client, &nodes, &mut journal, source).await,
            None => follow(&mut client, &nodes, &mut journal, wanted.trace.as_deref()).await,
        };
        match posted {
            Ok(receipts) => receipts.iter().for_each(|receipt| tell(common, receipt)),
            Err(Fault::Exchange(error)) if !error.is_final() && !wanted.once => {
                eprintln!("ghx: {error}; trying again");
                client = reconnect(common).await?;
                continue;
            }
            Err(fault) => return Err(refused(fault)),
        }
        if wanted.once {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(if source.is_some() { LOOK } else { AGAIN }) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// What is to be looked at; nothing when a trace is followed.
fn source(wanted: &Meter) -> Option<Source> {
    let of_dcgm = |place: &String| {
        if place.starts_with("http://") {
            Source::DcgmUrl(place.clone())
        } else {
            Source::DcgmFile(place.into())
        }
    };
    let inventory = wanted.inventory.clone().map(Source::Inventory);
    inventory.or_else(|| wanted.dcgm.as_ref().map(of_dcgm))
}

async fn look(
    client: &mut Client,
    nodes: &Nodes,
    journal: &mut Journal,
    source: &Source,
) -> Result<Vec<Receipt>, Fault> {
    let now = exchange_time(client);
    // What cannot be looked at has not delivered this minute; the next look may find it.
    match source.look().await {
        Ok(sample) => journal.count(now, &sample)?,
        Err(fault) => eprintln!("ghx: {fault}"),
    }
    agent::post_seen(client, nodes, journal, now).await
}

async fn follow(
    client: &mut Client,
    nodes: &Nodes,
    journal: &mut Journal,
    path: Option<&Path>,
) -> Result<Vec<Receipt>, Fault> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let hours = trace::load(path)?;
    agent::post_trace(client, nodes, journal, &hours).await
}

/// The exchange's clock, as far as the login has shown how far this one is off.
fn exchange_time(client: &Client) -> Timestamp {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let wall = Timestamp(i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX));
    let skew = client.session().map_or(0, |session| session.clock_skew_ms);
    wall.plus(-skew * Timestamp::MILLISECOND)
}

async fn connect(common: &Common) -> Result<Client, Failure> {
    let keys = keys::load(&common.keys)?;
    Ok(Client::connect(&keys.trade, Some(keys.of(&common.name)?)).await?)
}

async fn reconnect(common: &Common) -> Result<Client, Failure> {
    loop {
        tokio::time::sleep(APART).await;
        match connect(common).await {
            Ok(client) => return Ok(client),
            Err(Failure::Exchange(error)) if error.code().is_none() => {
                eprintln!("ghx: {error}; trying again");
            }
            Err(failure) => return Err(failure),
        }
    }
}

fn tell(common: &Common, receipt: &Receipt) {
    let Receipt { symbol, hour, gpu_hours, outcome } = receipt;
    let outcome = match outcome {
        Outcome::Posted => "posted",
        Outcome::TooLate => "too late: its receipts are final",
        Outcome::NotYet => return,
    };
    if common.json {
        let hour_ns = hour.0.to_string();
        let line = json!({
            "symbol": symbol, "hour_ns": hour_ns, "gpu_hours": gpu_hours, "outcome": outcome,
        });
        println!("{line}");
    } else {
        println!("{symbol}  {hour}  {gpu_hours} GPU-hours  {outcome}");
    }
}

fn refused(fault: Fault) -> Failure {
    match fault {
        Fault::Exchange(error) => Failure::Exchange(error),
        fault => Failure::Usage(fault.to_string()),
    }
}
