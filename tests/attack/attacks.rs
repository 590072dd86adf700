//! What a hostile client may do, one attempt each. Whether it gets anywhere is its own affair.

use std::pin::Pin;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::crowd::{Target, read_out, upgraded};

/// One attempt.
pub(crate) type Attack = fn(Target) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// All of them.
pub(crate) const ALL: [(&str, Attack); 16] = [
    ("slow handshakes", |at| Box::pin(slow_head(at, Port::Trade))),
    ("slow requests of pages", |at| Box::pin(slow_head(at, Port::Http))),
    ("half-open connections", |at| Box::pin(half_open(at))),
    ("connections", |at| Box::pin(connections(at))),
    ("pings", |at| Box::pin(frames(at, frame(0x89, &[7; 125]), 2_000))),
    ("empty messages", |at| Box::pin(frames(at, frame(0x81, b""), 2_000))),
    ("garbage", |at| Box::pin(frames(at, (0..=255).cycle().skip(3).take(40_000).collect(), 1))),
    ("no JSON", |at| Box::pin(frames(at, frame(0x81, b"{\"jsonrpc\":"), 500))),
    ("not UTF-8", |at| Box::pin(frames(at, frame(0x81, &[0xff, 0xfe, 0xc0, 0x80]), 10))),
    ("deep JSON", |at| Box::pin(frames(at, frame(0x81, &deep()), 20))),
    ("huge numbers", |at| Box::pin(frames(at, frame(0x81, &huge()), 20))),
    ("too large messages", |at| Box::pin(frames(at, frame(0x81, &[b' '; (64 << 10) + 1]), 2))),
    ("fragments", |at| Box::pin(fragments(at))),
    ("logins", |at| Box::pin(frames(at, frame(0x81, LOGIN), 20))),
    ("subscriptions", |at| Box::pin(frames(at, frame(0x81, SUBSCRIBE), 300))),
    ("readers that do not read", |at| Box::pin(no_reading(at))),
];

const LOGIN: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"key_id":"k_1001","alg":"ed25519","client_nonce":"0","ts_ns":"1","sig":"8+XnqbyX4soFIqRVrGOr4me3qATToSPhyau/5/baQ+snKsXRe//wA77MZAIFdv1o9S3N+WuzIs832z2Y0xmTDg=="}}"#;
const SUBSCRIBE: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"channels":["instruments","book.H100-US-2027M03","trades.H100-US-2027M03","curve.H100-US"]}}"#;

#[derive(Clone, Copy)]
enum Port {
    Trade,
    Http,
}

/// A frame as a client masks it, with a mask of zeros.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).expect("below 126")),
        long => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

fn deep() -> Vec<u8> {
    let mut text = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":".to_vec();
    text.resize(60_000, b'[');
    text
}

fn huge() -> Vec<u8> {
    let digits = "9".repeat(20_000);
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{digits},\"method\":\"ping\",\"params\":{{\"ns\":1e{digits}}}}}")
        .into_bytes()
}

/// A head that comes one byte at a time and never ends.
async fn slow_head(at: Target, port: Port) {
    let address = match port {
        Port::Trade => at.trade,
        Port::Http => at.http,
    };
    let mut streams = Vec::new();
    for _ in 0..16 {
        if let Ok(stream) = TcpStream::connect(address).await {
            streams.push(stream);
        }
    }
    for byte in b"GET /v1/trade HTTP/1.1\r\nX: " {
        for stream in &mut streams {
            stream.write_all(&[*byte]).await.ok();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn half_open(at: Target) {
    let mut streams = Vec::new();
    for _ in 0..16 {
        streams.extend(TcpStream::connect(at.trade).await);
        streams.extend(TcpStream::connect(at.http).await);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
}

async fn connections(at: Target) {
    drop(TcpStream::connect(at.trade).await);
    drop(upgraded(at.trade, "/v1/md").await);
}

/// The same bytes again and again, and whatever comes back.
async fn frames(at: Target, bytes: Vec<u8>, times: usize) {
    let Some(mut stream) = upgraded(at.trade, "/v1/md").await else { return };
    for _ in 0..times {
        let written = tokio::time::timeout(Duration::from_secs(1), stream.write_all(&bytes)).await;
        if !matches!(written, Ok(Ok(()))) {
            break;
        }
    }
    read_out(&mut stream).await;
}

/// A message in pieces of one byte that does not end.
async fn fragments(at: Target) {
    let Some(mut stream) = upgraded(at.trade, "/v1/md").await else { return };
    let mut bytes = frame(0x01, b"x");
    for _ in 0..20_000 {
        bytes.extend_from_slice(&[0x00, 0x81, 0, 0, 0, 0, b'x']);
    }
    stream.write_all(&bytes).await.ok();
    read_out(&mut stream).await;
}

/// Asks for more than it reads.
async fn no_reading(at: Target) {
    let Some(mut stream) = upgraded(at.trade, "/v1/md").await else { return };
    let subscribe = frame(0x81, SUBSCRIBE);
    for _ in 0..200 {
        let written =
            tokio::time::timeout(Duration::from_millis(20), stream.write_all(&subscribe)).await;
        if !matches!(written, Ok(Ok(()))) {
            break;
        }
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
}
