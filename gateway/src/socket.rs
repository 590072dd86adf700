//! One WebSocket: the handshake with its refusals, frames in, frames out, and an orderly end.
//!
//! The only file that names the WebSocket library.

#![expect(clippy::result_large_err, reason = "the library sets the shape of the upgrade callback")]

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as Failure, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::admission::{Admission, Door, Refused};
use crate::gate::Stream;
use crate::outbox::Frame;

/// How long a client may take to ask for an upgrade.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one write may block before its reader counts as gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a client may take to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

const KIB: usize = 1024;

/// An open connection.
pub(crate) struct Socket(WebSocketStream<Stream>);

/// What a client sent.
pub(crate) enum Inbound {
    /// A message to understand.
    Text(Utf8Bytes),
    /// A sign of life.
    Alive,
    /// Messages of fixed width, where they are spoken.
    Binary(Bytes),
    /// A message over the size limit; the connection cannot be read any further.
    TooLarge,
    /// The end, clean or not; with the close code that says what the client did wrong, if it did.
    Gone(Option<u16>),
}

/// The connection cannot be written any more.
#[derive(Debug)]
pub(crate) enum WriteFailure {
    /// The client does not read.
    Blocked,
    /// The client is gone.
    Gone,
}

impl Socket {
    /// Answers the upgrade request; `None` when there was none, or it was refused.
    pub(crate) async fn accept(stream: Stream, door: &Door) -> Option<(Self, Admission)> {
        let mut admission = None;
        let upgrade = accept_hdr_async_with_config(
            stream,
            |request: &Request, response: Response| answer(request, response, door, &mut admission),
            Some(settings()),
        );
        let socket = timeout(HANDSHAKE_TIMEOUT, upgrade).await.ok()?.ok()?;
        Some((Self(socket), admission?))
    }

    /// The next thing the client says. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Inbound {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => Inbound::Text(text),
            Some(Ok(Message::Binary(bytes))) => Inbound::Binary(bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Inbound::Alive,
            Some(Ok(Message::Close(_))) => {
                // The library has the answer ready and writes it when it is next asked to.
                timeout(CLOSE_TIMEOUT, self.0.flush()).await.ok();
                Inbound::Gone(None)
            }
            None => Inbound::Gone(None),
            Some(Err(Failure::Capacity(CapacityError::MessageTooLong { .. }))) => Inbound::TooLarge,
            Some(Err(Failure::Utf8(_))) => Inbound::Gone(Some(1007)),
            Some(Err(Failure::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
                Inbound::Gone(None)
            }
            Some(Err(Failure::Protocol(_))) => Inbound::Gone(Some(1002)),
            Some(Err(_)) => Inbound::Gone(None),
        }
    }

    /// Writes frames and flushes once.
    pub(crate) async fn write(&mut self, frames: Vec<Frame>) -> Result<(), WriteFailure> {
        let messages = frames.into_iter().map(|frame| match frame {
            Frame::Text(text) => {
                Message::Text(Utf8Bytes::try_from(text).expect("text is JSON, which is UTF-8"))
            }
            Frame::Binary(bytes) => Message::Binary(bytes),
        });
        self.write_messages(messages).await
    }

    /// Asks for a sign of life.
    pub(crate) async fn ping(&mut self, payload: [u8; 8]) -> Result<(), WriteFailure> {
        self.write_messages([Message::Ping(Bytes::copy_from_slice(&payload))]).await
    }

    async fn write_messages(
        &mut self,
        messages: impl IntoIterator<Item = Message>,
    ) -> Result<(), WriteFailure> {
        let written = async {
            for message in messages {
                self.0.feed(message).await?;
            }
            self.0.flush().await
        };
        match timeout(WRITE_TIMEOUT, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(WriteFailure::Gone),
            Err(_) => Err(WriteFailure::Blocked),
        }
    }

    /// Says goodbye and waits shortly for the answer.
    pub(crate) async fn close(mut self, code: u16, reason: &str) {
        let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from(reason) };
        let goodbye = async {
            self.0.close(Some(frame)).await.ok();
            while let Some(Ok(_)) = self.0.next().await {}
        };
        timeout(CLOSE_TIMEOUT, goodbye).await.ok();
    }
}

/// Small reads and batched writes; what waits for a slow client waits in the outbox, not here.
fn settings() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(4 * KIB)
        .write_buffer_size(64 * KIB)
        .max_write_buffer_size(8 * KIB * KIB)
        .max_message_size(Some(protocol::MAX_MESSAGE_BYTES))
        .max_frame_size(Some(protocol::MAX_MESSAGE_BYTES))
}

fn answer(
    request: &Request,
    mut response: Response,
    door: &Door,
    admission: &mut Option<Admission>,
) -> Result<Response, ErrorResponse> {
    let text = |name: header::HeaderName| -> Vec<Cow<'_, str>> {
        request
            .headers()
            .get_all(name)
            .iter()
            .map(|v| String::from_utf8_lossy(v.as_bytes()))
            .collect()
    };
    let admitted = door.admit(
        request.uri().path(),
        text(header::HOST).first().map(AsRef::as_ref),
        text(header::ORIGIN).first().map(AsRef::as_ref),
        &text(header::SEC_WEBSOCKET_PROTOCOL),
    );
    match admitted {
        Ok(admitted) => {
            if let Some(name) = admitted.subprotocol {
                let value = HeaderValue::from_static(name);
                response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, value);
            }
            *admission = Some(admitted);
            Ok(response)
        }
        Err(refused) => Err(refusal(&refused)),
    }
}

fn refusal(refused: &Refused) -> ErrorResponse {
    let body = refused.body.to_string();
    let mut response = ErrorResponse::new(None);
    *response.status_mut() =
        StatusCode::from_u16(refused.status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    if refused.status == 503 {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    *response.body_mut() = Some(body);
    response
}
