//! A recording as an exchange that plays it: the same protocol, the same messages, the same numbers.
//!
//! It begins when the first client subscribes. Who subscribes later gets the state first, as from the
//! exchange. The slowest client holds the others up: nothing is left out.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use protocol::server::{Event, SystemData, event_text};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::Head;
use super::journal::{self, Line, Lines};
use crate::connection::listening::{Guest, Listening};

mod conversation;
mod shelf;

use shelf::Shelf;

/// Messages on their way to one client.
const QUEUE: usize = 4_096;
/// A client that does not read for so long is let go.
const PATIENCE: Duration = Duration::from_secs(10);

/// How fast time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// So many times as fast as it was.
    Times(u32),
    /// As fast as the clients read.
    Unbound,
}

/// What is played, and how.
#[derive(Debug)]
pub struct Replay {
    lines: Lines,
    pace: Pace,
    from_ns: i64,
    to_ns: i64,
    listening: Listening,
    stage: Arc<Stage>,
}

/// What clients and player share.
#[derive(Debug)]
struct Stage {
    board: Mutex<Board>,
    /// Whether anybody has subscribed.
    is_wanted: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Board {
    shelf: Shelf,
    seats: Vec<Seat>,
    /// Time of what was played last.
    now_ns: i64,
}

/// Where a client listens.
#[derive(Debug)]
struct Seat {
    number: u64,
    channels: BTreeSet<String>,
    queue: mpsc::Sender<Arc<str>>,
}

impl Stage {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().expect("nobody panics while holding it")
    }
}

impl Replay {
    /// Opens a recording and listens.
    ///
    /// # Errors
    /// When there is no recording, or the address is taken.
    pub async fn open(
        folder: &Path,
        address: SocketAddr,
        pace: Pace,
        (from_ns, to_ns): (i64, i64),
    ) -> Result<Self, journal::Error> {
        let lines = journal::lines(folder)?;
        let listening = Listening::at(address).await;
        let listening = listening
            .map_err(|source| journal::Error::Io { path: address.to_string().into(), source })?;
        let stage = Stage { board: Mutex::default(), is_wanted: watch::Sender::new(false) };
        Ok(Self { lines, pace, from_ns, to_ns, listening, stage: Arc::new(stage) })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listening.address()
    }

    /// Plays to the end, tells everybody that it is the end, and says how much was played.
    ///
    /// # Errors
    /// When the recording cannot be read.
    pub async fn play(self) -> Result<u64, journal::Error> {
        let Self { lines, pace, from_ns, to_ns, listening, stage } = self;
        let guests = Arc::new(Mutex::new(JoinSet::new()));
        let door = tokio::spawn(admit(listening, Arc::clone(&stage), Arc::clone(&guests)));
        let player = Player { stage: Arc::clone(&stage), pace, from_ns, to_ns, began: None };
        let played = player.run(lines).await;
        door.abort();
        stage.board().seats.clear();
        let guests = std::mem::take(&mut *guests.lock().expect("nobody panics while holding it"));
        timeout(PATIENCE, guests.join_all()).await.ok();
        played
    }
}

async fn admit(listening: Listening, stage: Arc<Stage>, guests: Arc<Mutex<JoinSet<()>>>) {
    let mut number = 0;
    while let Ok(stream) = listening.next().await {
        number += 1;
        let stage = Arc::clone(&stage);
        let entertained = async move {
            if let Some(guest) = Guest::greet(stream).await {
                conversation::hold(guest, number, &stage).await;
            }
        };
        guests.lock().expect("nobody panics while holding it").spawn(entertained);
    }
}

/// What plays.
struct Player {
    stage: Arc<Stage>,
    pace: Pace,
    from_ns: i64,
    to_ns: i64,
    /// When it began, and the time of the recording then.
    began: Option<(Instant, i64)>,
}

impl Player {
    async fn run(mut self, mut lines: Lines) -> Result<u64, journal::Error> {
        let mut played = 0;
        while let Some(line) = lines.next_line()? {
            if self.to_ns <= line.recv_ns {
                break;
            }
            if line.recv_ns < self.from_ns {
                self.put(&line);
                continue;
            }
            self.wait(line.recv_ns).await;
            let (text, queues) = self.put(&line);
            for queue in queues {
                // Who does not take it in time is let go; its seat is gone when its task ends.
                timeout(PATIENCE, queue.send(Arc::clone(&text))).await.ok();
            }
            played += 1;
        }
        self.end().await;
        Ok(played)
    }

    /// Until the first client is there, and then until it is time.
    async fn wait(&mut self, recv_ns: i64) {
        let (began, first) = match self.began {
            Some(began) => began,
            None => {
                self.stage.is_wanted.subscribe().wait_for(|wanted| *wanted).await.ok();
                *self.began.insert((Instant::now(), recv_ns))
            }
        };
        if let Pace::Times(times) = self.pace {
            let passed = u64::try_from(recv_ns - first).unwrap_or(0) / u64::from(times.max(1));
            sleep_until(began + Duration::from_nanos(passed)).await;
        }
    }

    /// Keeps the state, and says who wants the message.
    fn put(&self, line: &Line) -> (Arc<str>, Vec<mpsc::Sender<Arc<str>>>) {
        let text: Arc<str> = line.message.as_str().into();
        let Some(head) = Head::of(&line.message) else { return (text, Vec::new()) };
        let mut board = self.stage.board();
        board.now_ns = line.recv_ns;
        board.shelf.keep(&head, &text);
        let wanted = board.seats.iter().filter(|seat| seat.channels.contains(&*head.channel));
        let queues = wanted.map(|seat| seat.queue.clone()).collect();
        (text, queues)
    }

    async fn end(&self) {
        let data = SystemData {
            kind: "end_of_data".to_owned(),
            text: Some("The recording ends here.".to_owned()),
            close_in_ms: None,
            reconnect_jitter_ms: None,
        };
        let event =
            Event { seq: Some(1), data: Some(data), ..Event::new("system", "system", "r-1") };
        let text: Arc<str> = event_text(&event).into();
        let queues: Vec<_> = self.stage.board().seats.iter().map(|s| s.queue.clone()).collect();
        for queue in queues {
            timeout(PATIENCE, queue.send(Arc::clone(&text))).await.ok();
        }
    }
}

#[cfg(test)]
mod tests;
