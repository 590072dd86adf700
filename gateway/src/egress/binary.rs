//! What members are told in binary: what their orders came to, and their fills.

use bytes::Bytes;
use protocol::binary::{ClientId, Fill, Header, Message, OrderReply, REPLAY};
use protocol::client::RequestId;
use types::{AccountFact, OrderVerdict, Timestamp};

use super::ask::Asked;
use super::private::Told;
use crate::account_stream::Record;
use crate::outbox::Frame;
use crate::venue::wall_ns;

/// The reply to an order or its end.
pub(super) fn order_reply(asked: &Asked, verdict: &OrderVerdict, time: Timestamp) -> Frame {
    let reply = OrderReply {
        request_id: match asked.id {
            RequestId::Number(number) => number,
            RequestId::Text(_) => 0,
        },
        order_id: verdict.order_id.0,
        client_order_id: ClientId::new(&verdict.client_order_id.to_string()),
        state: verdict.state,
        dup: verdict.duplicate,
        rev: verdict.revision,
        qty: verdict.quantity.0,
        cum_qty: verdict.filled.0,
        leaves_qty: verdict.leaves.0,
        eseq: verdict.eseq,
        acct_seq: verdict.acct_seq,
        in_ns: asked.in_ns,
        eng_ns: time.0,
        out_ns: wall_ns(),
    };
    let header = Header { seq: verdict.acct_seq, ..Header::default() };
    frame(&Message::OrderReply(reply), header)
}

/// An event of an account, if it is one that is told in binary.
pub(super) fn event(record: &Record, told: Told) -> Option<Frame> {
    let AccountFact::Fill(fill) = &record.fact else { return None };
    let fill = Fill {
        trade_id: fill.trade_id.0,
        order_id: fill.order_id.0,
        client_order_id: ClientId::new(&fill.client_order_id.to_string()),
        instrument_no: fill.instrument.0,
        side: fill.side,
        price: fill.price.0,
        qty: fill.lots.0,
        liquidity: fill.liquidity,
        fee: fill.fee.0,
        cum_qty: fill.filled.0,
        leaves_qty: fill.leaves.0,
        order_state: fill.state,
        eseq: record.eseq.unwrap_or_default(),
        eng_ns: record.time.0,
    };
    let flags = match told {
        Told::Live => 0,
        Told::Again => REPLAY,
    };
    let header = Header { flags, seq: record.acct_seq, ..Header::default() };
    Some(frame(&Message::Fill(fill), header))
}

fn frame(message: &Message, header: Header) -> Frame {
    Frame::Binary(Bytes::from(message.encode(header)))
}
