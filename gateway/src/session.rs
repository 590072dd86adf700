//! One connection from hello to goodbye: reads requests, writes what waits in its outbox, and
//! watches the clock. One task owns both directions.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::MissedTickBehavior;

use crate::admission::{Encoding, Endpoint};
use crate::gate::Stream;
use crate::link::Link;
use crate::metrics::Metrics;
use crate::outbox::{Closing, SLOW_CONSUMER, Take};
use crate::socket::{Inbound, Socket, WriteFailure};
use crate::venue::Venue;

mod asking;
mod binary;
mod blocks;
mod capacity;
mod cod;
mod conversation;
mod deadline;
mod delivery;
mod dispatch;
mod orders;
mod quoting;
mod sandbox;
mod signin;
mod signing;

pub(crate) use cod::Graces;
pub(crate) use deadline::Deadlines;

use conversation::Conversation;

/// How long a client of `/v1/trade` may take to log in.
const LOGIN_DEADLINE: Duration = Duration::from_secs(10);
/// How long a client may be silent unless it says otherwise. In half of it a sign of life is asked for.
const IDLE: Duration = Duration::from_secs(30);
/// Bytes handed to the socket at once.
const CHUNK: usize = 64 << 10;

/// Serves one connection until it ends.
pub(crate) async fn run(stream: Stream, peer: IpAddr, venue: Arc<Venue>) {
    let Some((mut socket, admission)) = Socket::accept(stream, &venue.door).await else { return };
    let link = venue.links.open(admission.encoding);
    let mut conversation =
        Conversation::new(Arc::clone(&venue), Arc::clone(&link), admission, peer);
    conversation.hello();
    let end = talk(&mut socket, &mut conversation, &link, &venue).await;
    link.leave();
    if let Some(Closing { code, .. }) = &end {
        Metrics::add(&venue.metrics.slow, usize::from(*code == SLOW_CONSUMER));
        tracing::debug!(conn = link.no, code, "session closed");
    }
    conversation.part();
    if let Some(Closing { code, reason }) = end {
        socket.close(code, &reason).await;
    }
    venue.links.close(&link);
}

/// Returns how to say goodbye, or `None` when nobody is there to hear it.
async fn talk(
    socket: &mut Socket,
    conversation: &mut Conversation,
    link: &Link,
    venue: &Venue,
) -> Option<Closing> {
    let mut clock = Clock::new(conversation.endpoint());
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            inbound = socket.next() => {
                clock.heard = Instant::now();
                match inbound {
                    Inbound::Text(text) => conversation.hear(&text),
                    Inbound::Alive => {}
                    Inbound::Binary(bytes) => {
                        if link.encoding == Encoding::Json {
                            return closing(1003, "text frames only");
                        }
                        conversation.hear_binary(&bytes);
                    }
                    Inbound::TooLarge => return closing(1009, "MESSAGE_TOO_LARGE"),
                    Inbound::Gone(None) => return None,
                    Inbound::Gone(Some(code)) => return closing(code, "malformed frame"),
                }
            }
            () = link.outbox.ready() => {
                if let Err(end) = write_out(socket, link, venue).await {
                    return end;
                }
            }
            _ = second.tick() => {
                if conversation.is_revoked() {
                    return closing(4002, "key revoked or expired");
                }
                match clock.look(conversation.is_logged_in(), conversation.idle) {
                Due::Nothing => {}
                Due::Ping => {
                    let payload = clock.heard.elapsed().as_nanos().to_le_bytes();
                    let payload = *payload.first_chunk().expect("16 bytes are more than 8");
                    if let Err(failure) = socket.ping(payload).await {
                        return goodbye_after(&failure, link);
                    }
                }
                Due::Close(code, reason) => return closing(code, reason),
                }
            }
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of an end that is still to be said")]
fn closing(code: u16, reason: &str) -> Option<Closing> {
    Some(Closing { code, reason: reason.to_owned() })
}

/// Writes until nothing waits. The error says how the connection ends.
async fn write_out(socket: &mut Socket, link: &Link, venue: &Venue) -> Result<(), Option<Closing>> {
    loop {
        match link.outbox.take(CHUNK) {
            Take::Close(end) => return Err(Some(end)),
            Take::Frames(frames) if frames.is_empty() => return Ok(()),
            Take::Frames(frames) => {
                Metrics::add(&venue.metrics.frames, frames.len());
                Metrics::add(
                    &venue.metrics.bytes,
                    frames.iter().map(|frame| frame.bytes().len()).sum(),
                );
                let written = socket.write(frames).await;
                written.map_err(|failure| goodbye_after(&failure, link))?;
            }
        }
    }
}

fn goodbye_after(failure: &WriteFailure, link: &Link) -> Option<Closing> {
    match failure {
        WriteFailure::Gone => None,
        WriteFailure::Blocked => {
            let pending = link.outbox.pending_bytes();
            closing(SLOW_CONSUMER, &format!("slow_consumer pending={pending}"))
        }
    }
}

/// What is due by the clock.
struct Clock {
    login_by: Option<Instant>,
    heard: Instant,
    pinged: Instant,
}

enum Due {
    Nothing,
    Ping,
    Close(u16, &'static str),
}

impl Clock {
    fn new(endpoint: Endpoint) -> Self {
        let now = Instant::now();
        let login_by = match endpoint {
            Endpoint::Trade | Endpoint::Drop => Some(now + LOGIN_DEADLINE),
            Endpoint::MarketData => None,
        };
        Self { login_by, heard: now, pinged: now }
    }

    fn look(&mut self, is_logged_in: bool, idle: Duration) -> Due {
        let now = Instant::now();
        if !is_logged_in && self.login_by.is_some_and(|deadline| deadline <= now) {
            return Due::Close(4001, "login timeout");
        }
        if idle <= now.duration_since(self.heard) {
            return Due::Close(4008, "heartbeat");
        }
        if idle / 2 <= now.duration_since(self.pinged) {
            self.pinged = now;
            return Due::Ping;
        }
        Due::Nothing
    }
}
