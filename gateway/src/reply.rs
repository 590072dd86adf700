//! Replies: results and errors as frames, with the stamps every answer to a request of the exchange
//! carries.

use bytes::Bytes;
use protocol::client::RequestId;
use protocol::errors::{Code, WireError};
use protocol::server::{error_text, result_text};
use serde::Serialize;
use serde_json::{Value, json};

use crate::egress::Toll;
use crate::throttle::Limited;
use crate::venue::wall_ns;

/// What was asked for.
pub(crate) fn success(id: &RequestId, result: &impl Serialize) -> Bytes {
    Bytes::from(result_text(id, result))
}

/// Why not. Without an id when it could not be read.
pub(crate) fn failure(id: Option<&RequestId>, error: &WireError) -> Bytes {
    Bytes::from(error_text(id, error))
}

/// An error with the stamps of its request; `eng_ns` when the exchange has come to it.
pub(crate) fn stamped(
    error: WireError,
    in_ns: i64,
    eng_ns: Option<i64>,
    toll: Option<&Toll>,
) -> WireError {
    let error = error.with("in_ns", in_ns.to_string()).with("out_ns", wall_ns().to_string());
    let error = match eng_ns {
        Some(eng_ns) => error.with("eng_ns", eng_ns.to_string()),
        None => error,
    };
    match toll {
        Some(toll) => error.with("rl", rate_limit(toll)),
        None => error,
    }
}

/// What a request was paid from and what is left.
pub(crate) fn rate_limit(toll: &Toll) -> Value {
    json!({ "bucket": toll.bucket.name(), "left": toll.left })
}

/// Too fast.
pub(crate) fn limited(bucket: &str, limited: Limited) -> WireError {
    WireError::new(Code::RateLimited)
        .with("bucket", bucket)
        .with("retry_after_ms", limited.retry_after_ms)
}
