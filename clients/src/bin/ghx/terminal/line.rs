//! A connection in a task of its own: wishes go in, events and answers come out, and a loss is
//! survived with the SDK's resume.

use std::time::Duration;

use clients::{Client, Error, Event, Resent};
use protocol::client::Method;
use serde_json::Value;
use tokio::sync::mpsc;

/// Wishes that wait for the connection.
const WISHES: usize = 256;
/// How long to wait before trying for another minute.
const PAUSE: Duration = Duration::from_secs(2);

/// Which of the two connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Public data, without a login.
    Feed,
    /// The account.
    Trade,
}

/// What a request was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The preview of the ticket, as it stood at this edit.
    Preview(u64),
    /// An order, by its own name.
    Place(String),
    /// The end of one order.
    Cancel(String),
    /// The end of all.
    CancelAll,
    /// The fills before the connection.
    Fills,
    /// The invoices before the connection.
    Invoices,
    /// What the scenarios of margin would lose.
    Scenarios,
}

/// What is asked of a connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wish {
    /// Hear these channels.
    Hear(Vec<String>),
    /// Hear these no longer.
    Leave(Vec<String>),
    /// Hear a channel from its state on.
    Resync(String),
    /// Ask the exchange.
    Ask(Purpose, Box<Method>),
}

/// What a connection tells.
#[derive(Debug)]
pub(crate) enum Told {
    /// Something happened on a channel.
    Event(Box<Event>),
    /// The answer to a request.
    Answer(Purpose, Result<Value, Error>),
    /// A channel that cannot be had, and why.
    NoChannel(String),
    /// The connection is lost; it is being made anew.
    Lost(String),
    /// The connection goes on.
    Back,
}

/// One connection and where its news go.
struct Line {
    source: Source,
    client: Client,
    told: mpsc::Sender<(Source, Told)>,
}

/// Starts the task; wishes can be sent from now on.
pub(crate) fn start(
    source: Source,
    client: Client,
    told: mpsc::Sender<(Source, Told)>,
) -> mpsc::Sender<Wish> {
    let (wishes, wanted) = mpsc::channel(WISHES);
    tokio::spawn(Line { source, client, told }.run(wanted));
    wishes
}

impl Line {
    /// Ends when the screen does.
    async fn run(mut self, mut wanted: mpsc::Receiver<Wish>) {
        loop {
            let done = tokio::select! {
                wish = wanted.recv() => match wish {
                    Some(wish) => self.fulfil(wish).await,
                    None => None,
                },
                event = self.client.next_event() => match event {
                    Ok(event) => self.tell(Told::Event(Box::new(event))).await,
                    Err(error) => self.recover(&error, None).await,
                },
            };
            if done.is_none() {
                return;
            }
        }
    }

    /// `None` when nobody listens any more.
    async fn tell(&self, told: Told) -> Option<()> {
        self.told.send((self.source, told)).await.ok()
    }

    async fn fulfil(&mut self, wish: Wish) -> Option<()> {
        let done = match wish {
            Wish::Hear(channels) => return self.hear(channels).await,
            Wish::Ask(purpose, method) => return self.ask(purpose, *method).await,
            Wish::Leave(channels) => {
                let names: Vec<&str> = channels.iter().map(String::as_str).collect();
                self.client.unsubscribe(&names).await.map(drop)
            }
            Wish::Resync(channel) => self.client.resync(&channel).await.map(drop),
        };
        match done {
            Err(error @ (Error::Closed(_) | Error::TimedOut(_))) => {
                self.recover(&error, None).await
            }
            Ok(()) | Err(_) => Some(()),
        }
    }

    async fn hear(&mut self, channels: Vec<String>) -> Option<()> {
        let names: Vec<&str> = channels.iter().map(String::as_str).collect();
        match self.client.subscribe(&names).await {
            Ok(answer) => {
                for bad in answer.err {
                    let text = format!("{}: {}", bad.channel, bad.message);
                    self.tell(Told::NoChannel(text)).await?;
                }
                Some(())
            }
            Err(error @ (Error::Closed(_) | Error::TimedOut(_))) => {
                self.recover(&error, None).await
            }
            Err(error) => self.tell(Told::NoChannel(error.to_string())).await,
        }
    }

    async fn ask(&mut self, purpose: Purpose, method: Method) -> Option<()> {
        match self.client.call(method.clone()).await {
            Err(error @ Error::Closed(_)) => self.recover(&error, Some((purpose, method))).await,
            answer => self.tell(Told::Answer(purpose, answer)).await,
        }
    }

    /// Connects again, for as long as it takes. The SDK sends again what is safe to repeat; a request
    /// that is not gets the loss as its answer.
    async fn recover(&mut self, loss: &Error, open: Option<(Purpose, Method)>) -> Option<()> {
        self.tell(Told::Lost(loss.to_string())).await?;
        let mut resent = loop {
            match self.client.resume().await {
                Ok(resent) => break resent,
                Err(error) => {
                    self.tell(Told::Lost(error.to_string())).await?;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        self.tell(Told::Back).await?;
        let Some((purpose, method)) = open else { return Some(()) };
        let is_it = |resent: &Resent| resent.method == method;
        let answer = match resent.iter().position(is_it) {
            Some(at) => resent.swap_remove(at).answer,
            None => Err(Error::Closed("the connection was lost before the answer".to_owned())),
        };
        self.tell(Told::Answer(purpose, answer)).await
    }
}
