//! `gigahour demo`: an exchange on a fast clock with living bots, in which one contract goes through
//! its whole life within two minutes. The bots are clients like any other; nothing here has a way
//! around the wire except the operator's index.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use clients::bots::{Cast, Crew, Schedule, Script};
use sequencer::Clock;
use tokio::signal::unix::{SignalKind, signal};
use types::AccountId;

use self::error::Error;
use self::live::MarketClock;
use self::report::Report;
use self::roster::{Roster, trade_url};
use self::screen::{Addresses, Pace, Screen};
use self::stage::Stage;
use self::tables::Tables;
use crate::{Config, Server};

mod chronicle;
mod error;
mod live;
mod lockstep;
mod report;
mod roster;
mod screen;
mod stage;
mod tables;

/// What to demonstrate.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Market seconds in a second.
    #[arg(long, default_value_t = 39_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    speed: u32,
    /// Forget what was there before.
    #[arg(long)]
    fresh: bool,
    /// Seed of the bots and of their keys.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// End when the first month has been delivered and billed.
    #[arg(long)]
    until_delivered: bool,
    /// Step the clock by the hour and the bots in turn: the same seed gives the same digest.
    #[arg(long)]
    deterministic: bool,
    /// Take prices and outages from this folder of public data instead of the figures built in.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Write the final figures as JSON.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Where the log and the keys live.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    dir: PathBuf,
    /// Port of the page; the next free one if it is taken.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    http: u16,
    /// Port of the WebSockets; the next free one if it is taken.
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    trade: u16,
}

/// When a demonstration is over by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// When the first month has been billed.
    Delivered,
    /// Never.
    Interrupted,
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The first month has been billed.
    Delivered,
    /// Somebody asked.
    Interrupted,
    /// The exchange has stopped by itself.
    Failed,
}

/// Runs the demonstration.
///
/// # Errors
/// When it cannot be set up, when a bot is cut off in lockstep, when the exchange stops by itself,
/// when the first month is not settled long after it should be, and when the log does not give the
/// exchange that wrote it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let pace = if args.deterministic { Pace::Turns } else { Pace::Speed(args.speed) };
    let mut screen = Screen::open(&args.dir, pace);
    let tables = match &args.data {
        Some(dir) => Tables::read(dir)?,
        None => Tables::built_in()?,
    };
    let stage = Stage::new(&tables)?;
    prepare(&args)?;
    let keys = args.dir.join("keys.toml");
    let roster = Roster::read(&keys)?.unwrap_or_else(|| Roster::new(args.seed));
    let server = crate::server::start(config(&args, &stage, &roster)).await?;
    let clock = MarketClock::new(server.recovery.head.time.max(Stage::start()), args.speed);
    roster.write(&keys, server.trade)?;
    let at = Addresses {
        trade: server.trade,
        http: server.http,
        keys: &keys,
        products: stage.terms.product.len(),
        prices: if args.data.is_some() { "from --data" } else { "of GPU offers of 2025" },
    };
    screen.addresses(&at, server.operator.summary().await?);

    stage.appoint(&server.operator, AccountId(roster.key("inspector").account)).await?;
    let url = trade_url(server.trade);
    let crew = Crew::hire(&url, &cast(&roster), script(args.seed, &stage, tables)).await?;
    let until = if args.until_delivered { Until::Delivered } else { Until::Interrupted };
    let end = play(&args, &server, &stage, crew, &mut screen, clock, until).await?;
    screen.close();
    finish(&args, server, end).await
}

async fn play(
    args: &Args,
    server: &Server,
    stage: &Stage,
    mut crew: Crew,
    screen: &mut Screen,
    clock: MarketClock,
    until: Until,
) -> anyhow::Result<End> {
    if args.deterministic {
        lockstep::run(server, stage, &mut crew, screen, until).await
    } else {
        live::run(server, stage, crew, screen, clock, until).await
    }
}

/// Returns when somebody asks for the end.
async fn interrupted() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Stops the venue, replays its log, and tells what it says.
async fn finish(args: &Args, server: Server, end: End) -> anyhow::Result<()> {
    let stopped = server.stop().await.context("the exchange has stopped")?;
    if end == End::Failed {
        bail!("the exchange has stopped by itself");
    }
    let (report, replayed) = Report::replay(&args.dir)?;
    if replayed != stopped.digest {
        return Err(Error::Digest { replayed, live: stopped.digest }.into());
    }
    if let Some(path) = &args.summary {
        let written = fs::write(path, report.json() + "\n");
        written.map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    let dir = args.dir.display();
    println!("{report}\n  again             gigahour demo --dir {dir} goes on, with --fresh anew");
    println!("  check             gigahour verify {dir}");
    Ok(())
}

/// Makes the folder, and empties it first if it shall be fresh and is ours.
fn prepare(args: &Args) -> anyhow::Result<()> {
    let dir = &args.dir;
    let fail = |source| Error::Write { path: dir.clone(), source };
    if args.fresh && dir.exists() {
        let is_empty = fs::read_dir(dir).map_err(fail)?.next().is_none();
        if !is_empty && !dir.join("keys.toml").exists() {
            return Err(Error::NotOurs { path: dir.clone() }.into());
        }
        if let Err(locked @ sequencer::Error::Locked { .. }) = sequencer::FileLog::open(dir) {
            return Err(locked.into());
        }
        fs::remove_dir_all(dir).map_err(fail)?;
    }
    Ok(fs::create_dir_all(dir).map_err(fail)?)
}

fn config(args: &Args, stage: &Stage, roster: &Roster) -> Config {
    let start = Stage::start();
    let clock = if args.deterministic {
        Clock::Stepped { start }
    } else {
        Clock::Scaled { start, speed: args.speed }
    };
    let mut config = Config::local(stage.terms.clone(), args.dir.clone(), clock);
    config.trade = loopback(args.trade);
    config.http = loopback(args.http);
    config.accounts = roster.accounts();
    config
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn cast(roster: &Roster) -> Cast {
    let key = |name| roster.key(name).clone();
    Cast {
        makers: [key("maker1"), key("maker2")],
        lab: key("lab"),
        momentum: key("momentum"),
        noise: key("noise"),
        spreader: key("spreader"),
        providers: [key("provider1"), key("provider2")],
        inspector: key("inspector"),
    }
}

fn script(seed: u64, stage: &Stage, tables: Tables) -> Script {
    Script {
        seed,
        products: stage.products(),
        prices: Arc::clone(&stage.prices),
        need: Schedule::example(),
        record: tables.outages,
        record_start: Stage::record(),
    }
}
