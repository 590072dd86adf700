//! A venue in this process and a bare socket to it, for tests that say what no client of ours would.
//! Whatever it hears is checked against the published schema.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use futures_util::{SinkExt, StreamExt};
use gateway::config::{Account, Config, Key, KeyBounds, Scope, Tier};
use gateway::{Server, server};
use protocol::login;
use sequencer::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::market;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use types::terms::BlockTerms;
use types::{AccountId, Date, Mills, ProductTerms, PublicKey};

use crate::published;

/// The contract that the tests trade.
pub(crate) const SYMBOL: &str = "H100-US-2027M03";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A venue whose clock stands still, with two members.
pub(crate) struct Venue {
    pub(crate) server: Server,
    data_dir: PathBuf,
    folder: Option<TempDir>,
}

impl Venue {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| ()).await
    }

    /// A venue that says it is `prod`, `demo` or `sandbox`.
    pub(crate) async fn open_as(env: &str) -> Self {
        Self::open_with(|config| config.env = env.to_owned()).await
    }

    /// A venue whose operator has decided something else.
    pub(crate) async fn open_with(decide: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Self::config(folder.path().to_owned());
        decide(&mut config);
        Self { folder: Some(folder), ..Self::start(config).await }
    }

    /// A venue on a directory that has a log.
    pub(crate) async fn open_on(data_dir: PathBuf) -> Self {
        Self::start(Self::config(data_dir)).await
    }

    /// The same, with an operator that has decided something else.
    pub(crate) async fn open_on_with(data_dir: PathBuf, decide: impl FnOnce(&mut Config)) -> Self {
        let mut config = Self::config(data_dir);
        decide(&mut config);
        Self::start(config).await
    }

    async fn start(config: Config) -> Self {
        let data_dir = config.data_dir.clone();
        let server = server::start(config).await.expect("it starts");
        Self { server, data_dir, folder: None }
    }

    /// Where its log is.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Stops it; its directory stays as long as what is given back.
    pub(crate) async fn stop(self) -> (PathBuf, Option<TempDir>) {
        self.server.stop().await.expect("the log is whole");
        (self.data_dir, self.folder)
    }

    fn config(data_dir: PathBuf) -> Config {
        let start = Date::from_civil(2027, 1, 11).start();
        let blocks = BlockTerms { smallest_lots: 8, range_permille: 30 };
        let product = ProductTerms { block_trade: Some(blocks), ..market::product("H100", "US") };
        let terms = market::terms(vec![product]);
        let mut config = Config::local(terms, data_dir, Clock::Stepped { start });
        config.accounts = vec![account(1001), account(1002)];
        config.reserve_bytes = 0;
        config
    }

    /// A connection that has heard the greeting and said nothing.
    pub(crate) async fn connect(&self) -> Wire {
        Wire::open(&format!("ws://{}/v1/trade", self.server.trade)).await
    }

    /// A connection for public data.
    pub(crate) async fn listen(&self) -> Wire {
        Wire::open(&format!("ws://{}/v1/md", self.server.trade)).await
    }

    /// A connection that is logged in.
    pub(crate) async fn member(&self, number: u32) -> Wire {
        let mut wire = self.connect().await;
        let answer = wire.log_in(number).await;
        assert_eq!(answer["result"]["account"], json!(format!("A-{number}")), "{answer}");
        wire
    }

    /// A connection for the copy of an account stream, logged in.
    pub(crate) async fn copy(&self, number: u32) -> Wire {
        let mut wire = Wire::open(&format!("ws://{}/v1/drop", self.server.trade)).await;
        let answer = wire.log_in_by(number, &drop_key_id(number)).await;
        assert_eq!(answer["result"]["scopes"], json!(["drop"]), "{answer}");
        wire
    }

    /// The digest of everything the exchange is.
    pub(crate) async fn digest(&self) -> String {
        self.server.operator.digest().await.expect("it runs").1.to_string()
    }
}

/// An account whose key is made of its number.
pub(crate) fn account(number: u32) -> Account {
    let public = PublicKey(secret(number).verifying_key().to_bytes());
    let key = |id, scopes| Key { id, public, scopes, bounds: KeyBounds::default() };
    let over = KeyBounds { until: Some(Date::from_civil(2020, 1, 1)), ..KeyBounds::default() };
    let far = KeyBounds { from: vec!["192.0.2.0/24".parse().expect("a network")], until: None };
    Account {
        number: AccountId(number),
        name: format!("member {number}"),
        tier: Tier::Maker,
        deposit: Mills(10_000_000_000),
        firm: None,
        credit: None,
        keys: vec![
            key(key_id(number), vec![Scope::Read, Scope::Trade]),
            key(drop_key_id(number), vec![Scope::Drop]),
            key(format!("q_{number}"), vec![Scope::Read, Scope::Quote]),
            key(format!("b_{number}"), vec![Scope::Read, Scope::Block]),
            Key { bounds: over, ..key(format!("over_{number}"), vec![Scope::Read]) },
            Key { bounds: far, ..key(format!("far_{number}"), vec![Scope::Read]) },
        ],
    }
}

/// The name of the key that may have the copy of an account.
fn drop_key_id(number: u32) -> String {
    format!("d_{number}")
}

/// The name of an account's key.
pub(crate) fn key_id(number: u32) -> String {
    format!("k_{number}")
}

/// The secret half of an account's key.
pub(crate) fn secret(number: u32) -> SigningKey {
    SigningKey::from_bytes(&[u8::try_from(number % 256).expect("below 256"); 32])
}

/// A bare socket.
pub(crate) struct Wire {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    host: String,
    nonce: String,
    /// The subprotocol of the greeting.
    pub(crate) proto: String,
    next_id: u64,
    /// The code with which the other side has closed.
    pub(crate) closed: Option<u16>,
}

impl Wire {
    /// Connects and hears the greeting.
    pub(crate) async fn open(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.expect("it listens");
        Self::greeted(socket, url).await
    }

    async fn greeted(socket: WebSocketStream<MaybeTlsStream<TcpStream>>, url: &str) -> Self {
        let host = url.split('/').nth(2).expect("a URL has a host").to_owned();
        let mut wire = Self {
            socket,
            host,
            nonce: String::new(),
            proto: String::new(),
            next_id: 1,
            closed: None,
        };
        let hello = wire.hear().await.expect("a greeting comes first");
        assert_eq!(hello["method"], "hello", "{hello}");
        wire.proto = hello["params"]["proto"].as_str().expect("a name").to_owned();
        wire.nonce = hello["params"]["nonce"].as_str().expect("a nonce").to_owned();
        wire
    }

    /// Connects offering subprotocols, and hears the greeting.
    pub(crate) async fn open_speaking(url: &str, offered: &str) -> Self {
        let mut request = url.into_client_request().expect("a URL");
        let offered = offered.parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", offered);
        let (socket, _) = connect_async(request).await.expect("one is spoken");
        Self::greeted(socket, url).await
    }

    /// The next binary frame, or `None` when a text frame comes first.
    pub(crate) async fn hear_binary(&mut self) -> Option<Vec<u8>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("something comes in time").expect("it goes on").expect("a frame") {
                Message::Binary(bytes) => return Some(bytes.to_vec()),
                Message::Text(_) => return None,
                _ => {}
            }
        }
    }

    /// The nonce of the greeting.
    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Logs in as a member should.
    pub(crate) async fn log_in(&mut self, number: u32) -> Value {
        let nonce = self.nonce.clone();
        self.log_in_with(number, &nonce).await
    }

    /// Logs in with a signature over some nonce.
    pub(crate) async fn log_in_with(&mut self, number: u32, nonce: &str) -> Value {
        self.log_in_as(number, &key_id(number), nonce).await
    }

    /// Logs in by one of the names of an account's key.
    pub(crate) async fn log_in_by(&mut self, number: u32, key_id: &str) -> Value {
        let nonce = self.nonce.clone();
        self.log_in_as(number, key_id, &nonce).await
    }

    /// Logs in with more than a key: what becomes of the orders, which session goes on.
    pub(crate) async fn log_in_to(&mut self, number: u32, cod: Value, resume: Value) -> Value {
        let nonce = self.nonce.clone();
        let mut params = self.signed_login(number, &key_id(number), &nonce);
        params["cod"] = cod;
        params["resume_session"] = resume;
        self.ask("session.login", params).await
    }

    /// Logs in and says after how many commands they will be signed.
    pub(crate) async fn log_in_signing(&mut self, number: u32, every: u32) -> Value {
        let nonce = self.nonce.clone();
        let mut params = self.signed_login(number, &key_id(number), &nonce);
        params["sign_every"] = every.into();
        self.ask("session.login", params).await
    }

    async fn log_in_as(&mut self, number: u32, key_id: &str, nonce: &str) -> Value {
        let params = self.signed_login(number, key_id, nonce);
        self.ask("session.login", params).await
    }

    fn signed_login(&self, number: u32, key_id: &str, nonce: &str) -> Value {
        let (mine, ts) = ("0123456789abcdef", "1");
        let message = login::login_message(&self.host, key_id, nonce, mine, ts);
        let sig = STANDARD.encode(secret(number).sign(&message).to_bytes());
        json!({ "key_id": key_id, "alg": "ed25519", "client_nonce": mine, "ts_ns": ts, "sig": sig })
    }

    /// Asks and waits for the answer.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.say(Message::text(request.to_string())).await;
        loop {
            let answer = self.hear().await.unwrap_or_else(|| panic!("no answer to {request}"));
            if answer["id"] == json!(id) {
                published::answered(method, &answer);
                return answer;
            }
        }
    }

    /// Sends whatever it is given.
    pub(crate) async fn say(&mut self, message: Message) {
        self.socket.send(message).await.expect("the connection lives");
    }

    /// Sends a request without waiting; false when the other side is gone.
    pub(crate) async fn try_send(&mut self, request: &Value) -> bool {
        self.socket.send(Message::text(request.to_string())).await.is_ok()
    }

    /// Sends a text and waits for the next message.
    pub(crate) async fn say_and_hear(&mut self, text: &str) -> Value {
        self.say(Message::text(text)).await;
        self.hear().await.unwrap_or_else(|| panic!("no answer to {text}"))
    }

    /// The next message, or `None` when the other side has closed.
    pub(crate) async fn hear(&mut self) -> Option<Value> {
        let message = self.read().await?;
        published::heard(&message);
        Some(message)
    }

    /// The next message, whose schema is not looked at: for those who hear very many.
    pub(crate) async fn read(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("the venue speaks JSON"));
                }
                Some(Ok(Message::Close(frame))) => {
                    self.closed = frame.map(|frame| frame.code.into());
                    return None;
                }
                Some(Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Waits until the other side has closed; whatever it says before is given back.
    pub(crate) async fn hear_out(&mut self) -> Vec<Value> {
        let mut said = Vec::new();
        while let Some(message) = self.hear().await {
            said.push(message);
        }
        said
    }
}
