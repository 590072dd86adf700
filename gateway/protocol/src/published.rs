//! The documents that are written from the types: JSON Schema and AsyncAPI 3 of every message, a page
//! for each error code, and `llms.txt`.
//!
//! [`documents`] are the files under `published/` beside `PROTOCOL.md`; a test compares them. Their
//! examples are the messages of `PROTOCOL.md`.

use std::sync::LazyLock;

use serde_json::{Value, json};

mod asyncapi;
mod carried;
mod catalogue;
mod conventions;
mod errors;
mod examples;
mod llms;
mod results;

pub use carried::event_name;
use catalogue::Catalogue;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where it stands in the folder of documents.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// All of them, in the order of their paths.
#[must_use]
pub fn documents() -> &'static [Document] {
    static ALL: LazyLock<Vec<Document>> = LazyLock::new(write);
    &ALL
}

/// The document of this path.
#[must_use]
pub fn document(path: &str) -> Option<&'static Document> {
    documents().iter().find(|document| document.path == path)
}

fn write() -> Vec<Document> {
    let catalogue = Catalogue::read();
    let file = |path: &str, text: String| Document { path: path.to_owned(), text };
    let mut all = errors::pages();
    all.push(file("asyncapi.json", pretty(&asyncapi::write(&catalogue))));
    all.push(file("schema.json", pretty(&bundle(&catalogue))));
    all.push(file("llms.txt", llms::write(&catalogue)));
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a document is JSON");
    text.push('\n');
    text
}

/// Every message by name in one JSON Schema, and what each side may say.
fn bundle(catalogue: &Catalogue) -> Value {
    let mut definitions = catalogue.definitions.clone();
    let mut said = [Vec::new(), Vec::new()];
    for message in &catalogue.messages {
        let name = message.name.as_str();
        definitions.insert(name.to_owned(), message.payload.clone());
        said[message.from as usize].push(json!({ "$ref": format!("#/definitions/{name}") }));
    }
    let [client, server] = said;
    definitions.insert("FromClient".to_owned(), json!({ "anyOf": client }));
    definitions.insert("FromServer".to_owned(), json!({ "anyOf": server }));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "urn:gigahour:v1",
        "title": "gigahour.v1",
        "description": "Every message of the protocol by name. A request is named as its method, its \
            result with `.result`, an event `event.CHANNEL.KIND`.",
        "anyOf": [{ "$ref": "#/definitions/FromClient" }, { "$ref": "#/definitions/FromServer" }],
        "definitions": definitions,
    })
}

#[cfg(test)]
mod tests;
