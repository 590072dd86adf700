//! From channels to the disk: every message as it came, and what is missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use protocol::channels::{Channel, Public};
use protocol::server::{ChannelError, event_text};

use super::{Continuity, Gap, Head, Journal, journal};
use crate::{Client, Credentials, Error};

/// What is recorded is safe from a power cut after this long.
const SYNC: Duration = Duration::from_secs(1);
/// Gaps that are kept one by one; the others are counted.
const GAPS_KEPT: usize = 10_000;

/// What has been recorded, and what has not.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Messages on the disk.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How often the connection was lost.
    pub losses: u64,
    /// Numbers that never came, the first of them.
    pub gaps: Vec<Gap>,
    /// How many gaps there were.
    pub gap_count: u64,
}

/// A connection whose messages go to the disk.
#[derive(Debug)]
pub struct Recorder {
    client: Client,
    journal: Journal,
    folder: PathBuf,
    continuity: Continuity,
    tally: Tally,
    synced: Instant,
}

impl Recorder {
    /// Subscribes to channels, and records them into a folder.
    ///
    /// # Errors
    /// When nothing answers, a login is refused, or the folder cannot be written.
    pub async fn start(
        url: &str,
        credentials: Option<&Credentials>,
        channels: &[&str],
        folder: &Path,
    ) -> Result<(Self, Vec<ChannelError>), Error> {
        let mut client = Client::connect(url, credentials).await?;
        let answer = client.subscribe(channels).await?;
        let journal = Journal::open(folder).map_err(unwritable)?;
        let recorder = Self {
            client,
            journal,
            folder: folder.to_owned(),
            continuity: Continuity::default(),
            tally: Tally::default(),
            synced: Instant::now(),
        };
        Ok((recorder, answer.err))
    }

    /// Whether a channel can be recorded, and whether it needs a login; nothing for those of one
    /// account, which the exchange itself keeps.
    #[must_use]
    pub fn needs_login(channel: &str) -> Option<bool> {
        match Channel::parse(channel) {
            Ok(Channel::Private(_)) => None,
            Ok(Channel::Public(Public::OrderByOrder(_))) => Some(true),
            Ok(Channel::Public(_)) | Err(_) => Some(false),
        }
    }

    /// What has been recorded so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Records the next message, and those that have come meanwhile. A loss of the connection is
    /// survived; what came meanwhile is a gap. Dropping the future loses nothing.
    ///
    /// # Errors
    /// When the disk fails, or the exchange is gone for about a minute.
    pub async fn record(&mut self) -> Result<(), Error> {
        let wait = SYNC.saturating_sub(self.synced.elapsed());
        match tokio::time::timeout(wait, self.client.next_text()).await {
            Ok(Ok(text)) => {
                self.keep(&text)?;
                while let Some(text) = self.client.try_next_text() {
                    self.keep(&text)?;
                }
            }
            Ok(Err(Error::Closed(_))) => {
                self.tally.losses += 1;
                self.client.resume().await?;
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => self.sync()?,
        }
        if SYNC <= self.synced.elapsed() {
            self.sync()?;
        }
        Ok(())
    }

    /// Brings everything to the disk, with what is missing in `gaps.json`.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(mut self) -> Result<Tally, Error> {
        self.sync()?;
        let path = self.folder.join("gaps.json");
        let text = serde_json::to_string_pretty(&self.tally.gaps).expect("gaps are JSON");
        fs::write(&path, text + "\n").map_err(|source| Error::Io { path, source })?;
        Ok(self.tally)
    }

    fn keep(&mut self, text: &str) -> Result<(), Error> {
        let Some(head) = Head::of(text) else { return Ok(()) };
        if let Some(gap) = self.continuity.hear(&head) {
            self.tally.gap_count += 1;
            if self.tally.gaps.len() < GAPS_KEPT {
                self.tally.gaps.push(gap);
            }
        }
        self.journal.add(now_ns(), text).map_err(unwritable)?;
        self.tally.messages += 1;
        self.tally.bytes += u64::try_from(text.len()).expect("a length");
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Error> {
        self.synced = Instant::now();
        self.journal.sync().map_err(unwritable)
    }
}

fn unwritable(error: journal::Error) -> Error {
    match error {
        journal::Error::Io { path, source } => Error::Io { path, source },
        other => Error::Protocol(other.to_string()),
    }
}

fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

impl Client {
    /// The next message as it came, events heard before first. Answers and others pass by.
    pub(crate) async fn next_text(&mut self) -> Result<String, Error> {
        match self.kept_event() {
            Some(event) => Ok(event_text(&event)),
            None => self.next_message().await,
        }
    }

    /// The next message, if one has come.
    pub(crate) fn try_next_text(&mut self) -> Option<String> {
        self.kept_event().map(|event| event_text(&event)).or_else(|| self.try_next_message())
    }
}
