//! What the connections send: an order that rests and its cancel, by turns, made into frames
//! beforehand. So each message does something, and a half of them each thing.

use protocol::binary::{Cancel, ClientId, Header, Message, Place};
use protocol::client::{OrderKind, Stp, Tif};
use types::Side;

use super::frames::{BINARY, TEXT, push};
use super::venue::SYMBOL;
use super::wire::Speech;

/// Frames one after another.
#[derive(Clone, Debug, Default)]
pub struct Script {
    frames: Vec<u8>,
    ends: Vec<usize>,
}

impl Script {
    /// Messages `first` to `first + count`; even numbers place an order and odd ones cancel the one
    /// before. `instrument_no` is that of the contract.
    #[must_use]
    pub fn new(speech: Speech, run: &str, first: u64, count: u64, instrument_no: u32) -> Self {
        let mut script = Self::default();
        for id in first..first + count {
            let name = format!("{run}-{}", id / 2);
            match speech {
                Speech::Json => push(TEXT, json(id, &name).as_bytes(), &mut script.frames),
                Speech::Binary => {
                    push(BINARY, &binary(id, &name, instrument_no), &mut script.frames);
                }
            }
            script.ends.push(script.frames.len());
        }
        script
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The frames from one to before another.
    #[must_use]
    pub fn frames(&self, from: usize, to: usize) -> &[u8] {
        let end = |count: usize| count.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.frames[end(from)..end(to)]
    }
}

fn json(id: u64, name: &str) -> String {
    let place = id.is_multiple_of(2);
    if place {
        format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"order.place\",\"params\":{{\
             \"symbol\":\"{SYMBOL}\",\"client_order_id\":\"{name}\",\"side\":\"buy\",\
             \"type\":\"limit\",\"price\":\"2.3{:02}\",\"qty\":\"1\"}}}}",
            id / 2 % 100,
        )
    } else {
        format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"order.cancel\",\"params\":{{\
             \"client_order_id\":\"{name}\"}}}}"
        )
    }
}

fn binary(id: u64, name: &str, instrument_no: u32) -> Vec<u8> {
    let client_order_id = ClientId::new(name);
    let message = if id.is_multiple_of(2) {
        Message::Place(Place {
            request_id: id,
            instrument_no,
            client_order_id,
            side: Side::Buy,
            kind: OrderKind::Limit,
            price: 2_300 + i64::try_from(id / 2 % 100).expect("it is below a hundred"),
            qty: 1,
            tif: Tif::Gtc,
            post_only: false,
            reduce_only: false,
            slide: false,
            cod: None,
            stp: Stp::CancelNewest,
            valid_until_ns: 0,
        })
    } else {
        Message::Cancel(Cancel { request_id: id, order_id: 0, client_order_id })
    };
    message.encode(Header::default())
}

/// What replies say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Done.
    pub done: u64,
    /// Refused.
    pub refused: u64,
}

impl Heard {
    /// Counts one. An error begins as JSON, whatever the encoding.
    pub fn count(&mut self, reply: &[u8]) {
        let is_error = reply.starts_with(b"{")
            && reply[..reply.len().min(48)].windows(7).any(|w| w == b"\"error\"");
        if is_error {
            self.refused += 1;
        } else {
            self.done += 1;
        }
    }

    /// Adds another's.
    pub fn add(&mut self, other: Self) {
        self.done += other.done;
        self.refused += other.refused;
    }
}

/// The number of a reply.
#[must_use]
pub fn reply_id(reply: &[u8]) -> Option<u64> {
    if let Some(rest) = reply.strip_prefix(b"{\"jsonrpc\":\"2.0\",\"id\":") {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
        return Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')));
    }
    match Message::decode(reply) {
        Ok((_, Some(Message::OrderReply(reply)), _)) => Some(reply.request_id),
        Ok(_) | Err(_) => None,
    }
}

impl Script {
    /// Adds another's frames.
    #[expect(clippy::needless_pass_by_value, reason = "it goes into this one")]
    pub fn append(&mut self, other: Self) {
        let before = self.frames.len();
        self.frames.extend_from_slice(&other.frames);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }
}
