//! A running venue: recovered from its log, opened if it is new, listening, and stopped in order.
//!
//! What flows where: a session turns a request into a command and submits it; the sequencer applies
//! it and makes it durable; the publisher turns the outcome into replies and feeds; the session
//! writes them. Nothing flows back.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use sequencer::{Handle, Recovery, Running, Stopped};
use tokio::io::DuplexStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::Account;
use crate::egress::Ask;
use crate::gate::Gate;
use crate::venue::Venue;
use crate::{Config, Error, Operator, session};

mod boot;
mod disk;
mod listen;

/// How long sessions may take to write what waits and say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// A running venue. Dropped without [`Server::stop`], it ends as if the power had failed.
pub struct Server {
    /// Where `/v1/trade` and `/v1/md` listen.
    pub trade: SocketAddr,
    /// Where the page and the operator's endpoints listen.
    pub http: SocketAddr,
    /// The operator's way in.
    pub operator: Operator,
    /// The way into the sequencer, for its figures.
    pub handle: Handle,
    /// What was found in the log.
    pub recovery: Recovery,
    gate: Gate,
    venue: Arc<Venue>,
    running: Running,
    publisher: JoinHandle<()>,
    failed: watch::Receiver<bool>,
    tasks: JoinSet<()>,
}

/// Starts a venue and returns when it listens.
///
/// # Errors
/// When the log cannot be read or does not fit the configuration, or an address is taken.
pub async fn start(config: Config) -> Result<Server, Error> {
    boot::boot(config).await
}

impl Server {
    /// Figures of the gateway: sessions, requests, latencies.
    #[must_use]
    pub fn metrics(&self) -> crate::metrics::Figures {
        self.venue.metrics.figures()
    }

    /// Reads the certificate again, for connections to come.
    ///
    /// # Errors
    /// When it cannot be read; the old one stays in use.
    pub fn reload(&self) -> Result<(), Error> {
        self.gate.reload()
    }

    /// From now on these keys may log in, of accounts that were opened at the start. Sessions of keys
    /// that are no longer there, can do less or are over end within a second or so, with close code 4002.
    pub fn replace_keys(&self, accounts: &[Account]) {
        self.venue.keys.replace(accounts);
    }

    /// A connection to the trading endpoints from within this process, of one that comes from
    /// loopback. It begins with the request for the upgrade, as over a network.
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        let stream = Box::new(theirs);
        tokio::spawn(session::run(stream, Ipv4Addr::LOCALHOST.into(), Arc::clone(&self.venue)));
        ours
    }

    /// Whether everything between a request and its reply still works.
    pub async fn is_alive(&self) -> bool {
        self.operator.summary().await.is_ok()
    }

    /// Returns when the log has failed. [`Server::stop`] then says why.
    pub async fn failed(&self) {
        let mut failed = self.failed.clone();
        if failed.wait_for(|failed| *failed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Takes nothing more, finishes what was taken, says goodbye to every session with close code
    /// 1012 and waits until all threads have ended.
    ///
    /// # Errors
    /// When the log has failed, now or earlier.
    pub async fn stop(self) -> Result<Stopped, Error> {
        let Self { venue, running, publisher, mut tasks, .. } = self;
        venue.close();
        venue.asks.try_send(Ask::Goodbye).ok();
        let stopped = tokio::task::spawn_blocking(move || {
            let stopped = running.stop();
            publisher.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            stopped
        });
        let stopped = stopped.await.map_err(|error| Error::Stopped(error.to_string()))?;
        venue.links.close_all(1012, "restart");
        tokio::time::timeout(GOODBYE, venue.links.all_gone()).await.ok();
        tasks.shutdown().await;
        Ok(stopped?)
    }
}

#[cfg(test)]
mod tests;
