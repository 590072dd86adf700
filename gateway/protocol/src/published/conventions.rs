//! What a name of the wire says about its value (`PROTOCOL.md`, section 1): `*_ns` are whole numbers as
//! text, `*_seq` are exact in JSON, a quantity is whole lots, a price has three decimals.

use serde_json::{Value, json};

/// The largest integer that is exact in JSON.
const EXACT: u64 = (1 << 53) - 1;

/// What a client may write for a name: up to three decimals, and its names are short.
pub(super) fn client(name: &str) -> Option<&'static str> {
    match name {
        "symbol" => Some("^[A-Z0-9]+([-:_][A-Z0-9]+)*$"),
        "client_order_id" | "rfq_id" | "block_id" | "quote_id" => Some("^[A-Za-z0-9_-]{1,36}$"),
        "mmp_group" => Some("^[A-Za-z0-9_-]{1,16}$"),
        "price" | "trigger_price" => Some(r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,3})?$"),
        "qty" | "min_qty" | "show_qty" | "qty_limit" => Some("^(0|[1-9][0-9]{0,9})$"),
        "hour_ns" | "expire_ns" | "valid_until_ns" => Some("^[0-9]{1,19}$"),
        _ => None,
    }
}

/// What the exchange writes for a name: always as many decimals as the unit has.
pub(super) fn server(name: &str) -> Option<&'static str> {
    match name {
        "symbol" => Some("^[A-Z0-9]+([-:_][A-Z0-9]+)*$"),
        "qty" | "lots" => Some("^-?[0-9]+$"),
        "price" | "mark" | "settle" | "tick" | "cash" | "escrow" => Some(r"^-?[0-9]+\.[0-9]{3}$"),
        _ if name.ends_with("_ns") => Some("^-?[0-9]{1,19}$"),
        _ if name.ends_with("_qty") => Some("^-?[0-9]+$"),
        _ if name.ends_with("_price") => Some(r"^-?[0-9]+\.[0-9]{3}$"),
        _ if name.ends_with("_px") => Some(r"^-?[0-9]+\.[0-9]{3}([0-9]{3})?$"),
        _ if name.ends_with("_gpu_hours") => Some("^-?[0-9]+$"),
        _ => None,
    }
}

/// Adds what names say to every object in a schema.
pub(super) fn apply(schema: &mut Value, pattern: fn(&str) -> Option<&'static str>) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties.iter_mut() {
            describe(name, property, pattern);
        }
    }
    bound(schema);
    match schema {
        Value::Object(members) => members.values_mut().for_each(|one| apply(one, pattern)),
        Value::Array(items) => items.iter_mut().for_each(|one| apply(one, pattern)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What fits in an integer of 32 bits, which a schema names and nobody else knows.
fn bound(schema: &mut Value) {
    let (lowest, highest) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("uint32") => (0, i64::from(u32::MAX)),
        _ => return,
    };
    schema["minimum"] = json!(lowest);
    schema["maximum"] = json!(highest);
}

fn describe(name: &str, property: &mut Value, pattern: fn(&str) -> Option<&'static str>) {
    let is = |kind: &str| match &property["type"] {
        Value::String(only) => only == kind,
        Value::Array(any) => any.iter().any(|one| one == kind),
        _ => false,
    };
    let (is_text, is_whole) = (is("string") && property.get("enum").is_none(), is("integer"));
    if let Some(pattern) = pattern(name).filter(|_| is_text) {
        property["pattern"] = json!(pattern);
    }
    if is_whole && (name.ends_with("seq") || name == "nonce") {
        property["maximum"] = json!(EXACT);
    }
}
