//! Who may open a socket: the path, the host it was reached by, the web page it comes from, and
//! the subprotocol, decided before the upgrade.
//!
//! Knows nothing of the WebSocket library.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

/// How messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As JSON, all of them.
    #[default]
    Json,
    /// What comes often as fields of fixed width, all else as JSON.
    Binary,
}

impl Encoding {
    /// The subprotocols that are spoken.
    const ALL: [Self; 2] = [Self::Json, Self::Binary];

    /// The name of the subprotocol.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => protocol::SUBPROTOCOL,
            Self::Binary => protocol::binary::SUBPROTOCOL,
        }
    }
}

/// Which of the three endpoints a client asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `/v1/trade`: a login is required.
    Trade,
    /// `/v1/md`: public data.
    MarketData,
    /// `/v1/drop`: a copy of all that happens to an account, and nothing that changes it.
    Drop,
}

/// What a client was admitted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admission {
    pub(crate) endpoint: Endpoint,
    /// The host the client reached us by, which its login signs.
    pub(crate) host: String,
    /// How messages are written.
    pub(crate) encoding: Encoding,
    /// To be echoed; `None` when the client offered none.
    pub(crate) subprotocol: Option<&'static str>,
}

/// Why a client was not admitted, as an HTTP answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// The rules of admission.
#[derive(Debug)]
pub(crate) struct Door {
    hosts: Vec<String>,
    origins: Vec<String>,
    is_open: AtomicBool,
}

impl Door {
    /// Admits those that reached us by one of `hosts` or by a loopback name of `trade`, from pages
    /// of `origins` or from our own on `http`.
    pub(crate) fn new(
        mut hosts: Vec<String>,
        mut origins: Vec<String>,
        trade: SocketAddr,
        http: SocketAddr,
    ) -> Self {
        hosts.extend(own_names(trade));
        origins.extend(own_names(http).map(|name| format!("http://{name}")));
        Self { hosts, origins, is_open: AtomicBool::new(true) }
    }

    /// Refuses everybody from now on, because the venue is closing.
    pub(crate) fn shut(&self) {
        self.is_open.store(false, Ordering::Relaxed);
    }

    /// Decides on one request.
    pub(crate) fn admit(
        &self,
        path: &str,
        host: Option<&str>,
        origin: Option<&str>,
        subprotocols: &[Cow<'_, str>],
    ) -> Result<Admission, Refused> {
        if !self.is_open.load(Ordering::Relaxed) {
            return refuse(503, json!({ "error": "closing" }));
        }
        let endpoint = match path {
            "/v1/trade" => Endpoint::Trade,
            "/v1/md" => Endpoint::MarketData,
            "/v1/drop" => Endpoint::Drop,
            _ => return refuse(404, json!({ "error": "no such path", "paths": PATHS })),
        };
        let Some(host) =
            host.filter(|host| self.hosts.iter().any(|h| h.eq_ignore_ascii_case(host)))
        else {
            return refuse(421, json!({ "error": "unknown host", "host": host }));
        };
        if let Some(origin) = origin
            && !self.origins.iter().any(|o| o.eq_ignore_ascii_case(origin))
        {
            return refuse(403, json!({ "error": "origin not allowed", "origin": origin }));
        }
        let chosen = chosen(subprotocols)?;
        Ok(Admission {
            endpoint,
            host: host.to_owned(),
            encoding: chosen.unwrap_or_default(),
            subprotocol: chosen.map(Encoding::name),
        })
    }
}

const PATHS: [&str; 3] = ["/v1/trade", "/v1/md", "/v1/drop"];

fn refuse<T>(status: u16, body: Value) -> Result<T, Refused> {
    Err(Refused { status, body })
}

/// The first offered that is spoken; none when none was offered.
fn chosen(offered: &[Cow<'_, str>]) -> Result<Option<Encoding>, Refused> {
    let mut names = offered.iter().flat_map(|list| list.split(',')).map(str::trim).peekable();
    if names.peek().is_none() {
        return Ok(None);
    }
    let spoken = |name| Encoding::ALL.into_iter().find(|encoding| encoding.name() == name);
    match names.find_map(spoken) {
        Some(encoding) => Ok(Some(encoding)),
        None => {
            let supported = Encoding::ALL.map(Encoding::name);
            refuse(400, json!({ "error": "unknown subprotocol", "supported": supported }))
        }
    }
}

/// How a local client may write an address of ours.
fn own_names(address: SocketAddr) -> impl Iterator<Item = String> {
    let port = address.port();
    [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        address.to_string(),
    ]
    .into_iter()
}

#[cfg(test)]
mod tests;
