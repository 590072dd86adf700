//! How a conversation with the exchange can fail.

use std::io;
use std::path::PathBuf;

use protocol::errors::WireError;
use serde_json::{Map, Value};

/// Why something asked for was not done, or is not known to be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The exchange says no; nothing has changed unless `data.final` is false.
    #[error("{name} ({code}): {}", words(.name, .data))]
    Refused {
        /// The number of the reason.
        code: i32,
        /// Its name.
        name: String,
        /// What it turned on.
        data: Map<String, Value>,
    },
    /// The connection has ended; [`Client::resume`](crate::Client::resume) makes a new one.
    #[error("the exchange closed the connection: {0}")]
    Closed(String),
    /// No answer came in time. Whether the request was done is not known.
    #[error("no answer to {0} in time")]
    TimedOut(&'static str),
    /// The other end does not speak this protocol.
    #[error("{0}")]
    Protocol(String),
    /// Nothing can be reached at this address.
    #[error("cannot connect to {url}: {source}")]
    Connect {
        /// Where.
        url: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file of keys cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of keys does not say what is needed.
    #[error("{}: {fault}", .path.display())]
    Keys {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
}

fn words<'a>(name: &'a str, data: &'a Map<String, Value>) -> &'a str {
    data.get("text").and_then(Value::as_str).unwrap_or(name)
}

impl Error {
    /// The number of the reason, when the exchange said no.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Closed(_)
            | Self::TimedOut(_)
            | Self::Protocol(_)
            | Self::Connect { .. }
            | Self::Io { .. }
            | Self::Keys { .. } => None,
        }
    }

    /// Whether it is certain that the request has changed nothing.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Refused { data, .. } => data.get("final") != Some(&Value::Bool(false)),
            Self::Closed(_) | Self::TimedOut(_) | Self::Protocol(_) => false,
            Self::Connect { .. } | Self::Io { .. } | Self::Keys { .. } => true,
        }
    }
}

impl From<WireError> for Error {
    fn from(error: WireError) -> Self {
        Self::Refused { code: error.code, name: error.message, data: error.data }
    }
}
