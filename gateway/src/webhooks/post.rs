//! One attempt: an HTTP POST and its status.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, Uri, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::letter::Letter;
use super::signature::Secret;

/// How long an address may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Posts a letter; what is wrong in words, unless it was accepted (2xx).
pub(super) async fn post(
    url: &str,
    secret: &Secret,
    letter: &Letter,
    seconds: u64,
) -> Result<(), String> {
    let signature = secret.sign(&letter.id, seconds, &letter.body);
    let sent = send(url, letter, seconds, &signature);
    match timeout(PATIENCE, sent).await {
        Ok(Ok(status)) if (200..300).contains(&status) => Ok(()),
        Ok(Ok(status)) => Err(format!("answered {status}")),
        Ok(Err(error)) => Err(error),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

async fn send(url: &str, letter: &Letter, seconds: u64, signature: &str) -> Result<u16, String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let uri: Uri = url.parse().map_err(|error| words(&error))?;
    let host = uri.host().ok_or("the address has no host")?;
    let port = uri.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host, port)).await.map_err(|error| words(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| words(&error))?;
    let connection = tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::post(path)
        .header(header::HOST, format!("{host}:{port}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", &letter.id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from(letter.body.clone())))
        .map_err(|error| words(&error))?;
    let answer = sender.send_request(request).await.map_err(|error| words(&error));
    connection.abort();
    Ok(answer?.status().as_u16())
}
