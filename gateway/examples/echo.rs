//! The venue's socket as an echo, for the Autobahn testsuite. Usage: echo ADDRESS

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:19811".to_owned());
    Ok(gateway::echo::serve(TcpListener::bind(address).await?).await?)
}
