//! What became of an order when its answer was lost.

use std::time::Duration;

use clients::Error;
use protocol::server::OrderResult;
use serde_json::Value;
use tokio::time::timeout;

use crate::desk::Desk;
use crate::failure::Failure;

/// How long to try to find out.
const PATIENCE: Duration = Duration::from_secs(15);

/// Whether an order may have been done although there is no answer.
pub(crate) fn is_unknown(failure: &Failure) -> bool {
    matches!(failure, Failure::Exchange(error) if !error.is_final())
}

/// Connects again and sends the order once more under its own id, which the exchange does once.
/// Gives nothing back when the answer was printed as JSON.
pub(crate) async fn find_out(
    desk: &mut Desk,
    client_order_id: &str,
    as_json: bool,
) -> Result<Option<OrderResult>, Failure> {
    eprintln!("ghx: the answer was lost; asking again");
    let lost = |error: Error| {
        Failure::Unknown(format!(
            "{error}\n     nobody knows what became of the order; \
             run the same command with --id {client_order_id} to find out, it is done once"
        ))
    };
    let resumed = timeout(PATIENCE, desk.client().resume()).await;
    let resent = resumed.unwrap_or(Err(Error::TimedOut("order.place"))).map_err(lost)?;
    let answer = resent.into_iter().next().map(|resent| resent.answer);
    let value: Value = match answer {
        Some(Ok(value)) => value,
        Some(Err(error)) if error.is_final() => return Err(error.into()),
        Some(Err(error)) => return Err(lost(error)),
        None => return Err(lost(Error::Closed("the request was not sent again".to_owned()))),
    };
    if as_json {
        println!("{value}");
        return Ok(None);
    }
    serde_json::from_value(value)
        .map(Some)
        .map_err(|error| lost(Error::Protocol(error.to_string())))
}
