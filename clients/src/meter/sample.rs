//! One look at the machines: how many GPUs of each are there and well.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Fault, dcgm, inventory, text_of};

/// Machines by the name they give themselves, and how many of their GPUs are well; at most 8 count.
pub type Sample = BTreeMap<String, u8>;

/// How long an address may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer.
const MOST_BYTES: u64 = 16 << 20;
/// GPUs of a node.
const MOST_GPUS: usize = 8;

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file of JSON that something writes anew ([`inventory`]).
    Inventory(PathBuf),
    /// A file that DCGM-exporter's text is written to.
    DcgmFile(PathBuf),
    /// Where DCGM-exporter listens on this machine: `http://127.0.0.1:9400/metrics`.
    DcgmUrl(String),
}

impl Source {
    /// Looks once.
    ///
    /// # Errors
    /// When nothing is there, or it is not of its form.
    pub async fn look(&self) -> Result<Sample, Fault> {
        match self {
            Self::Inventory(path) => {
                inventory::read(&text_of(path)?).map_err(|why| Fault::form(&path.display(), &why))
            }
            Self::DcgmFile(path) => {
                dcgm::read(&text_of(path)?).map_err(|why| Fault::form(&path.display(), &why))
            }
            Self::DcgmUrl(url) => {
                dcgm::read(&get(url).await?).map_err(|why| Fault::form(url.as_str(), &why))
            }
        }
    }
}

/// How many GPUs of a machine count as its node's.
pub(super) fn count(gpus: usize) -> u8 {
    u8::try_from(gpus.min(MOST_GPUS)).expect("at most eight")
}

/// What an exporter on this machine says. Over the loopback only: what meters deliveries is not read
/// from a network that others write to.
async fn get(url: &str) -> Result<String, Fault> {
    let form = || Fault::form(url, "not of the form http://127.0.0.1:9400/metrics");
    let rest = url.strip_prefix("http://").ok_or_else(form)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let name = host.rsplit_once(':').ok_or_else(form)?.0;
    if !["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return Err(Fault::form(url, "only this machine is asked: 127.0.0.1, localhost or [::1]"));
    }
    let asked = async {
        let mut stream = TcpStream::connect(host).await?;
        // Version 1.0 has no chunks: the answer ends with the connection.
        let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: text/plain\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(MOST_BYTES).read_to_end(&mut answer).await?;
        Ok(answer)
    };
    let late = || Err(std::io::ErrorKind::TimedOut.into());
    let answer = timeout(PATIENCE, asked).await.unwrap_or_else(|_| late());
    let answer = answer.map_err(|source| Fault::Io { what: url.to_owned(), source })?;
    let answer = String::from_utf8(answer).map_err(|_| Fault::form(url, "not text"))?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| Fault::form(url, "no HTTP"))?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        return Err(Fault::form(url, &format!("answers {status}")));
    }
    Ok(body.to_owned())
}
