//! From a configuration to a running venue.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::thread;

use crossbeam::channel::{Receiver, Sender, bounded};
use sequencer::proof::{CheckpointMaker, Notary};
use sequencer::{
    FileLog, Notice, Outcome, Quarantine, Recovered, Recovery, Replica, Running, Settings,
    Snapshots,
};
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinSet;
use types::{Command, Mills, Party, Verdict};

use super::{Server, disk, listen};
use crate::account_stream::{AccountStream, Accounts};
use crate::admission::Door;
use crate::config::Checkpoints;
use crate::desk::Desk;
use crate::directory::Directory;
use crate::egress::{Ask, Publisher, Waiting};
use crate::gate::Gate;
use crate::http::Http;
use crate::login::Keys;
use crate::metrics::Metrics;
use crate::office::Office;
use crate::pending::Pending;
use crate::read_model::ReadModel;
use crate::venue::{Parts, Venue};
use crate::webhooks::{Carrier, Counts, Hooks, Letter};
use crate::{Config, Error, Operator, config, proving, session};

/// Batches of outcomes between the log and the publisher.
const OUTCOME_BATCHES: usize = 64;
/// Requests between the sessions and the publisher.
const ASKS: usize = 16_384;

/// What runs before anybody may enter: the sequencer and the publisher, and the ways to them.
struct Core {
    running: Running,
    publisher: thread::JoinHandle<()>,
    failed: watch::Receiver<bool>,
    recovery: Recovery,
    directory: Arc<Directory>,
    pending: Arc<Pending<Waiting>>,
    asks: Sender<Ask>,
    desk: Arc<Desk>,
    metrics: Arc<Metrics>,
    market_time: Arc<AtomicI64>,
    open_orders_limit: u32,
    products: Vec<String>,
    /// Who carries the letters of webhooks.
    carriers: Vec<(Carrier, mpsc::Receiver<Letter>)>,
    letters: Arc<Counts>,
    /// What the log lacks and the operator has to add first.
    opening: Vec<Command>,
}

pub(super) async fn boot(config: Config) -> Result<Server, Error> {
    let trade = listen::bind(config.trade, config.ports).await?;
    let http = listen::bind(config.http, config.ports).await?;
    let gate = Gate::of(config.tls.as_ref())?;
    let core = Core::start(&config)?;
    let handle = core.running.handle();
    let operator = Operator::new(handle.clone(), Arc::clone(&core.pending), core.asks.clone());
    for command in core.opening {
        require(&operator, command).await?;
    }

    let (trade_address, http_address) = (listen::address(&trade), listen::address(&http));
    let venue = Arc::new(Venue::new(Parts {
        door: Door::new(config.hosts, config.origins, trade_address, http_address),
        keys: Keys::new(&config.accounts),
        env: config.env,
        is_secure: gate.is_secure(),
        directory: core.directory,
        handle: handle.clone(),
        pending: core.pending,
        asks: core.asks,
        desk: core.desk,
        metrics: core.metrics,
        market_time: core.market_time,
        open_orders_limit: core.open_orders_limit,
        wants_signatures: config.wants_signatures,
        products: core.products,
        letters: core.letters,
        passed_over: core.recovery.quarantined.iter().map(|record| record.seq).collect(),
    }));
    let office =
        Office { admins: config.admins, operator: operator.clone(), asks: venue.asks.clone() };
    let mut tasks = JoinSet::new();
    let sessions = Arc::clone(&venue);
    tasks.spawn(listen::connections(trade, gate.clone(), move |stream, peer| {
        session::run(stream, peer, Arc::clone(&sessions))
    }));
    let page = Http::new(Arc::clone(&venue), trade_address, office);
    tasks.spawn(listen::connections(http, gate.clone(), move |stream, _| {
        page.clone().serve(stream)
    }));
    tasks.spawn(gate.clone().watch());
    for (carrier, letters) in core.carriers {
        tasks.spawn(carrier.carry(letters));
    }
    tasks.spawn(disk::watch(Arc::clone(&venue), config.data_dir, config.reserve_bytes));
    Ok(Server {
        trade: trade_address,
        http: http_address,
        operator,
        handle,
        recovery: core.recovery,
        gate,
        venue,
        running: core.running,
        publisher: core.publisher,
        failed: core.failed,
        tasks,
    })
}

impl Core {
    /// Recovers the exchange and the read model, and starts the sequencer with its replica on the one
    /// and the publisher on the other.
    fn start(config: &Config) -> Result<Self, Error> {
        let log = FileLog::open(&config.data_dir)?;
        let snapshots = Snapshots::of(&config.data_dir);
        let quarantine = quarantine(config)?;
        let recovered: Recovered<ReadModel> = sequencer::restore(&log, &snapshots, &quarantine)?;
        report(&config.data_dir, &recovered.recovery);
        let (asks, asked) = bounded(ASKS);
        let notary = notary(config, &log, &quarantine, asks.clone())?;
        let mut replica = Replica::of(&recovered, snapshots, config.replication, tell);
        if let Some(notary) = notary {
            replica = replica.observed_by(Box::new(notary));
        }
        let Recovered { exchange, derived: read_model, recovery } = recovered;
        let opening = opening(config, &read_model)?;
        let terms = read_model.markets.terms().unwrap_or(&config.market);
        let open_orders_limit = terms.open_orders_per_account;
        let products = terms.product.iter().map(types::ProductTerms::symbol).collect();

        let (released, outcomes) = bounded(OUTCOME_BATCHES);
        let settings = Settings { spin: config.spin, ..Settings::new(config.clock) };
        let running = sequencer::start_replicated(exchange, log, settings, released, replica)?;
        let (failing, failed) = watch::channel(false);
        let directory = Arc::clone(&read_model.directory);
        let pending = Arc::new(Pending::default());
        let desk = Arc::new(Desk::default());
        let metrics = Arc::new(Metrics::default());
        let market_time = Arc::new(AtomicI64::new(recovery.head.time.0));
        let (hooks, carriers) =
            Hooks::open(config.webhooks.clone(), config.webhook_retries, &config.data_dir);
        let letters = hooks.counts();
        let publisher = Publisher::new(
            read_model,
            Arc::clone(&pending),
            Arc::clone(&desk),
            Arc::clone(&metrics),
            Arc::clone(&market_time),
        )
        .telling(hooks);
        let publisher = spawn_publisher(publisher, outcomes, asked, failing)?;
        Ok(Self {
            running,
            publisher,
            failed,
            recovery,
            directory,
            pending,
            asks,
            desk,
            metrics,
            market_time,
            open_orders_limit,
            products,
            carriers,
            letters,
            opening,
        })
    }
}

fn report(data_dir: &Path, recovery: &Recovery) {
    if let Some(cut) = &recovery.cut {
        tracing::warn!(%cut, "the end of the log was torn and has been cut off");
    }
    for snapshot in &recovery.bad {
        tracing::warn!(%snapshot, "a snapshot cannot be used");
    }
    for record in &recovery.quarantined {
        tracing::warn!(%record, "quarantine");
    }
    let path = data_dir.display();
    let (records, bytes) = (recovery.head.seq, recovery.bytes);
    let replayed = records - recovery.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
    if records == 0 {
        tracing::info!(%path, "new log");
    } else {
        let time = recovery.head.time;
        tracing::info!(%path, records, replayed, bytes, %time, "log replayed");
    }
}

/// What signs checkpoints, if the configuration has a key for it, and hands them to the publisher.
fn notary(
    config: &Config,
    log: &FileLog,
    quarantine: &Quarantine,
    asks: Sender<Ask>,
) -> Result<Option<Notary>, Error> {
    let Some(Checkpoints { key, every }) = &config.checkpoints else { return Ok(None) };
    let mut maker = CheckpointMaker::open(proving::read_key(key)?, &config.data_dir);
    maker.catch_up(log, &Snapshots::of(&config.data_dir), quarantine)?;
    let tell = move |signed: Result<String, sequencer::Error>| match signed {
        // Nobody is left to hear it when the publisher has ended.
        Ok(note) => drop(asks.send(Ask::Checkpoint(note))),
        Err(error) => tracing::error!(%error, "no more checkpoints will be signed"),
    };
    Ok(Some(Notary::new(maker, *every, tell)))
}

/// What the replica has to tell.
fn tell(notice: Notice) {
    match notice {
        Notice::Taken { written, time } => {
            let (path, bytes) = (written.file.path.display(), written.bytes);
            tracing::info!(%path, bytes, ?time, "snapshot taken");
        }
        Notice::NotTaken(error) => tracing::error!(%error, "no snapshot could be taken"),
        Notice::Ended(error) => tracing::error!(%error, "no more snapshots will be taken"),
    }
}

/// What is passed over, if two of the admins have signed it.
fn quarantine(config: &Config) -> Result<Quarantine, Error> {
    let quarantine = Quarantine::read(&config.data_dir)?;
    for record in quarantine.iter() {
        let admins = record.signed_by.iter().filter(|key| config.admins.contains(key)).count();
        if admins < 2 {
            return Err(Error::Mismatch {
                data_dir: config.data_dir.clone(),
                fault: format!("record {} is passed over, and no two admins signed it", record.seq),
            });
        }
    }
    Ok(quarantine)
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

/// What a log lacks that the configuration promises: the market of a new one, accounts it does not
/// know, their firms and limits, and what of those a crash at the first start left out. What admins
/// have said since is left as it is.
fn opening(config: &Config, read_model: &ReadModel) -> Result<Vec<Command>, Error> {
    check_accounts(config, &read_model.accounts)?;
    let mut commands = Vec::new();
    if read_model.markets.terms().is_none() {
        commands.push(Command::OpenMarket(Box::new(config.market.clone())));
    }
    for account in &config.accounts {
        open(account, read_model, &mut commands);
    }
    for config::Firm { number, credit } in &config.firms {
        limit(Party::Member(*number), *credit, read_model, &mut commands);
    }
    Ok(commands)
}

/// What a log lacks of one account.
fn open(account: &config::Account, read_model: &ReadModel, commands: &mut Vec<Command>) {
    let config::Account { number: account, name, deposit, firm, credit, keys, .. } = account;
    let state = read_model.stream(*account).map(AccountStream::state);
    if state.is_none_or(|state| state.opened.is_none())
        && let Some(key) = keys.first().map(|key| key.public)
    {
        commands.push(Command::OpenAccount { account: *account, name: name.clone(), key });
    }
    if state.is_none_or(|state| !state.was_funded) && Mills::ZERO < *deposit {
        commands.push(Command::Deposit { account: *account, amount: *deposit });
    }
    if let (None, Some(member)) = (read_model.firm(*account), *firm) {
        commands.push(Command::JoinMember { account: *account, member });
    }
    limit(Party::Account(*account), *credit, read_model, commands);
}

/// The limit of credit of an account or a firm that never had one.
fn limit(party: Party, most: Option<Mills>, read_model: &ReadModel, commands: &mut Vec<Command>) {
    if most.is_some() && !read_model.firms.was_limited(party) {
        commands.push(Command::LimitCredit { party, most });
    }
}

async fn require(operator: &Operator, command: Command) -> Result<(), Error> {
    match operator.submit(command).await? {
        Verdict::Refused(refusal) => Err(Error::Refused(refusal)),
        Verdict::Done
        | Verdict::Listed(_)
        | Verdict::Administered { .. }
        | Verdict::Order(_)
        | Verdict::Quotes { .. }
        | Verdict::Canceled { .. } => Ok(()),
    }
}
