//! An exchange that says what a test tells it to, over a real socket.

use protocol::client::{Method, Request, RequestId};
use protocol::server::{Event, Hello, LoginResult, event_text, hello_text, result_text};
use serde::Serialize;
use serde_json::{Value, json};

use super::listening::{Guest, Listening};

/// The listening end.
pub(crate) struct Venue(Listening);

/// One accepted connection; dropped, it is lost.
pub(crate) struct Link(Guest);

/// The nonce of every greeting.
pub(crate) const NONCE: &str = "c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90";

impl Venue {
    pub(crate) async fn open() -> (Self, String) {
        let any = ([127, 0, 0, 1], 0).into();
        let listener = Listening::at(any).await.expect("loopback has free ports");
        let address = listener.address().expect("it is bound");
        (Self(listener), format!("ws://{address}/v1/trade"))
    }

    /// Accepts a connection and greets it.
    pub(crate) async fn greet(&self) -> Link {
        let stream = self.0.next().await.expect("a client comes");
        let mut link = Link(Guest::greet(stream).await.expect("a handshake"));
        let hello = Hello {
            env: "test".to_owned(),
            proto: protocol::SUBPROTOCOL.to_owned(),
            conn_id: "c-1".to_owned(),
            host: "test".to_owned(),
            nonce: NONCE.to_owned(),
            server_ns: "0".to_owned(),
            market_ns: "0".to_owned(),
            login_deadline_ms: 10_000,
            ping_ms: 15_000,
            idle_close_ms: 30_000,
            max_msg_bytes: 65_536,
            schema_rev: 1,
        };
        link.say(hello_text(&hello)).await;
        link
    }

    /// Accepts a connection, greets it and lets it log in.
    pub(crate) async fn welcome(&self) -> (Link, protocol::client::Login) {
        let mut link = self.greet().await;
        let (id, method) = link.hear().await;
        let Method::Login(login) = method else { panic!("{method:?} comes before the login") };
        link.answer(&id, &session()).await;
        (link, login)
    }
}

fn session() -> LoginResult {
    let bucket = json!({ "cap": 1, "per_s": 1 });
    serde_json::from_value(json!({
        "account": "A-1001", "scopes": ["trade"], "session_id": "s-7", "acct_epoch": "e-1",
        "acct_seq": 40, "clock_skew_ms": 0, "cod": { "mode": "cancel", "grace_ms": 0 },
        "limits": {
            "orders": bucket, "cancels": bucket, "quotes": bucket,
            "requests": bucket, "subs": bucket,
            "open_orders": 1, "in_flight": 1
        }
    }))
    .expect("it is of the form of a login")
}

impl Link {
    /// The next request.
    pub(crate) async fn hear(&mut self) -> (RequestId, Method) {
        let text = self.0.hear().await.expect("the client asks");
        let request = Request::parse(&text).expect("a request");
        (request.id, request.method)
    }

    pub(crate) async fn answer(&mut self, id: &RequestId, result: &impl Serialize) {
        self.say(result_text(id, result)).await;
    }

    /// An event of the account stream.
    pub(crate) async fn happen(&mut self, acct_seq: u64, replay: bool) {
        let event = Event::<Value> {
            acct_seq: Some(acct_seq),
            replay: Some(replay),
            data: Some(json!({})),
            ..Event::new("orders", "order", "e-1")
        };
        self.say(event_text(&event)).await;
    }

    async fn say(&mut self, text: String) {
        self.0.say(&text).await.expect("the client listens");
    }
}
