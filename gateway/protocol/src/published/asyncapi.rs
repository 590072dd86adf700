//! AsyncAPI 3: the three places to connect to, and what may be said there by whom.

use serde_json::{Map, Value, json};

use super::catalogue::{Catalogue, Endpoint, From, Message, each_reference};
use crate::{SCHEMA_REV, SUBPROTOCOL};

pub(super) fn write(catalogue: &Catalogue) -> Value {
    let messages: Map<String, Value> = catalogue
        .messages
        .iter()
        .map(|message| (message.name.clone(), component(message)))
        .collect();
    let mut schemas = Value::Object(catalogue.definitions.clone());
    move_references(&mut schemas);
    let channels: Map<String, Value> =
        Endpoint::ALL.into_iter().map(|at| (key(at).to_owned(), channel(catalogue, at))).collect();
    let operations: Map<String, Value> =
        Endpoint::ALL.into_iter().flat_map(|at| operations(catalogue, at)).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Gigahour",
            "version": format!("1.{SCHEMA_REV}.0"),
            "description": format!("GPU-hour futures over WebSocket, subprotocol `{SUBPROTOCOL}`: \
                JSON-RPC 2.0, one message a frame. PROTOCOL.md says what each means."),
            "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "venue": {
                "host": "{host}",
                "protocol": "ws",
                "description": "`wss` where the exchange has a certificate.",
                "variables": { "host": { "default": "127.0.0.1:9000" } },
            },
        },
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas },
    })
}

const fn key(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Trade => "trade",
        Endpoint::MarketData => "md",
        Endpoint::DropCopy => "drop",
    }
}

const fn about(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Trade => {
            "Orders, the account stream and public channels, after a login within 10 s."
        }
        Endpoint::MarketData => "Public channels, without a login.",
        Endpoint::DropCopy => {
            "A copy of the account stream, after a login with scope `drop`, or of a firm's, with `firm`."
        }
    }
}

fn spoken(catalogue: &Catalogue, at: Endpoint) -> impl Iterator<Item = &Message> {
    catalogue.messages.iter().filter(move |message| message.on.contains(&at))
}

fn channel(catalogue: &Catalogue, at: Endpoint) -> Value {
    let messages: Map<String, Value> = spoken(catalogue, at)
        .map(|one| {
            (one.name.clone(), json!({ "$ref": format!("#/components/messages/{}", one.name) }))
        })
        .collect();
    json!({ "address": format!("/v1/{}", key(at)), "description": about(at), "messages": messages })
}

fn operations(catalogue: &Catalogue, at: Endpoint) -> Vec<(String, Value)> {
    let channel = json!({ "$ref": format!("#/channels/{}", key(at)) });
    let reference =
        |name: &str| json!({ "$ref": format!("#/channels/{}/messages/{name}", key(at)) });
    let mut all = Vec::new();
    for asked in spoken(catalogue, at).filter(|message| message.from == From::Client) {
        let answers = [reference(&format!("{}.result", asked.name)), reference("error")];
        let operation = json!({
            "action": "receive",
            "summary": asked.summary,
            "channel": &channel,
            "messages": [reference(&asked.name)],
            "reply": { "channel": &channel, "messages": answers },
        });
        all.push((format!("{}.{}", key(at), asked.name), operation));
    }
    let told = spoken(catalogue, at).filter(|message| is_told(message));
    let messages: Vec<Value> = told.map(|message| reference(&message.name)).collect();
    let operation = json!({
        "action": "send",
        "summary": "The greeting, and events of the channels that are subscribed.",
        "channel": channel,
        "messages": messages,
    });
    all.push((format!("{}.tell", key(at)), operation));
    all
}

/// What is said unasked.
fn is_told(message: &Message) -> bool {
    message.name == "hello" || message.name.starts_with("event.")
}

fn component(message: &Message) -> Value {
    let mut payload = message.payload.clone();
    move_references(&mut payload);
    let mut component = json!({
        "name": message.name,
        "title": message.name,
        "summary": message.summary,
        "payload": payload,
    });
    if !message.examples.is_empty() {
        let examples = message.examples.iter().map(|example| json!({ "payload": example }));
        component["examples"] = examples.collect();
    }
    component
}

/// From where JSON Schema has its types to where AsyncAPI has them.
fn move_references(schema: &mut Value) {
    each_reference(schema, &|reference| {
        *reference = reference.replace("#/definitions/", "#/components/schemas/");
    });
}
