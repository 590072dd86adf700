//! The floors of the network: bytes that come back, and messages that come back through the WebSocket
//! library that the gateway uses, with its settings.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::runtime::{Builder, Runtime};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const KIB: usize = 1024;

/// A socket whose other end sends back what it gets, from a thread that blocks. The thread ends with it.
///
/// # Panics
/// When the system has no sockets.
#[must_use]
pub fn tcp() -> TcpStream {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("a bound socket has an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        stream.set_nodelay(true).expect("a socket has this option");
        let mut bytes = [0; 4 * KIB];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            stream.write_all(&bytes[..count]).expect("the client lives");
        }
    });
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a socket has this option");
    stream
}

/// A server of echoes.
#[derive(Debug)]
pub struct WebSocketEcho {
    /// Where it listens.
    pub address: SocketAddr,
    runtime: Runtime,
}

impl WebSocketEcho {
    /// Starts one with a runtime like that of a venue.
    ///
    /// # Panics
    /// When the system has no sockets.
    #[must_use]
    pub fn start() -> Self {
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)));
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("a bound socket has an address");
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).expect("a socket has this option");
                tokio::spawn(serve(stream));
            }
        });
        Self { address, runtime }
    }

    /// Ends it.
    pub fn stop(self) {
        self.runtime.shutdown_background();
    }
}

/// All that has come, and one flush.
async fn serve(stream: tokio::net::TcpStream) {
    let settings = WebSocketConfig::default()
        .read_buffer_size(4 * KIB)
        .write_buffer_size(64 * KIB)
        .max_write_buffer_size(8 * KIB * KIB);
    let mut socket =
        accept_async_with_config(stream, Some(settings)).await.expect("a client that upgrades");
    while let Some(Ok(message)) = socket.next().await {
        if message.is_close() || socket.feed(message).await.is_err() {
            return;
        }
        while let Some(Some(Ok(message))) = socket.next().now_or_never() {
            if message.is_close() || socket.feed(message).await.is_err() {
                return;
            }
        }
        if socket.flush().await.is_err() {
            return;
        }
    }
}
