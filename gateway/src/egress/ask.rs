//! What sessions and the operator ask of the publisher, and what it keeps of requests that the
//! sequencer has.

use std::sync::Arc;
use std::time::Instant;

use protocol::channels::Private;
use protocol::client::{Act, RequestId};
use protocol::errors::WireError;
use protocol::server::{LoginResult, StatusResult, SystemData};
use sequencer::Outcome;
use serde_json::Value;
use tokio::sync::oneshot;
use types::{AccountId, Command, Date, InstrumentId, OrderRef, SessionId, Side};

use super::past::{NoSuchPast, Past};
use crate::admission::Encoding;
use crate::link::Link;
use crate::summary::Summary;
use crate::throttle::Bucket;
use crate::venue::SharedThrottle;

/// Something only the publisher can answer.
pub(crate) enum Ask {
    /// A question about an account.
    Question { asked: Asked, account: AccountId, question: Question },
    /// Channels by name, as far as they are for this audience.
    Subscribe { asked: Asked, audience: Audience, channels: Vec<String>, from: Since },
    /// No more of these channels.
    Unsubscribe { asked: Asked, audience: Audience, channels: Vec<String> },
    /// Something of members that is in no log, for those who listen to the channel.
    Tell { to: Recipient, channel: Private, kind: &'static str, data: Value },
    /// Something for everybody on channel `system`.
    Announce(SystemData),
    /// The state of a channel once more.
    Resync { asked: Asked, channel: String },
    /// A lever of a sandbox.
    Pull { asked: Asked, lever: Lever },
    /// What has been, for those who ask over HTTP.
    Past { wanted: Past, answer: oneshot::Sender<Result<Value, NoSuchPast>> },
    /// Public channels for a reader that makes no requests.
    Watch { link: Arc<Link>, channels: Vec<String> },
    /// A checkpoint was signed: the note.
    Checkpoint(String),
    /// The note of the last checkpoint.
    LastCheckpoint(oneshot::Sender<Option<String>>),
    /// An act of admins, as commands.
    Translate { act: Act, answer: oneshot::Sender<Result<Vec<Command>, WireError>> },
    /// The last acts of admins.
    AdminLog { last: u32, answer: oneshot::Sender<Value> },
    /// The whole life of the market.
    Summary(oneshot::Sender<Summary>),
    /// Tell everybody that the venue closes.
    Goodbye,
}

/// Who listens, and so what may be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Nobody has logged in.
    Anyone,
    /// A member, where there is public data alone.
    Member,
    /// The owner of an account.
    Owner(AccountId),
    /// Whoever may have the copy of all that happens to an account, and nothing else.
    Copy(AccountId),
    /// Whoever may have that, and the copy of all that happens to the firm of the account.
    Firm(AccountId),
}

/// Since which event on a stream is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Since {
    pub(crate) acct_seq: Option<u64>,
    pub(crate) firm_seq: Option<u64>,
}

/// What a client of a sandbox lets happen to its channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lever {
    /// So many messages of a channel are left out.
    Gap { channel: String, count: u32 },
    /// Every channel it hears begins a new epoch, for all who hear it.
    Epoch,
}

/// Who is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    One(AccountId),
    /// All but this one.
    Others(AccountId),
}

/// A question about an account, answered as of its last event.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    Order(OrderRef),
    Orders(Option<InstrumentId>),
    Fills(usize),
    Positions,
    Obligations,
    Invoices,
    /// Statements of these days, both included.
    Statements(Option<Date>, Option<Date>),
    /// Nodes that are registered.
    Capacity,
    /// What a login has come to, but for the number of the account's last event.
    Login(Box<LoginResult>),
    /// How a session is, but for what would be cancelled if it ended now.
    Status(Box<StatusResult>, SessionId),
}

/// Whoever waits for an outcome of the sequencer.
#[derive(Debug)]
pub(crate) enum Waiting {
    Client(Asked),
    /// A login to an account, and its answer but for the number of the account's last event.
    Login(Asked, AccountId, Box<LoginResult>),
    Operator(oneshot::Sender<Outcome>),
}

/// A request that will be answered.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) link: Arc<Link>,
    pub(crate) id: RequestId,
    /// When the gateway had read it.
    pub(crate) in_ns: i64,
    pub(crate) started: Instant,
    /// What it cost.
    pub(crate) toll: Option<Toll>,
    pub(crate) requested: Requested,
    /// How it was written, and so is its answer, if it is one that can be.
    pub(crate) encoding: Encoding,
    /// Who made it, if it is logged in.
    pub(crate) account: Option<AccountId>,
    /// What its session will sign of it, if it does.
    pub(crate) line: Option<String>,
}

/// What decides the form of the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requested {
    /// A new order, entered on a session that cancels it when it ends.
    Place(SessionId, Side),
    Amend,
    Cancel,
    CancelAll,
    /// What an order of this contract and side would do.
    Preview(InstrumentId, Side),
    /// Quotes, entered on a session that cancels them when it ends.
    Quote(SessionId),
    /// The kill switch.
    Kill,
    /// The margin of an account.
    Margin,
    /// The record of a login.
    Login,
    /// Anything else that the exchange decides.
    Plain,
    /// Anything the publisher answers by itself.
    Answer,
}

/// What a request was paid from.
#[derive(Clone, Debug)]
pub(crate) struct Toll {
    pub(crate) bucket: Bucket,
    pub(crate) left: u32,
    pub(crate) cost: u32,
    pub(crate) throttle: SharedThrottle,
}

impl Requested {
    /// Whether a cancel must not overtake it.
    pub(crate) const fn is_order(self) -> bool {
        matches!(self, Self::Place(..) | Self::Amend | Self::Quote(_) | Self::Login)
    }

    /// The side of a new order, or of one that is asked about.
    pub(crate) const fn side(self) -> Option<Side> {
        match self {
            Self::Place(_, side) | Self::Preview(_, side) => Some(side),
            Self::Amend
            | Self::Cancel
            | Self::CancelAll
            | Self::Quote(_)
            | Self::Kill
            | Self::Margin
            | Self::Login
            | Self::Plain
            | Self::Answer => None,
        }
    }

    /// Whether it takes risk away.
    pub(crate) const fn is_cancel(self) -> bool {
        matches!(self, Self::Cancel | Self::CancelAll | Self::Kill)
    }
}

impl Asked {
    /// How long ago it was read.
    pub(crate) fn age_ns(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
