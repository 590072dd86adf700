//! What became of a request, told to whoever made it.

use protocol::decimal;
use protocol::errors::{Code, WireError, refused};
use protocol::server::{
    CanceledResult, DoneResult, ListedResult, MarginResult, OrderResult, PreviewResult,
    QuoteResult, QuotesResult, RateLeft, ScenarioData, result_text,
};
use sequencer::{Outcome, Output};
use serde::Serialize;
use types::terms::GPUS_PER_LOT;
use types::{
    Event, InstrumentId, Lots, MarginDetail, Mills, OrderVerdict, Preview, Priority, QuoteVerdict,
    Timestamp, Verdict,
};

use super::account_data as data;
use super::ask::{Asked, Requested, Toll};
use super::binary;
use crate::admission::Encoding;
use crate::metrics::Metrics;
use crate::names;
use crate::read_model::ReadModel;
use crate::reply;
use crate::venue::wall_ns;

/// The reply to a request that the exchange has decided.
pub(super) fn send(model: &ReadModel, metrics: &Metrics, asked: Asked, outcome: &Outcome) {
    asked.link.order_ends(asked.requested);
    if let (Some(line), Output::Events(_)) = (&asked.line, &outcome.output) {
        asked.link.flow.add(line);
    }
    if asked.link.hides(asked.requested) {
        return send_unknown(metrics, asked);
    }
    match &outcome.output {
        Output::Events(events) => match events.last() {
            Some(Event::Verdict(verdict)) => {
                send_verdict(model, metrics, asked, verdict, outcome.time);
            }
            Some(_) | None => send_unknown(metrics, asked),
        },
        Output::Preview(preview) => match (preview.as_ref(), asked.requested) {
            (Ok(preview), Requested::Preview(instrument, _)) => {
                let result = preview_result(model, instrument, preview, outcome.seq);
                send_result(asked, &result);
            }
            (Ok(_), _) => send_unknown(metrics, asked),
            (Err(refusal), requested) => {
                fail(metrics, asked, refused(refusal, requested.side()), Some(outcome.time));
            }
        },
        Output::Margin(margin) => match margin.as_ref() {
            Ok(margin) => send_result(asked, &margin_result(model, margin, outcome.seq)),
            Err(refusal) => fail(metrics, asked, refused(refusal, None), Some(outcome.time)),
        },
        Output::Digest(_) => send_unknown(metrics, asked),
    }
}

fn margin_result(model: &ReadModel, detail: &MarginDetail, seq: u64) -> MarginResult {
    let terms = model.markets.terms();
    let name = |at: usize| terms.and_then(|terms| terms.scenario.get(at)).map(|s| s.name.clone());
    let bar = |(at, loss): (usize, &Mills)| ScenarioData {
        name: name(at).unwrap_or_default(),
        loss: decimal::money(*loss),
    };
    MarginResult {
        margin: data::margin(&model.markets, &detail.report),
        scenarios: detail.losses.iter().enumerate().map(bar).collect(),
        acct_seq: detail.acct_seq,
        seq,
    }
}

fn send_verdict(
    model: &ReadModel,
    metrics: &Metrics,
    asked: Asked,
    verdict: &Verdict,
    time: Timestamp,
) {
    match verdict {
        Verdict::Order(verdict) => {
            give_back(&asked, verdict);
            if asked.encoding == Encoding::Binary {
                let reply = binary::order_reply(&asked, verdict, time);
                return asked.link.outbox.reply(reply);
            }
            let result = order_result(&asked, verdict, time);
            send_result(asked, &result);
        }
        Verdict::Canceled { count, acct_seq } => {
            let rl = asked.toll.as_ref().map(rate_left);
            send_result(asked, &CanceledResult { canceled: *count, acct_seq: *acct_seq, rl });
        }
        Verdict::Listed(instrument) => {
            let symbol = data::symbol(&model.markets, *instrument);
            send_result(asked, &ListedResult { symbol });
        }
        Verdict::Quotes { results, acct_seq } => {
            let results = results.iter().map(|quote| quote_result(model, quote)).collect();
            let rl = asked.toll.as_ref().map(rate_left);
            send_result(asked, &QuotesResult { results, acct_seq: *acct_seq, rl });
        }
        // Only the operator's own way in has such an answer.
        Verdict::Administered { .. } => send_result(asked, &DoneResult::default()),
        Verdict::Done => {
            let acct_seq = asked.account.and_then(|account| model.stream(account));
            let acct_seq = acct_seq.map(crate::account_stream::AccountStream::acct_seq);
            send_result(asked, &DoneResult { acct_seq });
        }
        Verdict::Refused(refusal) => {
            let side = asked.requested.side();
            fail(metrics, asked, refused(refusal, side), Some(time));
        }
    }
}

fn quote_result(model: &ReadModel, quote: &QuoteVerdict) -> QuoteResult {
    let stands = quote.result.ok();
    QuoteResult {
        symbol: data::symbol(&model.markets, quote.instrument),
        side: quote.side,
        cum_qty: stands.map(|quoted| decimal::lots(quoted.filled)),
        leaves_qty: stands.map(|quoted| decimal::lots(quoted.rests)),
        error: quote.result.err().map(|refusal| refused(&refusal, Some(quote.side))),
    }
}

/// A repeated request costs nothing more, nor does an amendment that only reduces.
fn give_back(asked: &Asked, verdict: &OrderVerdict) {
    if let Some(toll) = &asked.toll
        && (verdict.duplicate || verdict.priority == Some(Priority::Kept))
    {
        let mut throttle = toll.throttle.lock().expect("nothing panics while it holds the buckets");
        throttle.give_back(toll.bucket, toll.cost);
    }
}

fn order_result(asked: &Asked, verdict: &OrderVerdict, time: Timestamp) -> OrderResult {
    OrderResult {
        order_id: names::order(verdict.order_id),
        client_order_id: verdict.client_order_id.to_string(),
        state: verdict.state.into(),
        rev: verdict.revision,
        priority: verdict.priority,
        qty: decimal::lots(verdict.quantity),
        cum_qty: decimal::lots(verdict.filled),
        leaves_qty: decimal::lots(verdict.leaves),
        avg_px: decimal::average(verdict.notional, verdict.filled),
        eseq: verdict.eseq,
        acct_seq: verdict.acct_seq,
        dup: verdict.duplicate,
        in_ns: asked.in_ns.to_string(),
        eng_ns: data::time(time),
        out_ns: wall_ns().to_string(),
        rl: asked.toll.as_ref().map(rate_left),
    }
}

fn rate_left(toll: &Toll) -> RateLeft {
    RateLeft { bucket: toll.bucket.name().to_owned(), left: toll.left }
}

fn preview_result(
    model: &ReadModel,
    instrument: InstrumentId,
    preview: &Preview,
    seq: u64,
) -> PreviewResult {
    let markets = &model.markets;
    let lots = preview.fills + preview.rests;
    let market = markets.get(instrument);
    let hours = market.map_or(0, |market| market.instrument.hours);
    let rests = i128::from(preview.limit.0) * i128::from(preview.rests.0);
    let notional = market.map(|m| m.instrument.tick_value.of(preview.notional + rests));
    PreviewResult {
        symbol: data::symbol(markets, instrument),
        limit: decimal::price(preview.limit),
        fill_qty: decimal::lots(preview.fills),
        fill_avg_px: decimal::average(preview.notional, preview.fills),
        fill_worst_px: preview.worst.map(decimal::price),
        rest_qty: decimal::lots(preview.rests),
        gpu_hours: gpu_hours(lots, hours),
        notional: decimal::money(notional.unwrap_or_default()),
        fee: decimal::money(preview.fee),
        before: data::margin(markets, &preview.before),
        after: data::margin(markets, &preview.after),
        liquidation_px: preview.liquidation.map(decimal::price),
        seq,
    }
}

fn gpu_hours(lots: Lots, hours: u32) -> String {
    (u128::from(lots.0) * u128::from(GPUS_PER_LOT) * u128::from(hours)).to_string()
}

/// A result the publisher has found by itself.
#[expect(clippy::needless_pass_by_value, reason = "a request is answered once")]
pub(super) fn send_result(asked: Asked, result: &impl Serialize) {
    asked.link.outbox.reply(result_text(&asked.id, result));
}

/// An error the publisher has found by itself.
pub(super) fn send_error(metrics: &Metrics, asked: Asked, error: WireError) {
    fail(metrics, asked, error, None);
}

/// Nobody knows what became of it; asking again is safe.
pub(super) fn send_unknown(metrics: &Metrics, asked: Asked) {
    let hint = "resend the same request or call order.get; both are safe";
    let error = WireError::new(Code::OutcomeUnknown).with("hint", hint);
    fail(metrics, asked, error, None);
}

#[expect(clippy::needless_pass_by_value, reason = "a request is answered once")]
fn fail(metrics: &Metrics, asked: Asked, error: WireError, time: Option<Timestamp>) {
    Metrics::add(&metrics.errors, 1);
    let eng_ns = time.map(|time| time.0);
    let error = reply::stamped(error, asked.in_ns, eng_ns, asked.toll.as_ref());
    asked.link.outbox.reply(reply::failure(Some(&asked.id), &error));
}
