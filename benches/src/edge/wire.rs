//! A client that blocks: it connects, logs in, says and hears. Its socket goes to whatever drives many.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use serde_json::{Value, json};

use super::frames::{Frames, Next, PONG, TEXT, push};
use super::venue::{key_id, secret};

/// Which messages are binary, as the handshake says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// None.
    Json,
    /// Orders and their replies.
    Binary,
}

/// A connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    frames: Frames,
    host: String,
}

impl Wire {
    /// Connects to a WebSocket server.
    ///
    /// # Panics
    /// When it does not want to.
    #[must_use]
    pub fn open(address: SocketAddr, path: &str, speech: Speech) -> Self {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket has this option");
        let subprotocol = match speech {
            Speech::Json => "gigahour.v1.json",
            Speech::Binary => "gigahour.v1.bin",
        };
        let ask = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\
             Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).expect("it reads");
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).expect("it answers");
            head.extend_from_slice(&byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        Self { stream, frames: Frames::default(), host: address.to_string() }
    }

    /// Hears the greeting and logs in.
    ///
    /// # Panics
    /// When the venue does not know the account.
    pub fn log_in(&mut self, account: u32) {
        let hello: Value = serde_json::from_slice(self.hear()).expect("the venue speaks JSON");
        let nonce = hello["params"]["nonce"].as_str().expect("a greeting has a nonce").to_owned();
        let (key_id, mine, ts) = (key_id(account), "0123456789abcdef", "1");
        let message = protocol::login::login_message(&self.host, &key_id, &nonce, mine, ts);
        let sig = STANDARD.encode(secret(account).sign(&message).to_bytes());
        let params = json!({
            "key_id": key_id, "alg": "ed25519", "client_nonce": mine, "ts_ns": ts, "sig": sig,
            "cod": { "mode": "keep", "grace_ms": 0 },
        });
        let answer = self.ask("session.login", &params);
        assert!(answer["error"].is_null(), "{answer}");
    }

    /// Asks and waits for the answer.
    ///
    /// # Panics
    /// When the venue has gone.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": "ask", "method": method, "params": params });
        let mut frame = Vec::new();
        push(TEXT, request.to_string().as_bytes(), &mut frame);
        self.say(&frame);
        loop {
            let said: Value = serde_json::from_slice(self.hear()).expect("the venue speaks JSON");
            if said["id"] == json!("ask") {
                return said;
            }
        }
    }

    /// Writes frames.
    ///
    /// # Panics
    /// When the server has gone.
    pub fn say(&mut self, frames: &[u8]) {
        self.stream.write_all(frames).expect("the server reads");
    }

    /// Waits for a message.
    ///
    /// # Panics
    /// When the server has gone.
    pub fn hear(&mut self) -> &[u8] {
        let mut read = [0; 16 << 10];
        loop {
            // The borrow of a message that is given back would last for the whole loop.
            match self.frames.next() {
                Next::Message(message) => {
                    let length = message.len();
                    return self.frames.last(length);
                }
                Next::Ping => self.stream.write_all(&PONG).expect("the server reads"),
                Next::Closed(code) => panic!("the server closed with {code}"),
                Next::More => {
                    let count = self.stream.read(&mut read).expect("the server lives");
                    assert!(count != 0, "the server has gone");
                    self.frames.extend(&read[..count]);
                }
            }
        }
    }

    /// Its socket, for a runtime to drive.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn into_async(self) -> (tokio::net::TcpStream, Frames) {
        self.stream.set_nonblocking(true).expect("a socket has this option");
        let stream = tokio::net::TcpStream::from_std(self.stream).expect("within a runtime");
        (stream, self.frames)
    }

    /// Its socket and what was read from it.
    #[must_use]
    pub fn into_parts(self) -> (TcpStream, Frames) {
        (self.stream, self.frames)
    }

    /// Its socket alone.
    #[must_use]
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }
}
