//! Every message of the protocol: its name, who says it where, its schema and its examples.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::{carried, conventions, examples, results};
use crate::channels::{DEPTHS, INTERVALS_MS, Private, Span};
use crate::client::{Block, Meter, Method, Pledge, RequestId, Withdraw};
use crate::errors::{Code, WireError};
use crate::server::{Event, Hello};

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Client,
    Server,
}

/// A place of the exchange to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Trade,
    MarketData,
    DropCopy,
}

impl Endpoint {
    pub(super) const ALL: [Self; 3] = [Self::Trade, Self::MarketData, Self::DropCopy];
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) from: From,
    pub(super) on: Vec<Endpoint>,
    pub(super) payload: Value,
    pub(super) examples: Vec<Value>,
}

/// All messages, and the types their schemas refer to.
#[derive(Clone, Debug)]
pub(super) struct Catalogue {
    pub(super) messages: Vec<Message>,
    pub(super) definitions: Map<String, Value>,
}

impl Catalogue {
    /// Reads it off the types.
    pub(super) fn read() -> Self {
        let settings = SchemaSettings::draft07();
        let mut client = settings.clone().for_deserialize().into_generator();
        let mut server = settings.for_serialize().into_generator();
        let mut messages = requests(&mut client, &mut server);
        messages.extend([hello(&mut server), error(&mut server), heartbeat(&mut server)]);
        messages.extend(public_events(&mut server));
        messages.extend(private_events(&mut server));
        // What is signed is inside a text, so no message refers to it.
        client.subschema_for::<Pledge>();
        client.subschema_for::<Meter>();
        client.subschema_for::<Block>();
        client.subschema_for::<Withdraw>();

        let mut said = Value::Object(client.take_definitions(true));
        let mut heard = Value::Object(server.take_definitions(true));
        conventions::apply(&mut said, conventions::client);
        conventions::apply(&mut heard, conventions::server);
        heard["WireError"] = error_schema(&heard["WireError"]);
        let asked = messages.iter_mut().filter(|message| message.from == From::Client);
        asked.for_each(|message| require_params(&mut message.payload, &said));
        let mut catalogue = Self { messages, definitions: Map::new() };
        catalogue.merge(said, &heard);
        catalogue.illustrate(examples::of_the_page());
        catalogue
    }

    /// A type that is written with more than must be read is two types to a schema.
    fn merge(&mut self, mut said: Value, heard: &Value) {
        let (names, heard) = (object(&said).clone(), object(heard).clone());
        for name in
            names.keys().filter(|name| heard.get(*name).is_some_and(|other| other != &names[*name]))
        {
            rename(&mut said, name);
            let asked = self.messages.iter_mut().filter(|message| message.from == From::Client);
            asked.for_each(|message| rename(&mut message.payload, name));
            let members = said.as_object_mut().expect("definitions are an object");
            let moved = members.remove(name).expect("it is there");
            members.insert(format!("{name}Params"), moved);
        }
        self.definitions = heard;
        self.definitions.extend(object(&said).clone());
    }

    fn illustrate(&mut self, mut examples: BTreeMap<String, Vec<Value>>) {
        for message in &mut self.messages {
            message.examples = examples.remove(&message.name).unwrap_or_default();
        }
        assert!(examples.is_empty(), "the page has examples of nothing: {examples:?}");
    }
}

/// Parameters may be left out where none of them is required.
fn require_params(request: &mut Value, types: &Value) {
    let params = &request["properties"]["params"];
    let name = params["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let of_type = name.map_or(params, |name| &types[name]);
    if of_type.get("required").is_some() {
        request["required"] = json!(["jsonrpc", "id", "method", "params"]);
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("definitions are an object")
}

/// References to `name` become references to its other name.
fn rename(schema: &mut Value, name: &str) {
    let (old, new) = (format!("#/definitions/{name}"), format!("#/definitions/{name}Params"));
    each_reference(schema, &|text| {
        if *text == old {
            text.clone_from(&new);
        }
    });
}

/// Changes every reference in a schema.
pub(super) fn each_reference(schema: &mut Value, change: &impl Fn(&mut String)) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                change(reference);
            }
            members.values_mut().for_each(|one| each_reference(one, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|one| each_reference(one, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn message(name: String, summary: &str, from: From, on: &[Endpoint], payload: Value) -> Message {
    let summary = summary.trim().to_owned();
    Message { name, summary, from, on: on.to_vec(), payload, examples: Vec::new() }
}

/// What may be asked wherever one can connect; all else belongs to the account that trades.
fn asked_on(method: &str) -> &'static [Endpoint] {
    let is_of_session = ["session.", "sandbox."].iter().any(|start| method.starts_with(start));
    match method {
        "ping" | "subscribe" | "unsubscribe" | "resync" => &Endpoint::ALL,
        _ if is_of_session => &Endpoint::ALL,
        _ => &[Endpoint::Trade],
    }
}

fn requests(client: &mut SchemaGenerator, server: &mut SchemaGenerator) -> Vec<Message> {
    let id = client.subschema_for::<RequestId>();
    let mut messages = Vec::new();
    for (method, summary, params) in Method::shapes(client) {
        let asked = json!({
            "type": "object",
            "required": ["jsonrpc", "id", "method"],
            "additionalProperties": false,
            "properties": {
                "jsonrpc": { "const": "2.0" }, "id": &id, "method": { "const": method }, "params": params,
            },
        });
        let result =
            results::result(method, server).unwrap_or_else(|| panic!("{method} has no result"));
        let answered = json!({
            "type": "object",
            "required": ["jsonrpc", "id", "result"],
            "properties": { "jsonrpc": { "const": "2.0" }, "id": &id, "result": result },
        });
        let on = asked_on(method);
        messages.push(message(method.to_owned(), summary, From::Client, on, asked));
        let what = format!("What `{method}` came to.");
        messages.push(message(format!("{method}.result"), &what, From::Server, on, answered));
    }
    messages
}

fn hello(server: &mut SchemaGenerator) -> Message {
    let params = server.subschema_for::<Hello>();
    let payload = notice("hello", &json!(params));
    message("hello".to_owned(), "The greeting.", From::Server, &Endpoint::ALL, payload)
}

fn error(server: &mut SchemaGenerator) -> Message {
    let payload = json!({
        "type": "object",
        "required": ["jsonrpc", "id", "error"],
        "properties": {
            "jsonrpc": { "const": "2.0" },
            "id": { "anyOf": [server.subschema_for::<RequestId>(), { "type": "null" }] },
            "error": server.subschema_for::<WireError>(),
        },
    });
    let summary = "Why a request was refused; without an id when it could not be read.";
    message("error".to_owned(), summary, From::Server, &Endpoint::ALL, payload)
}

/// An error has one of the codes there are, and its data says at least two things.
fn error_schema(read: &Value) -> Value {
    let mut schema = read.clone();
    let numbers: Vec<i32> = Code::ALL.iter().map(|code| code.number()).collect();
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    schema["properties"]["code"]["enum"] = json!(numbers);
    schema["properties"]["message"]["enum"] = json!(names);
    let data = &mut schema["properties"]["data"];
    data["required"] = json!(["final", "text"]);
    data["properties"] = json!({ "final": { "type": "boolean" }, "text": { "type": "string" } });
    schema
}

fn notice(method: &str, params: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["jsonrpc", "method", "params"],
        "properties": { "jsonrpc": { "const": "2.0" }, "method": { "const": method }, "params": params },
    })
}

fn heartbeat(server: &mut SchemaGenerator) -> Message {
    let words: Vec<&str> = carried::publics().iter().map(|(name, _)| *name).collect();
    let all = words.into_iter().map(pattern).collect::<Vec<_>>().join("|");
    let payload = event(server, &all, "heartbeat", None, &["channel", "kind", "epoch", "seq"]);
    let on = [Endpoint::Trade, Endpoint::MarketData];
    let summary = "A public channel says that nothing was lost.";
    message("event.heartbeat".to_owned(), summary, From::Server, &on, payload)
}

fn public_events(server: &mut SchemaGenerator) -> Vec<Message> {
    let members = [
        "channel", "kind", "reason", "epoch", "seq", "prev_seq", "eseq", "eng_ns", "dropped",
        "data",
    ];
    let on = [Endpoint::Trade, Endpoint::MarketData];
    let mut messages = Vec::new();
    for (name, channel) in carried::publics() {
        let mut kinds: Vec<_> = carried::public(&channel, server)
            .into_iter()
            .map(|(k, data)| (k, Some(json!(data))))
            .collect();
        let mut members = members.to_vec();
        match name.split('.').next() {
            Some("trades") => kinds.push(("gap", None)),
            Some("book") => members.push("crc"),
            _ => {}
        }
        for (kind, data) in kinds {
            let mut members = members.clone();
            if kind == "gap" {
                members.extend(["from_seq", "to_seq"]);
            }
            let payload = event(server, &pattern(name), kind, data.as_ref(), &members);
            let summary = format!("`{kind}` on `{name}`.");
            let name = carried::event_name(&name.to_lowercase(), kind);
            messages.push(message(name, &summary, From::Server, &on, payload));
        }
    }
    messages
}

fn private_events(server: &mut SchemaGenerator) -> Vec<Message> {
    let mut messages = Vec::new();
    for channel in Private::ALL {
        let mut kinds = carried::private(channel, server);
        kinds.extend(carried::beginning(channel, server).map(|data| ("snapshot", data)));
        let mut members = vec!["channel", "kind", "reason", "epoch", "data"];
        if !matches!(channel, Private::Block | Private::Rfq) {
            members.extend(["acct_seq", "replay"]);
        }
        let on = match channel {
            Private::DropCopy => {
                members.push("account");
                Endpoint::DropCopy
            }
            Private::FirmCopy => {
                members.extend(["account", "firm_seq"]);
                Endpoint::DropCopy
            }
            _ => Endpoint::Trade,
        };
        for (kind, data) in kinds {
            let payload = event(server, channel.name(), kind, Some(&json!(data)), &members);
            let summary = format!("`{kind}` on `{}`.", channel.name());
            let name = carried::event_name(channel.name(), kind);
            messages.push(message(name, &summary, From::Server, &[on], payload));
        }
    }
    messages
}

/// An event with no more members than those of its channel.
fn event(
    server: &mut SchemaGenerator,
    channel: &str,
    kind: &str,
    data: Option<&Value>,
    members: &[&str],
) -> Value {
    let mut schema = json!(Event::<Value>::json_schema(server));
    conventions::apply(&mut schema, conventions::server);
    let all = schema["properties"].as_object_mut().expect("an event is an object");
    all.retain(|name, _| members.contains(&name.as_str()));
    let mut required = vec!["channel", "kind", "epoch"];
    required.extend(
        ["seq", "acct_seq", "firm_seq", "replay"].iter().filter(|name| members.contains(name)),
    );
    all["channel"]["pattern"] = json!(format!("^({channel})$"));
    all.insert("kind".to_owned(), json!({ "const": kind }));
    match data {
        Some(data) => {
            all.insert("data".to_owned(), data.clone());
            required.push("data");
        }
        None => drop(all.remove("data")),
    }
    notice("event", &json!({ "type": "object", "required": required, "properties": all }))
}

/// The names of a channel, as an expression.
fn pattern(name: &str) -> String {
    let any = |words: Vec<String>| format!("({})", words.join("|"));
    let interval = |ms: u16| if ms == 100 { "100ms" } else { "1s" };
    let parts = name.split('.').map(|word| match word {
        "SYMBOL" | "PRODUCT" => "[A-Z0-9]+([-:_][A-Z0-9]+)*".to_owned(),
        "DEPTH" => any(DEPTHS.map(|depth| depth.to_string()).into()),
        "INTERVAL" => any(INTERVALS_MS.map(|ms| interval(ms).to_owned()).into()),
        "SPAN" => any(Span::ALL.map(|span| span.name().to_owned()).into()),
        word => word.to_owned(),
    });
    let whole = parts.collect::<Vec<_>>().join(r"\.");
    if name == "settlement" { format!(r"{whole}(\.{})?", pattern("SYMBOL")) } else { whole }
}
