//! Sockets that listen, and the connections that come in.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;

use crate::Error;
use crate::config::Ports;
use crate::crowd::Crowd;
use crate::gate::{Gate, Stream};

/// Ports tried after the one that is asked for.
const NEXT_PORTS: u16 = 50;
/// Connections of one address that is not our own machine.
const CONNECTIONS_PER_IP: usize = 20;
/// Connections of a listener in all.
const CONNECTIONS: usize = 8_192;
/// What the system keeps of what is written to a connection and not yet read. What waits beyond it
/// waits in the outbox, where it is counted.
const SEND_BUFFER: u32 = 256 << 10;
/// Connections that the system keeps until they are taken in.
const BACKLOG: u32 = 1_024;
/// Pause after the system refuses a connection, for want of descriptors for instance.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Listens on `address`, or on the next free port when the configuration allows it.
pub(super) async fn bind(address: SocketAddr, ports: Ports) -> Result<TcpListener, Error> {
    let last = match ports {
        Ports::Exact => address.port(),
        Ports::NextFree => address.port().saturating_add(NEXT_PORTS),
    };
    let mut port = address.port();
    loop {
        match listen((address.ip(), port).into()) {
            Ok(listener) => return Ok(listener),
            Err(_) if port < last => port += 1,
            Err(source) => return Err(Error::Listen { address, source }),
        }
    }
}

/// A listener whose connections have bounded buffers.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Where a socket listens.
pub(super) fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("a bound socket has an address")
}

/// Takes connections in and has each served in a task of its own, until the task is dropped.
pub(super) async fn connections<Served: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    gate: Gate,
    serve: impl Fn(Stream, IpAddr) -> Served + Clone + Send + 'static,
) {
    let crowd = Arc::new(Crowd::default());
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if tasks.len() < CONNECTIONS => match accepted {
                Ok((stream, peer)) => {
                    if let Some(place) = crowd.enter(&peer.ip(), most_of(peer.ip())) {
                        let (gate, serve) = (gate.clone(), serve.clone());
                        tasks.spawn(async move {
                            if let Some(stream) = gate.pass(stream).await {
                                serve(stream, peer.ip()).await;
                            }
                            drop(place);
                        });
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection failed");
                }
            }
        }
    }
}

/// Our own machine may connect as often as it likes.
fn most_of(ip: IpAddr) -> usize {
    if ip.is_loopback() { usize::MAX } else { CONNECTIONS_PER_IP }
}
