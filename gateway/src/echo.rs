//! The socket of the venue alone, which says back what it hears: for test suites that know WebSocket and
//! nothing of an exchange. What a client does wrong is answered as everywhere.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

use crate::admission::Door;
use crate::outbox::Frame;
use crate::socket::{Inbound, Socket};

/// Serves connections to `/v1/md` until the process ends.
///
/// # Errors
/// When the listener has no address, or takes no connections any more.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let at = listener.local_addr()?;
    let door = Arc::new(Door::new(Vec::new(), Vec::new(), at, at));
    loop {
        let (stream, _) = listener.accept().await?;
        let door = Arc::clone(&door);
        tokio::spawn(async move { echo(stream, &door).await });
    }
}

async fn echo(stream: TcpStream, door: &Door) {
    let Some((mut socket, _)) = Socket::accept(Box::new(stream), door).await else { return };
    loop {
        let frame = match socket.next().await {
            Inbound::Text(text) => Frame::Text(text.into()),
            Inbound::Binary(bytes) => Frame::Binary(bytes),
            Inbound::Alive => continue,
            Inbound::TooLarge => return socket.close(1009, "MESSAGE_TOO_LARGE").await,
            Inbound::Gone(None) => return,
            Inbound::Gone(Some(code)) => return socket.close(code, "malformed frame").await,
        };
        if socket.write(vec![frame]).await.is_err() {
            return;
        }
    }
}
