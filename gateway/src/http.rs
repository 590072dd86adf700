//! What is served over HTTP: the page, the health of the venue, its figures, where its sockets are,
//! and the feed as lines for `curl -N`.
//!
//! Only acts that admins have signed change the exchange from here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use protocol::client::SignedAct;
use protocol::errors::Code;
use serde_json::json;

use crate::Operator;
use crate::gate::Stream;
use crate::metrics::{self, Gauges};
use crate::office::Office;
use crate::venue::Venue;

mod documents;
mod history;
mod page;
mod stream;
mod udf;

/// How long a client may take to send the head of a request, and to send the next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// What every answer is made from.
#[derive(Clone)]
struct Shared {
    venue: Arc<Venue>,
    operator: Operator,
    office: Office,
    trade: SocketAddr,
}

/// The routes, and what serves them to a connection.
#[derive(Clone)]
pub(crate) struct Http(Router);

impl Http {
    /// Everything that is served.
    pub(crate) fn new(venue: Arc<Venue>, trade: SocketAddr, office: Office) -> Self {
        let operator = office.operator.clone();
        let routes = Router::new()
            .route("/livez", get(livez))
            .route("/readyz", get(readyz))
            .route("/statusz", get(statusz))
            .route("/metrics", get(prometheus))
            .route("/v1/venue", get(about))
            .route("/v1/stream", get(stream::lines))
            .route("/v1/checkpoint", get(checkpoint))
            .route("/v1/admin", post(admin))
            .route("/v1/trades", get(history::trades))
            .route("/v1/candles", get(history::candles))
            .route("/v1/settlements", get(history::settlements))
            .route("/v1/calendar.ics", get(history::calendar))
            .route("/udf/config", get(udf::config))
            .route("/udf/time", get(udf::time))
            .route("/udf/symbols", get(udf::symbol))
            .route("/udf/search", get(udf::search))
            .route("/udf/history", get(udf::history))
            .route("/PROTOCOL.md", get(documents::file))
            .route("/asyncapi.json", get(documents::file))
            .route("/schema.json", get(documents::file))
            .route("/llms.txt", get(documents::file))
            .route("/errors/{code}", get(documents::error))
            .fallback(page::file);
        Self(routes.with_state(Shared { venue, operator, office, trade }))
    }

    /// Answers the requests of one connection.
    pub(crate) async fn serve(self, stream: Stream) {
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(self.0));
        if let Err(error) = serving.await {
            tracing::debug!(%error, "an HTTP connection ended early");
        }
    }
}

/// The process answers.
async fn livez() -> &'static str {
    "ok\n"
}

/// The venue takes connections and its log is recovered; 503 while it closes.
async fn readyz(State(shared): State<Shared>) -> (StatusCode, &'static str) {
    if shared.venue.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "closing\n")
    }
}

async fn statusz(State(shared): State<Shared>) -> Response {
    let venue = &shared.venue;
    let Ok(summary) = shared.operator.summary().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let stats = venue.handle.stats();
    let (sessions, pending_bytes) = venue.links.count_and_pending();
    let (due, delivered, short) = summary.gpu_hours();
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "env": venue.env,
        "ready": venue.is_ready(),
        "disk_low": venue.is_disk_low.load(Ordering::Relaxed),
        "seq": summary.seq,
        "durable_seq": stats.durable,
        "replicated_seq": stats.replicated,
        "snapshot_seq": stats.snapshot,
        "passed_over": venue.passed_over,
        "market_time": summary.time.to_string(),
        "market_ns": summary.time.0.to_string(),
        "orders_waiting": stats.orders_waiting,
        "cancels_waiting": stats.cancels_waiting,
        "sessions": sessions,
        "pending_bytes": pending_bytes,
        "orders": summary.orders,
        "trades": summary.trades,
        "obligations": summary.obligations.len(),
        "gpu_hours": { "due": due, "delivered": delivered, "short": short },
        "invoices": summary.invoices.len(),
        "webhooks": {
            "sent": venue.letters.sent.load(Ordering::Relaxed),
            "dead": venue.letters.dead.load(Ordering::Relaxed),
            "dropped": venue.letters.dropped.load(Ordering::Relaxed),
        },
    }))
    .into_response()
}

async fn prometheus(State(shared): State<Shared>) -> impl IntoResponse {
    let venue = &shared.venue;
    let (sessions, pending_bytes) = venue.links.count_and_pending();
    let gauges = Gauges {
        sessions,
        pending_bytes,
        is_ready: venue.is_ready(),
        is_disk_low: venue.is_disk_low.load(Ordering::Relaxed),
    };
    let text = metrics::render(&venue.metrics.figures(), &venue.handle.stats(), &gauges);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

/// What admins have signed.
async fn admin(State(shared): State<Shared>, Json(act): Json<SignedAct>) -> Response {
    match shared.office.act(&act).await {
        Ok(result) => Json(result).into_response(),
        Err(error) => {
            let status = match error.known() {
                Some(Code::AuthFailed) => StatusCode::FORBIDDEN,
                Some(Code::InvalidParams) => StatusCode::BAD_REQUEST,
                Some(Code::ShuttingDown | Code::EngineBusy | Code::OutcomeUnknown) => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
                Some(_) | None => StatusCode::CONFLICT,
            };
            (status, Json(error)).into_response()
        }
    }
}

/// The last checkpoint, as a signed note; 404 where nothing signs.
async fn checkpoint(State(shared): State<Shared>) -> Response {
    match shared.operator.checkpoint().await {
        Ok(Some(note)) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response()
        }
        Ok(None) => (StatusCode::NOT_FOUND, "nothing has been signed\n").into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Where the sockets are, as seen from whoever asks.
async fn about(State(shared): State<Shared>, headers: HeaderMap) -> impl IntoResponse {
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = socket_host(asked, shared.trade);
    let scheme = if shared.venue.is_secure { "wss" } else { "ws" };
    Json(json!({
        "name": "Gigahour",
        "version": env!("CARGO_PKG_VERSION"),
        "env": shared.venue.env,
        "trade": format!("{scheme}://{host}/v1/trade"),
        "feed": format!("{scheme}://{host}/v1/md"),
        "market_ns": shared.venue.market_time().0.to_string(),
        "symbols": shared.venue.directory.symbols(),
    }))
}

/// The name the page was reached by, with the port of the sockets.
fn socket_host(asked: Option<&str>, trade: SocketAddr) -> String {
    let without_port = |host: &str| match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name.to_owned(),
        Some(_) | None => host.to_owned(),
    };
    let name = asked.map_or_else(|| trade.ip().to_string(), without_port);
    format!("{name}:{}", trade.port())
}
