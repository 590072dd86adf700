//! The past over HTTP: trades, candles and settlement prices, page by page.
//!
//! A page ends where `before` says, or with the latest; its own `before` leads to the page before it.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::channels::Span;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use types::{Date, Timestamp};

use super::Shared;
use crate::egress::{Ask, NoSuchPast, Past};
use crate::names;

/// Items of a page when nothing is said, and at most.
const LIMITS: (usize, usize) = (100, 1_000);

#[derive(Deserialize)]
pub(super) struct WantedTrades {
    symbol: String,
    before: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
pub(super) struct WantedCandles {
    symbol: String,
    span: String,
    before_ns: Option<i64>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
pub(super) struct WantedSettlements {
    symbol: String,
    before: Option<Date>,
    limit: Option<usize>,
}

/// Why there is no page.
pub(super) enum NoPage {
    /// A parameter cannot be.
    Bad {
        path: &'static str,
        allowed: Value,
    },
    NoSuchSymbol,
    Closing,
}

pub(super) async fn trades(
    State(shared): State<Shared>,
    Query(wanted): Query<WantedTrades>,
) -> Result<Response, NoPage> {
    let bad = || NoPage::Bad { path: "before", allowed: json!("a trade_id") };
    let before = wanted.before.map(|text| names::parse_trade(&text).ok_or_else(bad)).transpose()?;
    let limit = limit(wanted.limit)?;
    page(&shared, Past::Trades { symbol: wanted.symbol, before, limit }).await.map(public)
}

pub(super) async fn candles(
    State(shared): State<Shared>,
    Query(wanted): Query<WantedCandles>,
) -> Result<Response, NoPage> {
    let names = || NoPage::Bad { path: "span", allowed: json!(Span::ALL.map(Span::name)) };
    let span = Span::parse(&wanted.span).ok_or_else(names)?;
    let (from, to) = (Timestamp(i64::MIN), Timestamp(wanted.before_ns.unwrap_or(i64::MAX)));
    let limit = limit(wanted.limit)?;
    let wanted = Past::Candles { symbol: wanted.symbol, span, from, to, limit };
    page(&shared, wanted).await.map(public)
}

pub(super) async fn settlements(
    State(shared): State<Shared>,
    Query(wanted): Query<WantedSettlements>,
) -> Result<Response, NoPage> {
    let limit = limit(wanted.limit)?;
    let (symbol, before) = (wanted.symbol, wanted.before);
    page(&shared, Past::Settlements { symbol, before, limit }).await.map(public)
}

/// What calendars subscribe to.
pub(super) async fn calendar(State(shared): State<Shared>) -> Result<Response, NoPage> {
    let body = page(&shared, Past::Calendar).await?;
    let text = body.as_str().unwrap_or_default().to_owned();
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, text).into_response())
}

fn limit(wanted: Option<usize>) -> Result<usize, NoPage> {
    let (usual, most) = LIMITS;
    let limit = wanted.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(NoPage::Bad { path: "limit", allowed: json!([1, most]) })
}

/// A page, in order with what the feeds say.
pub(super) async fn page(shared: &Shared, wanted: Past) -> Result<Value, NoPage> {
    let (answer, page) = oneshot::channel();
    let ask = Ask::Past { wanted, answer };
    shared.venue.asks.try_send(ask).map_err(|_| NoPage::Closing)?;
    page.await.map_err(|_| NoPage::Closing)?.map_err(|NoSuchPast| NoPage::NoSuchSymbol)
}

/// Everybody may read it, pages of other hosts as well.
pub(super) fn public(body: Value) -> Response {
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(body)).into_response()
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::Bad { path, allowed } => {
                let error = "a parameter is not among those allowed";
                let body = json!({ "error": error, "path": path, "allowed": allowed });
                (StatusCode::BAD_REQUEST, body)
            }
            Self::NoSuchSymbol => (StatusCode::NOT_FOUND, json!({ "error": "no such contract" })),
            Self::Closing => (StatusCode::SERVICE_UNAVAILABLE, json!({ "error": "closing" })),
        };
        (status, Json(body)).into_response()
    }
}
