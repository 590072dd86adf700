//! What the operator may do to a running venue from inside its process: change it by commands that
//! are logged as everybody's are, and look at it.

use std::time::Duration;

use crossbeam::channel::Sender;
use sequencer::{Busy, Digest, Handle, Lane, Output, Request, Stats, Submission};
use std::sync::Arc;
use tokio::sync::oneshot;
use types::{Command, Event, Timestamp, Verdict};

use crate::Error;
use crate::egress::{Ask, Waiting};
use crate::pending::Pending;
use crate::summary::Summary;

/// How often and how long a full queue is asked again.
const PATIENCE: (u32, Duration) = (200, Duration::from_millis(10));

/// The operator's way in. Clones lead to the same venue.
#[derive(Clone, Debug)]
pub struct Operator {
    handle: Handle,
    pending: Arc<Pending<Waiting>>,
    asks: Sender<Ask>,
}

impl Operator {
    pub(crate) fn new(handle: Handle, pending: Arc<Pending<Waiting>>, asks: Sender<Ask>) -> Self {
        Self { handle, pending, asks }
    }

    /// Submits a command and waits until its verdict is durable. A refusal is a verdict.
    ///
    /// # Errors
    /// When the exchange takes nothing more, or stops before it answers.
    pub async fn submit(&self, command: Command) -> Result<Verdict, Error> {
        Ok(self.decide(command).await?.1)
    }

    /// The same, with the number of its record.
    pub(crate) async fn decide(&self, command: Command) -> Result<(u64, Verdict), Error> {
        self.decided(Request::Command(command)).await
    }

    /// Moves a stepped clock to `time` and fires what is due; waits until that is durable.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn step(&self, time: Timestamp) -> Result<Verdict, Error> {
        Ok(self.decided(Request::Step(time)).await?.1)
    }

    /// The digest of everything the exchange is, and the number of the last command in it.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn digest(&self) -> Result<(u64, Digest), Error> {
        match self.ask(Request::Digest).await? {
            (seq, Output::Digest(digest)) => Ok((seq, digest)),
            (_, Output::Events(_) | Output::Preview(_) | Output::Margin(_)) => {
                Err(strange_answer())
            }
        }
    }

    /// What has been traded, settled, delivered and billed since the log began.
    ///
    /// # Errors
    /// When the venue has stopped.
    pub async fn summary(&self) -> Result<Summary, Error> {
        let (answer, summary) = oneshot::channel();
        self.asks.try_send(Ask::Summary(answer)).map_err(|_| Error::Busy)?;
        summary.await.map_err(|_| stopped())
    }

    /// The checkpoint that was signed last, as a note.
    pub(crate) async fn checkpoint(&self) -> Result<Option<String>, Error> {
        let (answer, note) = oneshot::channel();
        self.asks.try_send(Ask::LastCheckpoint(answer)).map_err(|_| Error::Busy)?;
        note.await.map_err(|_| stopped())
    }

    /// Numbers and queues of the sequencer.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.handle.stats()
    }

    async fn decided(&self, request: Request) -> Result<(u64, Verdict), Error> {
        let (seq, output) = self.ask(request).await?;
        match output {
            Output::Events(events) => match events.into_iter().next_back() {
                Some(Event::Verdict(verdict)) => Ok((seq, verdict)),
                Some(_) | None => Err(strange_answer()),
            },
            Output::Preview(_) | Output::Margin(_) | Output::Digest(_) => Err(strange_answer()),
        }
    }

    async fn ask(&self, request: Request) -> Result<(u64, Output), Error> {
        let (answer, outcome) = oneshot::channel();
        let origin = self.pending.insert(Waiting::Operator(answer));
        let submission = Submission { origin: Some(origin), author: 0, request };
        if let Err(error) = self.offer(submission).await {
            self.pending.take(origin);
            return Err(error);
        }
        let outcome = outcome.await.map_err(|_| stopped())?;
        Ok((outcome.seq, outcome.output))
    }

    /// The operator waits where a client would be told to come again.
    async fn offer(&self, submission: Submission) -> Result<(), Error> {
        let (times, pause) = PATIENCE;
        for _ in 0..times {
            match self.handle.submit(Lane::Orders, submission.clone()) {
                Ok(()) => return Ok(()),
                Err(Busy::Full) => tokio::time::sleep(pause).await,
                Err(Busy::Stopped) => return Err(stopped()),
                Err(Busy::TooLarge) => return Err(Error::TooLarge),
            }
        }
        Err(Error::Busy)
    }
}

fn stopped() -> Error {
    Error::Stopped("no answer comes any more".to_owned())
}

fn strange_answer() -> Error {
    Error::Stopped("the answer is not to the question".to_owned())
}
