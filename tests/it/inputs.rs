//! What anybody may send, and what must hold whatever it is: each function takes bytes and panics when
//! it does not. The targets in `tests/fuzz` call them with bytes of a fuzzer's making; here they get the
//! corpus, and changes of it by chance.

use std::cell::RefCell;
use std::path::PathBuf;

use engine::Exchange;
use gateway::Config;
use gateway::config::read_market;
use protocol::binary::Message;
use protocol::client::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use types::{Command, Sequenced, Timestamp};

/// A request that can be read is written again as one that says the same.
pub(crate) fn json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(request) = Request::parse(text) {
        let again = Request::parse(&request.to_text());
        assert_eq!(again.as_ref(), Ok(&request), "{text}");
    }
}

/// A binary message that can be read is written again as the same, and a frame has an end.
pub(crate) fn binary(bytes: &[u8]) {
    let mut rest = bytes;
    while let Ok((header, message, after)) = Message::decode(rest) {
        assert!(after.len() < rest.len(), "a message has a header");
        if let Some(message) = message {
            let written = message.encode(header);
            let (_, again, _) = Message::decode(&written).expect("it was written here");
            assert_eq!(again, Some(message));
        }
        rest = after;
    }
}

/// Terms that can be read and have no fault open a market.
pub(crate) fn market(bytes: &[u8]) {
    let file = file("market.toml", bytes);
    if let Ok(terms) = read_market(&file) {
        let (mut exchange, mut events) = (Exchange::new(), Vec::new());
        let command =
            |seq, value| Sequenced { seq, time: Timestamp(1_800_000_000_000_000_000), value };
        exchange.apply(&command(1, Command::OpenMarket(Box::new(terms))), &mut events);
        exchange.apply(&command(2, Command::ClockAdvanced), &mut events);
        assert!(!events.is_empty(), "every command has a verdict");
    }
}

/// A configuration is read or refused.
pub(crate) fn config(bytes: &[u8]) {
    let file = file("gigahour.toml", bytes);
    Config::load(&file).map_or_else(|error| drop(error.to_string()), drop);
}

/// What a client says after it was let in has an answer or an end.
pub(crate) fn frames(bytes: &[u8]) {
    let masked = bytes.first().is_some_and(|first| first % 2 == 0);
    let said: Vec<u8> = if masked { messages(bytes) } else { bytes.to_vec() };
    converse("/v1/trade", &said);
}

/// Whatever comes instead of the request for an upgrade.
pub(crate) fn handshake(bytes: &[u8]) {
    with_venue(|runtime, server| runtime.block_on(speak(server.connect(), bytes)));
}

/// A login with these parts, which must not be let in.
pub(crate) fn login(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split('\n');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let params = serde_json::json!({
        "key_id": part(), "alg": part(), "client_nonce": part(), "ts_ns": part(), "sig": part(),
    });
    let request = serde_json::json!({
        "jsonrpc": "2.0", "id": 1, "method": "session.login", "params": params,
    });
    let mut said = Vec::new();
    push(0x81, request.to_string().as_bytes(), &mut said);
    let heard = converse("/v1/trade", &said);
    let heard = String::from_utf8_lossy(&heard);
    assert!(!heard.contains("\"scopes\""), "let in: {params}");
}

/// Each line as a message of its own, some of them binary.
fn messages(bytes: &[u8]) -> Vec<u8> {
    let mut said = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let kind = if line.first().is_some_and(u8::is_ascii) { 0x81 } else { 0x82 };
        push(kind, line, &mut said);
    }
    said
}

fn push(kind: u8, payload: &[u8], frames: &mut Vec<u8>) {
    frames.push(kind);
    match payload.len() {
        short @ 0..126 => frames.push(0x80 | u8::try_from(short).expect("below 126")),
        long => {
            frames.push(0x80 | 127);
            frames.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    frames.extend_from_slice(&[0; 4]);
    frames.extend_from_slice(payload);
}

/// Everything that is heard after an upgrade and these bytes.
fn converse(path: &str, said: &[u8]) -> Vec<u8> {
    with_venue(|runtime, server| {
        let mut bytes = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\
             Sec-WebSocket-Protocol: gigahour.v1.bin\r\n\r\n",
            server.trade.port(),
        )
        .into_bytes();
        bytes.extend_from_slice(said);
        // A close ends it, so that there is nothing to wait for.
        bytes.extend_from_slice(&[0x88, 0x80, 0, 0, 0, 0]);
        runtime.block_on(speak(server.connect(), &bytes))
    })
}

/// Says it all and hears it out.
async fn speak(stream: tokio::io::DuplexStream, bytes: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let said = async {
        writing.write_all(bytes).await.ok();
        writing.shutdown().await.ok();
    };
    let mut heard = Vec::new();
    let hears = reading.read_to_end(&mut heard);
    let both = async { tokio::join!(said, hears) };
    let done = tokio::time::timeout(std::time::Duration::from_secs(10), both).await;
    assert!(done.is_ok(), "a connection that was shut does not end");
    heard
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gigahour-inputs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(name);
    std::fs::write(&file, bytes).expect("room on the disk");
    file
}

type Running = (tokio::runtime::Runtime, gateway::Server, tempfile::TempDir);

thread_local! {
    static VENUE: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// One venue for all inputs of a thread.
fn with_venue<R>(visit: impl FnOnce(&tokio::runtime::Runtime, &gateway::Server) -> R) -> R {
    VENUE.with_borrow_mut(|venue| {
        let (runtime, server, _) = venue.get_or_insert_with(start);
        let _inside = runtime.enter();
        visit(runtime, server)
    })
}

fn start() -> Running {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let market = tests::market::terms(vec![tests::market::product("H100", "US")]);
    let clock = sequencer::Clock::Stepped { start: Timestamp(1_800_000_000_000_000_000) };
    let mut config = Config::local(market, folder.path().to_owned(), clock);
    config.reserve_bytes = 0;
    let server = runtime.block_on(gateway::server::start(config)).expect("it starts");
    (runtime, server, folder)
}
