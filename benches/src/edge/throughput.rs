//! Messages a second: many connections, each with so many messages in flight, driven by one thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::frames::{Next, PONG};
use super::orders::{Heard, Script};
use super::wire::Wire;

/// What a run came to.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// From the first message to the last reply.
    pub took: Duration,
    /// The replies.
    pub heard: Heard,
}

impl Run {
    /// Replies a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        (self.heard.done + self.heard.refused) as f64 / self.took.as_secs_f64()
    }
}

/// Sends each script over its connection and waits for as many replies.
///
/// # Panics
/// When the server does not answer everything.
#[must_use]
pub fn run(connections: Vec<(Wire, Script)>, in_flight: usize) -> Run {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let barrier = Arc::new(Barrier::new(connections.len() + 1));
        let mut drivers = JoinSet::new();
        for (wire, script) in connections {
            drivers.spawn(drive(wire, script, in_flight, Arc::clone(&barrier)));
        }
        barrier.wait().await;
        let start = Instant::now();
        let mut heard = Heard::default();
        while let Some(driven) = drivers.join_next().await {
            heard.add(driven.expect("a driver hears all its replies"));
        }
        Run { took: start.elapsed(), heard }
    })
}

async fn drive(wire: Wire, script: Script, in_flight: usize, barrier: Arc<Barrier>) -> Heard {
    let (mut stream, mut frames) = wire.into_async();
    let (mut sent, mut answered) = (script.len().min(in_flight), 0);
    let mut heard = Heard::default();
    let mut read = vec![0; 16 << 10];
    barrier.wait().await;
    stream.write_all(script.frames(0, sent)).await.expect("the server reads");
    while answered < script.len() {
        let count = stream.read(&mut read).await.expect("the server lives");
        assert!(count != 0, "the server has gone after {answered} replies");
        frames.extend(&read[..count]);
        loop {
            match frames.next() {
                Next::Message(reply) => {
                    heard.count(reply);
                    answered += 1;
                }
                Next::Ping => stream.write_all(&PONG).await.expect("the server reads"),
                Next::Closed(code) => panic!("the server closed with {code}"),
                Next::More => break,
            }
        }
        let next = script.len().min(answered + in_flight);
        if sent < next {
            stream.write_all(script.frames(sent, next)).await.expect("the server reads");
            sent = next;
        }
    }
    heard
}
