//! The feed as lines of JSON over HTTP: the same frames a socket gets, for `curl -N`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::stream;
use serde::Deserialize;

use super::Shared;
use crate::admission::Encoding;
use crate::egress::Ask;
use crate::link::{Link, Links};
use crate::outbox::Take;

/// Bytes written at once.
const CHUNK: usize = 64 << 10;

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Channels, by comma; `trades` is that of every symbol wanted.
    ch: String,
    /// By comma; all when absent.
    symbols: Option<String>,
}

/// Frames of public channels, one on each line, until the client goes.
pub(super) async fn lines(State(shared): State<Shared>, Query(wanted): Query<Wanted>) -> Response {
    let channels = channels(&wanted, &shared.venue.directory.symbols());
    let links = Arc::clone(&shared.venue.links);
    let reader = Reader { link: links.open(Encoding::Json), links };
    let watch = Ask::Watch { link: Arc::clone(&reader.link), channels };
    if shared.venue.is_closing() || shared.venue.asks.try_send(watch).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let body = Body::from_stream(stream::unfold(reader, next));
    ([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response()
}

/// Channels that have a symbol get each of those wanted.
fn channels(wanted: &Wanted, all: &[String]) -> Vec<String> {
    let symbols: Vec<&str> = match &wanted.symbols {
        Some(symbols) => symbols.split(',').collect(),
        None => all.iter().map(String::as_str).collect(),
    };
    let each = |channel: &str| -> Vec<String> {
        match channel {
            "book" | "bbo" | "trades" | "ticker" | "status" | "delivery" => {
                symbols.iter().map(|symbol| format!("{channel}.{symbol}")).collect()
            }
            _ => vec![channel.to_owned()],
        }
    };
    wanted.ch.split(',').flat_map(each).collect()
}

/// One reader of lines; dropped, it is gone.
struct Reader {
    link: Arc<Link>,
    links: Arc<Links>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.links.close(&self.link);
    }
}

async fn next(reader: Reader) -> Option<(Result<Bytes, Infallible>, Reader)> {
    loop {
        match reader.link.outbox.take(CHUNK) {
            Take::Close(_) => return None,
            Take::Frames(frames) if frames.is_empty() => reader.link.outbox.ready().await,
            Take::Frames(frames) => {
                let mut lines = BytesMut::new();
                for frame in frames {
                    lines.put(frame.bytes().clone());
                    lines.put_u8(b'\n');
                }
                return Some((Ok(lines.freeze()), reader));
            }
        }
    }
}
