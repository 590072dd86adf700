//! What each method is answered with.

use schemars::{Schema, SchemaGenerator};

use crate::server::{
    BlockList, CancelAfterResult, CanceledResult, CapacityList, DoneResult, FillList, GetResult,
    InvoiceList, Limits, ListedResult, LoginResult, MarginResult, ObligationList, OrderList,
    OrderResult, PingResult, PositionList, PreviewResult, QuotesResult, RequestList, StatementList,
    StatusResult, SubscribeResult, TicketResult,
};

/// The schema of the result of a method; nothing for a method that is not in this list.
pub(super) fn result(method: &str, server: &mut SchemaGenerator) -> Option<Schema> {
    Some(match method {
        "session.login" => server.subschema_for::<LoginResult>(),
        "session.status" => server.subschema_for::<StatusResult>(),
        "session.limits" => server.subschema_for::<Limits>(),
        "session.cancel_after" => server.subschema_for::<CancelAfterResult>(),
        "session.ticket" => server.subschema_for::<TicketResult>(),
        "ping" => server.subschema_for::<PingResult>(),
        "subscribe" | "unsubscribe" => server.subschema_for::<SubscribeResult>(),
        "order.place" | "order.amend" | "order.cancel" => server.subschema_for::<OrderResult>(),
        "order.preview" => server.subschema_for::<PreviewResult>(),
        "order.cancel_all" => server.subschema_for::<CanceledResult>(),
        "account.kill" => server.subschema_for::<Killed>(),
        "order.get" => server.subschema_for::<GetResult>(),
        "quote.mass" => server.subschema_for::<QuotesResult>(),
        "combination.define" => server.subschema_for::<ListedResult>(),
        "block.list" => server.subschema_for::<BlockList>(),
        "rfq.list" => server.subschema_for::<RequestList>(),
        "orders.list" => server.subschema_for::<OrderList>(),
        "fills.list" => server.subschema_for::<FillList>(),
        "positions.list" => server.subschema_for::<PositionList>(),
        "margin.get" => server.subschema_for::<MarginResult>(),
        "obligations.list" => server.subschema_for::<ObligationList>(),
        "invoices.list" => server.subschema_for::<InvoiceList>(),
        "statements.list" => server.subschema_for::<StatementList>(),
        "capacity.list" => server.subschema_for::<CapacityList>(),
        "session.logout"
        | "session.cod.set"
        | "session.heartbeat.set"
        | "resync"
        | "mmp.set"
        | "mmp.reset"
        | "block.propose"
        | "block.confirm"
        | "block.withdraw"
        | "rfq.create"
        | "rfq.quote"
        | "rfq.accept"
        | "rfq.cancel"
        | "delivery.pledge"
        | "delivery.meter"
        | "delivery.prefer"
        | "delivery.tender"
        | "delivery.elect"
        | "delivery.accept"
        | "delivery.replace"
        | "delivery.countersign"
        | "delivery.dispute"
        | "delivery.probe"
        | "delivery.standby"
        | "delivery.bid"
        | "delivery.transfer"
        | "delivery.accept_transfer"
        | "bond.post"
        | "bond.release"
        | "capacity.register"
        | "capacity.retire"
        | "capacity.attest"
        | "index.observe"
        | "session.sign"
        | "account.withdraw"
        | "sandbox.gap"
        | "sandbox.epoch"
        | "sandbox.kick"
        | "sandbox.stall"
        | "sandbox.unknown_outcome"
        | "sandbox.clock" => server.subschema_for::<DoneResult>(),
        _ => return None,
    })
}

/// A switch that is thrown says what it has ended; one that is released says that it is.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is written")]
enum Killed {
    Thrown(CanceledResult),
    Released(DoneResult),
}
