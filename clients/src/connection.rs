//! One WebSocket to the exchange, kept alive by a task of its own. Nothing but this file and those
//! below it names the WebSocket library.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::SUBPROTOCOL;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error as Failure;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Uri};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::Error;

pub(crate) mod listening;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(10);
/// The exchange pings every 15 s; a silence of three of these is the end.
const SILENCE: Duration = Duration::from_secs(45);
/// Messages that wait for the caller before the exchange has to wait too.
const INBOUND: usize = 16_384;
/// Messages that wait to be written.
const OUTBOUND: usize = 1_024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// An open connection. Dropped, it is closed.
#[derive(Debug)]
pub(crate) struct Connection {
    /// What a login signs as the host.
    pub(crate) host: String,
    outbound: mpsc::Sender<String>,
    inbound: mpsc::Receiver<Inbound>,
}

/// What came in: a message, or why none will come any more.
type Inbound = Result<String, String>;

impl Connection {
    /// Opens a connection to a `ws://` address.
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let fail = |source| Error::Connect { url: url.to_owned(), source };
        let mut request = url.into_client_request().map_err(|e| fail(e.into()))?;
        let host = host_header(request.uri()).ok_or_else(|| fail("it names no host".into()))?;
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let opening = timeout(CONNECT, connect_async_with_config(request, None, true));
        let opened = opening.await.map_err(|_| fail("it does not answer".into()))?;
        let (socket, _) = opened.map_err(|e| fail(refused_upgrade(e)))?;
        let (outbound, to_write) = mpsc::channel(OUTBOUND);
        let (heard, inbound) = mpsc::channel(INBOUND);
        tokio::spawn(talk(socket, to_write, heard));
        Ok(Self { host, outbound, inbound })
    }

    /// Sends a message.
    pub(crate) async fn send(&self, text: String) -> Result<(), Error> {
        let sent = self.outbound.send(text).await;
        sent.map_err(|_| Error::Closed("it had ended before".to_owned()))
    }

    /// Waits for the next message. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<String, Error> {
        ended(self.inbound.recv().await)
    }

    /// The next message, if one has come.
    pub(crate) fn try_next(&mut self) -> Option<String> {
        self.inbound.try_recv().ok()?.ok()
    }
}

fn ended(inbound: Option<Inbound>) -> Result<String, Error> {
    match inbound {
        Some(Ok(text)) => Ok(text),
        Some(Err(reason)) => Err(Error::Closed(reason)),
        None => Err(Error::Closed("it had ended before".to_owned())),
    }
}

/// The host as the upgrade request names it.
fn host_header(uri: &Uri) -> Option<String> {
    let host = uri.host()?;
    Some(uri.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// A refused upgrade says why in its body.
fn refused_upgrade(failure: Failure) -> Box<dyn std::error::Error + Send + Sync> {
    let Failure::Http(response) = &failure else { return failure.into() };
    let body = response.body().as_deref().unwrap_or_default();
    format!("{} {}", response.status(), String::from_utf8_lossy(body)).into()
}

/// Writes what is to be written and hands on what comes, until either end has had enough.
async fn talk(
    mut socket: Socket,
    mut to_write: mpsc::Receiver<String>,
    heard: mpsc::Sender<Inbound>,
) {
    loop {
        tokio::select! {
            text = to_write.recv() => {
                let Some(text) = text else { break };
                if socket.send(Message::text(text)).await.is_err() {
                    break;
                }
            }
            inbound = hear(&mut socket, &heard) => {
                if inbound.is_none() {
                    return;
                }
            }
        }
    }
    socket.close(None).await.ok();
}

/// Hands on one message; `None` when there will be no more. It waits for room first, so that a
/// message that has been read is never lost.
async fn hear(socket: &mut Socket, heard: &mpsc::Sender<Inbound>) -> Option<()> {
    let room = heard.reserve().await.ok()?;
    let message = match timeout(SILENCE, socket.next()).await {
        Err(_) => Err("it fell silent".to_owned()),
        Ok(None) => Err("it ended without a word".to_owned()),
        Ok(Some(Err(failure))) => Err(failure.to_string()),
        Ok(Some(Ok(Message::Close(None)))) => Err("no reason given".to_owned()),
        Ok(Some(Ok(Message::Close(Some(frame))))) => {
            Err(format!("{} {}", u16::from(frame.code), frame.reason))
        }
        Ok(Some(Ok(Message::Text(text)))) => Ok(text.to_string()),
        Ok(Some(Ok(
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
        ))) => return Some(()),
    };
    let is_open = message.is_ok();
    room.send(message);
    is_open.then_some(())
}

#[cfg(test)]
pub(crate) mod script;
