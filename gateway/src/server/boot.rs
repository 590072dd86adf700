//! From a configuration to a running venue.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::thread;

use crossbeam::channel::{Receiver, bounded};
use sequencer::{FileLog, Outcome, Recovery, Running, Settings};
use tokio::sync::watch;
use tokio::task::JoinSet;
use types::{AccountId, Command, Mills, Verdict};

use super::{Server, disk, listen};
use crate::account_stream::Accounts;
use crate::admission::Door;
use crate::egress::{Ask, Publisher};
use crate::link::Links;
use crate::login::Keys;
use crate::metrics::Metrics;
use crate::pending::Pending;
use crate::read_model::ReadModel;
use crate::venue::{Parts, Venue};
use crate::{Config, Error, Operator, config};

/// Batches of outcomes between the log and the publisher.
const OUTCOME_BATCHES: usize = 64;
/// Requests between the sessions and the publisher.
const ASKS: usize = 16_384;

pub(super) async fn boot(config: Config) -> Result<Server, Error> {
    let trade = listen::bind(config.trade, config.ports).await?;
    let http = listen::bind(config.http, config.ports).await?;
    let (read_model, running, outcomes, recovery) = recover(&config)?;
    check_accounts(&config, &read_model.accounts)?;
    let missing = missing_accounts(&config, &read_model.accounts);

    let (asks_in, asks) = bounded(ASKS);
    let pending = Arc::new(Pending::default());
    let directory = Arc::clone(&read_model.directory);
    let metrics = Arc::new(Metrics::default());
    let market_time = Arc::new(AtomicI64::new(recovery.head.time.0));
    let links = Arc::new(Links::default());
    let (failing, failed) = watch::channel(false);
    let publisher = Publisher::new(
        read_model,
        Arc::clone(&pending),
        Arc::clone(&metrics),
        Arc::clone(&market_time),
    );
    let publisher = spawn_publisher(publisher, outcomes, asks, failing)?;
    let handle = running.handle();
    let operator = Operator::new(handle.clone(), Arc::clone(&pending), asks_in.clone());
    open_market(&config, &operator, recovery.head.seq == 0, missing).await?;

    let (trade_address, http_address) = (listen::address(&trade), listen::address(&http));
    let venue = Arc::new(Venue::new(Parts {
        door: Door::new(config.hosts, config.origins, trade_address, http_address),
        keys: Keys::new(&config.accounts),
        env: config.env,
        directory,
        handle: handle.clone(),
        pending,
        asks: asks_in,
        links,
        metrics,
        market_time,
        open_orders_limit: config.market.open_orders_per_account,
    }));
    let mut tasks = JoinSet::new();
    tasks.spawn(listen::sessions(trade, Arc::clone(&venue)));
    tasks.spawn(crate::http::serve(http, Arc::clone(&venue), trade_address, operator.clone()));
    tasks.spawn(disk::watch(Arc::clone(&venue), config.data_dir, config.reserve_bytes));
    Ok(Server {
        trade: trade_address,
        http: http_address,
        operator,
        handle,
        recovery,
        venue,
        running,
        publisher,
        failed,
        tasks,
    })
}

type Recovered = (ReadModel, Running, Receiver<Vec<Outcome>>, Recovery);

/// Replays the log into the exchange and the read model, and starts the sequencer on them.
fn recover(config: &Config) -> Result<Recovered, Error> {
    let log = FileLog::open(&config.data_dir)?;
    let mut read_model = ReadModel::default();
    let (exchange, recovery) = sequencer::recover(&log, |command, events| {
        read_model.apply(command.seq, command.time, events);
    })?;
    report(&config.data_dir, &recovery);
    let (released, outcomes) = bounded(OUTCOME_BATCHES);
    let running = sequencer::start(exchange, log, Settings::new(config.clock), released)?;
    Ok((read_model, running, outcomes, recovery))
}

fn report(data_dir: &Path, recovery: &Recovery) {
    if let Some(cut) = &recovery.cut {
        tracing::warn!(%cut, "the end of the log was torn and has been cut off");
    }
    let path = data_dir.display();
    let (records, bytes) = (recovery.head.seq, recovery.bytes);
    if records == 0 {
        tracing::info!(%path, "new log");
    } else {
        tracing::info!(%path, records, bytes, time = %recovery.head.time, "log replayed");
    }
}

/// The publisher owns the read model; when the sequencer's outcomes end it ends too.
fn spawn_publisher(
    publisher: Publisher,
    outcomes: Receiver<Vec<Outcome>>,
    asks: Receiver<Ask>,
    failing: watch::Sender<bool>,
) -> Result<thread::JoinHandle<()>, Error> {
    let run = move || {
        publisher.run(&outcomes, &asks);
        failing.send_replace(true);
    };
    let thread = thread::Builder::new().name("publisher".to_owned()).spawn(run);
    thread.map_err(|error| Error::Stopped(format!("cannot start the publisher thread: {error}")))
}

/// A key in the configuration that is not the one in the log would sign what nobody can check.
fn check_accounts(config: &Config, accounts: &Accounts) -> Result<(), Error> {
    for account in &config.accounts {
        let opened = accounts.get(account.number).and_then(|stream| stream.state().opened.as_ref());
        if let (Some((_, logged)), Some(first)) = (opened, account.keys.first())
            && *logged != first.public
        {
            let number = account.number.0;
            return Err(Error::Mismatch {
                data_dir: config.data_dir.clone(),
                fault: format!("account {number} was opened with another key"),
            });
        }
    }
    Ok(())
}

fn missing_accounts(config: &Config, accounts: &Accounts) -> Vec<config::Account> {
    let is_missing = |account: &&config::Account| {
        accounts.get(account.number).is_none_or(|stream| stream.state().opened.is_none())
    };
    config.accounts.iter().filter(is_missing).cloned().collect()
}

/// Gives a new log its market, and every log the accounts it does not know.
async fn open_market(
    config: &Config,
    operator: &Operator,
    is_new: bool,
    missing: Vec<config::Account>,
) -> Result<(), Error> {
    if is_new {
        require(operator, Command::OpenMarket(Box::new(config.market.clone()))).await?;
    }
    for account in missing {
        let Some(key) = account.keys.first().map(|key| key.public) else { continue };
        let (number, name) = (account.number, account.name);
        require(operator, Command::OpenAccount { account: number, name, key }).await?;
        if Mills::ZERO < account.deposit {
            deposit(operator, number, account.deposit).await?;
        }
    }
    Ok(())
}

async fn deposit(operator: &Operator, account: AccountId, amount: Mills) -> Result<(), Error> {
    require(operator, Command::Deposit { account, amount }).await
}

async fn require(operator: &Operator, command: Command) -> Result<(), Error> {
    match operator.submit(command).await? {
        Verdict::Refused(refusal) => Err(Error::Refused(refusal)),
        Verdict::Done | Verdict::Order(_) | Verdict::Canceled { .. } => Ok(()),
    }
}
