//! The other end of a connection: what a client connects to.

use std::io;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{
    Callback, ErrorResponse, Request as Upgrade, Response,
};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

/// Where clients come in.
#[derive(Debug)]
pub(crate) struct Listening(TcpListener);

/// A client that came.
#[derive(Debug)]
pub(crate) struct Guest(WebSocketStream<TcpStream>);

impl Listening {
    pub(crate) async fn at(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self)
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// The next connection, before its handshake.
    pub(crate) async fn next(&self) -> io::Result<TcpStream> {
        self.0.accept().await.map(|(stream, _)| stream)
    }
}

impl Guest {
    /// Answers the upgrade request; nothing if there is none.
    pub(crate) async fn greet(stream: TcpStream) -> Option<Self> {
        stream.set_nodelay(true).ok()?;
        accept_hdr_async(stream, OneSubprotocol).await.ok().map(Self)
    }

    /// The next text; nothing at the end. Dropping the future loses nothing.
    pub(crate) async fn hear(&mut self) -> Option<String> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Says it; nothing if nobody listens.
    pub(crate) async fn say(&mut self, text: &str) -> Option<()> {
        self.0.send(Message::text(text)).await.ok()
    }

    /// The end, as it was meant.
    pub(crate) async fn part(mut self) {
        let frame = CloseFrame { code: 1000.into(), reason: "end of data".into() };
        self.0.close(Some(frame)).await.ok();
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

/// Accepts the one subprotocol there is, of those who ask for one.
struct OneSubprotocol;

impl Callback for OneSubprotocol {
    fn on_request(
        self,
        asked: &Upgrade,
        mut response: Response,
    ) -> Result<Response, ErrorResponse> {
        if asked.headers().contains_key("sec-websocket-protocol") {
            let spoken = HeaderValue::from_static(protocol::SUBPROTOCOL);
            response.headers_mut().insert("sec-websocket-protocol", spoken);
        }
        Ok(response)
    }
}
