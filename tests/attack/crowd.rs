//! Many who do the same thing again and again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::attacks::Attack;

/// How many attack at once.
const SIZE: usize = 16;

/// The attackers.
pub(crate) struct Crowd {
    is_over: Arc<AtomicBool>,
    did: Arc<AtomicUsize>,
    tasks: JoinSet<()>,
}

/// Where the venue listens.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) trade: SocketAddr,
    pub(crate) http: SocketAddr,
}

impl Crowd {
    /// Begins.
    pub(crate) fn gather(trade: SocketAddr, http: SocketAddr, attack: Attack) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let did = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..SIZE {
            let (is_over, did) = (Arc::clone(&is_over), Arc::clone(&did));
            tasks.spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    attack(Target { trade, http }).await;
                    did.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Self { is_over, did, tasks }
    }

    /// Ends, and says how often it was tried.
    pub(crate) async fn leave(mut self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        while self.tasks.join_next().await.is_some() {}
        self.did.load(Ordering::Relaxed)
    }
}

/// A connection that has been upgraded, if it may be.
pub(crate) async fn upgraded(address: SocketAddr, path: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let ask = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).await.ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.ok()?;
    head.starts_with(b"HTTP/1.1 101").then_some(stream)
}

/// Whatever the other side says, until it has gone or said nothing for a while.
pub(crate) async fn read_out(stream: &mut TcpStream) -> usize {
    let (mut bytes, mut all) = (vec![0; 16 << 10], 0);
    while let Ok(Ok(count @ 1..)) =
        tokio::time::timeout(Duration::from_millis(50), stream.read(&mut bytes)).await
    {
        all += count;
    }
    all
}
