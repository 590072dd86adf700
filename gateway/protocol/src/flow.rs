//! The order flow of a session as it is signed: each command as one line of text, and a hash that runs
//! over the lines. `PROTOCOL.md` has the rules and a vector.
//!
//! Whoever sends a request and whoever finds its command in the log write the same line. The only file
//! that names BLAKE3.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::client::Method;
use crate::decimal;

/// The hash of all lines so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    hash: [u8; 32],
    count: u64,
}

impl Running {
    /// It begins with what the login signed, so no line counts for another session.
    #[must_use]
    pub fn of_login(message: &[u8]) -> Self {
        Self { hash: *blake3::hash(message).as_bytes(), count: 0 }
    }

    /// Goes on by one line.
    pub fn add(&mut self, line: &str) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.hash).update(line.as_bytes());
        self.hash = *hasher.finalize().as_bytes();
        self.count += 1;
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The hash.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

/// What a session signs over its first `count` commands, joined by line feeds.
#[must_use]
pub fn message(host: &str, key_id: &str, session_id: &str, count: u64, hash: &[u8; 32]) -> Vec<u8> {
    let hash = hexadecimal(hash);
    format!("gigahour-flow-v1\n{host}\n{key_id}\n{session_id}\n{count}\n{hash}").into_bytes()
}

/// 64 digits.
#[must_use]
pub fn hexadecimal(hash: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

/// A request of the order flow as a line; none for any other. An order says whether it ends with its
/// session: `ends_with_session` where the request does not.
#[must_use]
pub fn line(method: &Method, ends_with_session: bool) -> Option<String> {
    match method {
        Method::Place(_)
        | Method::Amend(_)
        | Method::Cancel(_)
        | Method::CancelAll(_)
        | Method::Quote(_)
        | Method::Protect(_)
        | Method::ResetQuotes(_)
        | Method::Kill(_)
        | Method::Combine(_) => {}
        _ => return None,
    }
    let mut params = method.params().ok()?;
    if let (Method::Place(_), Value::Object(members)) = (method, &mut params) {
        members.entry("cod").or_insert(Value::Bool(ends_with_session));
    }
    let mut line = format!("{} ", method.name());
    write_value(&mut line, &params);
    Some(line)
}

/// JSON without spaces, the members of each object in the order of their names.
fn write_value(line: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<(&str, Value)> =
                members.iter().map(|(name, value)| (name.as_str(), plain(name, value))).collect();
            sorted.retain(|(name, value)| !is_default(name, value));
            sorted.sort_unstable_by_key(|(name, _)| *name);
            line.push('{');
            for (at, (name, value)) in sorted.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                write!(line, "{comma}\"{name}\":").expect("text takes every letter");
                write_value(line, value);
            }
            line.push('}');
        }
        Value::Array(items) => {
            line.push('[');
            for (at, item) in items.iter().enumerate() {
                line.push_str(if at == 0 { "" } else { "," });
                write_value(line, item);
            }
            line.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            write!(line, "{value}").expect("text takes every letter");
        }
    }
}

/// One way to write each number that stands as text. The price of a quote that is pulled may be
/// anything, and counts as zero then.
fn plain(name: &str, value: &Value) -> Value {
    let Value::String(text) = value else { return value.clone() };
    let written = match name {
        "price" | "trigger_price" => {
            let ticks = decimal::parse_price(text).unwrap_or_default();
            Some(decimal::price(ticks))
        }
        "qty" | "min_qty" | "show_qty" | "qty_limit" => {
            decimal::parse_lots(text).ok().map(decimal::lots)
        }
        "expire_ns" | "valid_until_ns" => text.parse::<i64>().ok().map(|ns| ns.to_string()),
        _ => None,
    };
    written.map_or_else(|| value.clone(), Value::String)
}

/// Whether the member means the same as none. The names mean one thing in all requests.
fn is_default(name: &str, value: &Value) -> bool {
    let default = match name {
        "tif" => json!("gtc"),
        "stp" => json!("cancel_newest"),
        "post_only" | "slide" | "reduce_only" => json!(false),
        "qty_limit" => json!("0"),
        "trade_limit" | "frozen_ms" => json!(0),
        _ => Value::Null,
    };
    *value == default
}

#[cfg(test)]
mod tests;
