//! The documents of the protocol: `/PROTOCOL.md`, `/llms.txt`, `/asyncapi.json`, `/schema.json`, and a
//! page for each error, `/errors/2010`.

use axum::extract::Path;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use protocol::PAGE;
use protocol::published::document;

/// The document of a path.
pub(super) async fn file(uri: Uri) -> Response {
    answer(uri.path().trim_start_matches('/'))
}

/// The page of an error code, by its number.
pub(super) async fn error(Path(code): Path<String>) -> Response {
    answer(&format!("errors/{}.md", code.trim_end_matches(".md")))
}

fn answer(path: &str) -> Response {
    let text = match path {
        "PROTOCOL.md" => Some(PAGE),
        path => document(path).map(|document| document.text.as_str()),
    };
    let kind =
        if path.ends_with(".json") { "application/json" } else { "text/plain; charset=utf-8" };
    match text {
        Some(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        None => (StatusCode::NOT_FOUND, "no such page\n").into_response(),
    }
}
