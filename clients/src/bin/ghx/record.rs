//! `ghx record`, `ghx export`, `ghx replay`: market data kept, handed on, and played back.

use std::time::Duration;

use clients::keys;
use clients::recording::{Error as Unrecorded, Pace, Recorder, Tally, Torn, repair};
use serde_json::json;

use crate::args::{Common, Export, Record, Replay};
use crate::failure::Failure;
use crate::watch;

/// A line of progress comes this often.
const PROGRESS: Duration = Duration::from_secs(5);

/// Records until it is told to stop.
pub(crate) async fn record(common: &Common, wanted: &Record) -> Result<(), Failure> {
    if wanted.repair {
        return mend(wanted);
    }
    let channels = watch::resolved(common, &wanted.channels).await?;
    let mut needs_login = false;
    for channel in &channels {
        match Recorder::needs_login(channel) {
            Some(needed) => needs_login |= needed,
            None => {
                return Err(Failure::Usage(format!(
                    "{channel} is of one account: the exchange keeps it, see `ghx watch {channel} --json`"
                )));
            }
        }
    }
    let keys = keys::load(&common.keys)?;
    let credentials = if needs_login { Some(keys.of(&common.name)?) } else { None };
    let names: Vec<&str> = channels.iter().map(String::as_str).collect();
    let (mut recorder, bad) = Recorder::start(&keys.feed, credentials, &names, &wanted.out).await?;
    if let Some(bad) = bad.first() {
        return Err(Failure::Usage(format!("{}: {}", bad.channel, bad.message)));
    }
    keep(&mut recorder, wanted.seconds).await?;
    tell(common, wanted, &recorder.finish()?)
}

async fn keep(recorder: &mut Recorder, seconds: Option<u64>) -> Result<(), Failure> {
    let end = tokio::time::sleep(Duration::from_secs(seconds.unwrap_or(u64::from(u32::MAX))));
    let mut progress = tokio::time::interval(PROGRESS);
    tokio::pin!(end);
    loop {
        tokio::select! {
            recorded = recorder.record() => recorded?,
            () = &mut end => return Ok(()),
            _ = tokio::signal::ctrl_c() => return Ok(()),
            _ = progress.tick() => {
                let Tally { messages, gap_count, losses, .. } = recorder.tally();
                eprintln!("ghx: {messages} messages, {gap_count} gaps, {losses} losses");
            }
        }
    }
}

fn tell(common: &Common, wanted: &Record, tally: &Tally) -> Result<(), Failure> {
    let Tally { messages, bytes, losses, gaps, gap_count } = tally;
    if common.json {
        println!(
            "{}",
            json!({ "messages": messages, "bytes": bytes, "losses": losses,
                               "gap_count": gap_count, "gaps": gaps })
        );
    } else {
        println!("{messages} messages, {bytes} bytes, in {}", wanted.out.display());
        println!("{gap_count} gaps, {losses} losses of the connection");
        for gap in gaps.iter().take(10) {
            println!("  {} {} to {} ({:?})", gap.channel, gap.from_seq, gap.to_seq, gap.why);
        }
    }
    if wanted.strict && 0 < *gap_count {
        return Err(Failure::Gap(format!(
            "{gap_count} gaps, see {}/gaps.json",
            wanted.out.display()
        )));
    }
    Ok(())
}

fn mend(wanted: &Record) -> Result<(), Failure> {
    let torn = repair(&wanted.out).map_err(|error| damaged(&error))?;
    for Torn { path, whole, torn } in &torn {
        println!("{}: {torn} torn bytes cut off behind {whole} whole ones", path.display());
    }
    if torn.is_empty() {
        println!("{}: nothing is torn", wanted.out.display());
    }
    Ok(())
}

fn damaged(error: &Unrecorded) -> Failure {
    Failure::Gap(error.to_string())
}

/// Writes a file of another format.
#[cfg(feature = "record")]
pub(crate) fn export(wanted: &Export) -> Result<(), Failure> {
    use clients::recording::export::{Error, Format, Table, export};

    use crate::args::{How, What};

    let table = match wanted.table {
        What::Trades => Table::Trades,
        What::Book => Table::Book,
        What::Orders => Table::Orders,
        What::Events => Table::Events,
    };
    let format = match (wanted.format, table) {
        (How::Parquet, table) => Format::Parquet(table),
        (How::Csv, table) => Format::Csv(table),
        (How::Dbn, Table::Trades) => Format::DbnTrades,
        (How::Dbn, Table::Book) => Format::DbnBook,
        (How::Dbn, Table::Orders | Table::Events) => {
            return Err(Failure::Usage("DBN is written of trades or of the book".to_owned()));
        }
        (How::Hftbacktest, _) => Format::Hftbacktest,
    };
    let rows = export(&wanted.recording, format, wanted.symbol.as_deref(), &wanted.out);
    let rows = rows.map_err(|error| match error {
        Error::OneContract(_) => Failure::Usage(format!("{error}, with --symbol")),
        other => Failure::Gap(other.to_string()),
    })?;
    println!("{rows} rows in {}", wanted.out.display());
    Ok(())
}

/// This build writes none.
#[cfg(not(feature = "record"))]
pub(crate) fn export(_: &Export) -> Result<(), Failure> {
    let text = "this build exports nothing; build it with --features clients/record";
    Err(Failure::Usage(text.to_owned()))
}

/// Plays a recording until its end.
pub(crate) async fn replay(wanted: &Replay) -> Result<(), Failure> {
    let ns = |time: Option<jiff::Timestamp>, or: i64| {
        time.map_or(or, |time| i64::try_from(time.as_nanosecond()).unwrap_or(or))
    };
    let span = (ns(wanted.from, i64::MIN), ns(wanted.to, i64::MAX));
    let pace = if wanted.speed == 0 { Pace::Unbound } else { Pace::Times(wanted.speed) };
    let replay = clients::recording::Replay::open(&wanted.recording, wanted.listen, pace, span);
    let replay = replay.await.map_err(|error| damaged(&error))?;
    let address = replay.address().map_err(|error| Failure::Usage(error.to_string()))?;
    eprintln!("ghx: ws://{address}/v1/md, beginning with the first subscriber");
    let played = replay.play().await.map_err(|error| damaged(&error))?;
    println!("{played} messages played");
    Ok(())
}
