//! The past for charts: the Universal Data Feed of TradingView's charting library.
//!
//! Prices are JSON numbers here, because its library knows no others; they are written from our
//! decimals, digit by digit.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use protocol::channels::Span;
use protocol::server::{CandleData, CandlePage, InstrumentData};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use types::Timestamp;

use super::Shared;
use super::history::{NoPage, page, public};
use crate::egress::Past;

/// Its names for the lengths of candles.
const RESOLUTIONS: [(&str, Span); 6] = [
    ("1", Span::Minute),
    ("5", Span::FiveMinutes),
    ("15", Span::Quarter),
    ("60", Span::Hour),
    ("240", Span::FourHours),
    ("1D", Span::Day),
];
/// Most bars of one answer.
const MOST_BARS: usize = 1_000;
/// Contracts of a search when nothing is said.
const FOUND: usize = 30;
/// How the library may write a symbol.
const PREFIX: &str = "GIGAHOUR:";

pub(super) async fn config() -> Response {
    public(json!({
        "supported_resolutions": RESOLUTIONS.map(|(name, _)| name),
        "supports_search": true,
        "supports_group_request": false,
        "supports_marks": false,
        "supports_timescale_marks": false,
        "supports_time": true,
        "exchanges": [{ "value": "GIGAHOUR", "name": "Gigahour", "desc": "Gigahour" }],
        "symbols_types": [{ "name": "Futures", "value": "futures" }],
    }))
}

/// Market time, in seconds.
pub(super) async fn time(State(shared): State<Shared>) -> String {
    (shared.venue.market_time().0 / Timestamp::SECOND).to_string()
}

#[derive(Deserialize)]
pub(super) struct WantedSymbol {
    symbol: String,
}

pub(super) async fn symbol(
    State(shared): State<Shared>,
    Query(wanted): Query<WantedSymbol>,
) -> Result<Response, NoPage> {
    let name = wanted.symbol.trim_start_matches(PREFIX);
    let all: Vec<InstrumentData> = read(page(&shared, Past::Contracts).await?)?;
    let found = all.iter().find(|contract| contract.symbol == name).ok_or(NoPage::NoSuchSymbol)?;
    let InstrumentData { product, tenor, start, end, .. } = found;
    Ok(public(json!({
        "name": name,
        "ticker": name,
        "description": format!("{product} {tenor}, {start} to {end}"),
        "type": "futures",
        "session": "24x7",
        "timezone": "Etc/UTC",
        "exchange": "GIGAHOUR",
        "listed_exchange": "GIGAHOUR",
        "minmov": 1,
        "pricescale": 10_u64.pow(found.price_scale),
        "has_intraday": true,
        "has_daily": true,
        "supported_resolutions": RESOLUTIONS.map(|(name, _)| name),
        "volume_precision": 0,
        "data_status": "streaming",
        "currency_code": "USD",
    })))
}

#[derive(Deserialize)]
pub(super) struct WantedSearch {
    query: String,
    limit: Option<usize>,
}

pub(super) async fn search(
    State(shared): State<Shared>,
    Query(wanted): Query<WantedSearch>,
) -> Result<Response, NoPage> {
    let query = wanted.query.to_ascii_uppercase();
    let all: Vec<InstrumentData> = read(page(&shared, Past::Contracts).await?)?;
    let found = all.iter().filter(|contract| contract.symbol.contains(&query));
    let row = |contract: &InstrumentData| {
        json!({
            "symbol": contract.symbol,
            "full_name": format!("{PREFIX}{}", contract.symbol),
            "description": format!("{} {}", contract.product, contract.tenor),
            "exchange": "GIGAHOUR",
            "ticker": contract.symbol,
            "type": "futures",
        })
    };
    Ok(public(found.take(wanted.limit.unwrap_or(FOUND)).map(row).collect()))
}

/// The library also sends a `currencyCode` and such, which say nothing here.
#[derive(Deserialize)]
pub(super) struct WantedBars {
    symbol: String,
    resolution: String,
    from: i64,
    to: i64,
    countback: Option<usize>,
}

/// Bars as columns.
#[derive(Serialize)]
struct Bars {
    s: &'static str,
    t: Vec<i64>,
    o: Vec<Box<RawValue>>,
    h: Vec<Box<RawValue>>,
    l: Vec<Box<RawValue>>,
    c: Vec<Box<RawValue>>,
    v: Vec<Box<RawValue>>,
}

pub(super) async fn history(
    State(shared): State<Shared>,
    Query(wanted): Query<WantedBars>,
) -> Result<Response, NoPage> {
    let known = RESOLUTIONS
        .iter()
        .find(|(name, _)| *name == wanted.resolution || *name == "1D" && wanted.resolution == "D");
    let names = || NoPage::Bad { path: "resolution", allowed: json!(RESOLUTIONS.map(|r| r.0)) };
    let (_, span) = *known.ok_or_else(names)?;
    let symbol = wanted.symbol.trim_start_matches(PREFIX).to_owned();
    let seconds = |s: i64| Timestamp(s.saturating_mul(Timestamp::SECOND));
    // With `countback` the library wants so many bars up to the end, however far back they reach.
    let (from, limit) = match wanted.countback {
        Some(count) => (Timestamp(i64::MIN), count.clamp(1, MOST_BARS)),
        None => (seconds(wanted.from), MOST_BARS),
    };
    let past = Past::Candles { symbol, span, from, to: seconds(wanted.to), limit };
    let CandlePage { candles, .. } = read(page(&shared, past).await?)?;
    if candles.is_empty() {
        return Ok(public(json!({ "s": "no_data" })));
    }
    let body = Json(columns(&candles));
    Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], body).into_response())
}

fn columns(candles: &[CandleData]) -> Bars {
    let column = |of: fn(&CandleData) -> &String| candles.iter().map(|c| number(of(c))).collect();
    let second =
        |candle: &CandleData| candle.open_ns.parse::<i64>().map_or(0, |ns| ns / Timestamp::SECOND);
    Bars {
        s: "ok",
        t: candles.iter().map(second).collect(),
        o: column(|candle| &candle.o),
        h: column(|candle| &candle.h),
        l: column(|candle| &candle.l),
        c: column(|candle| &candle.c),
        v: column(|candle| &candle.v),
    }
}

/// Our decimals are JSON numbers as they stand.
fn number(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("a decimal is a JSON number")
}

/// What the publisher has said is of the type it says.
fn read<T: DeserializeOwned>(page: Value) -> Result<T, NoPage> {
    serde_json::from_value(page).map_err(|_| NoPage::Closing)
}
