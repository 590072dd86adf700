"""What requests come to (protocol, sections 3, 4, 8 and 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gigahour.account import Margin, Order, OrderState
from gigahour.market import Side
from gigahour.records import Record
from gigahour.units import AveragePrice, Hours, Lots, Money, Nanos, Price


@dataclass(frozen=True, slots=True, repr=False)
class Hello(Record):
    """The greeting of a connection."""

    env: str
    proto: str
    conn_id: str
    host: str
    nonce: str
    server_ns: Nanos
    market_ns: Nanos
    login_deadline_ms: int
    ping_ms: int
    idle_close_ms: int
    max_msg_bytes: int
    schema_rev: int


@dataclass(frozen=True, slots=True, repr=False)
class Cod(Record):
    """Cancel on disconnect: what becomes of a session's orders when it ends, and after how long."""

    mode: Literal["cancel", "keep"] = "cancel"
    grace_ms: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Bucket(Record):
    """A token bucket of a rate limit."""

    cap: int
    per_s: int


@dataclass(frozen=True, slots=True, repr=False)
class Limits(Record):
    """All limits of a session."""

    orders: Bucket
    cancels: Bucket
    quotes: Bucket
    requests: Bucket
    subs: Bucket
    open_orders: int
    in_flight: int


@dataclass(frozen=True, slots=True, repr=False)
class Session(Record):
    """A login that succeeded."""

    account: str
    scopes: tuple[str, ...]
    session_id: str
    acct_epoch: str
    acct_seq: int
    clock_skew_ms: int
    cod: Cod
    limits: Limits


@dataclass(frozen=True, slots=True, repr=False)
class SessionStatus(Record):
    """How the session is, and how many orders would be cancelled if it ended now."""

    session_id: str
    cod: Cod
    cod_orders: int
    channels: tuple[str, ...]
    pending_bytes: int
    acct_seq: int


@dataclass(frozen=True, slots=True, repr=False)
class OrderResult(Record):
    """The verdict on an order, immediate fills included; `dup` says it had been given before."""

    order_id: str
    client_order_id: str
    state: OrderState
    rev: int
    priority: Literal["kept", "lost"] | None
    qty: Lots
    cum_qty: Lots
    leaves_qty: Lots
    avg_px: AveragePrice | None
    eseq: int
    acct_seq: int
    dup: bool
    in_ns: Nanos
    eng_ns: Nanos
    out_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Canceled(Record):
    """How many orders were cancelled."""

    canceled: int
    acct_seq: int


@dataclass(frozen=True, slots=True, repr=False)
class Found(Record):
    """Where an order stands, as of an event of the account."""

    found: bool
    order: Order | None
    acct_seq: int


@dataclass(frozen=True, slots=True, repr=False)
class Preview(Record):
    """What an order would do now: what trades, what rests, fee, and margin before and after."""

    symbol: str
    limit: Price
    fill_qty: Lots
    fill_avg_px: AveragePrice | None
    fill_worst_px: Price | None
    rest_qty: Lots
    gpu_hours: Hours
    notional: Money
    fee: Money
    before: Margin
    after: Margin
    liquidation_px: Price | None
    """Were it filled whole: the first price at which cash would not cover maintenance margin."""
    seq: int


@dataclass(frozen=True, slots=True, repr=False)
class ScenarioLoss(Record):
    """What positions and open orders would lose in a scenario; a gain is below zero."""

    name: str
    loss: Money


@dataclass(frozen=True, slots=True, repr=False)
class MarginReport(Record):
    """Cash and margin, and the sixteen scenarios in their order."""

    margin: Margin
    scenarios: tuple[ScenarioLoss, ...]
    acct_seq: int


@dataclass(frozen=True, slots=True, repr=False)
class QuoteResult(Record):
    """What became of one side of a quote; with an error the quote before it is gone as well."""

    symbol: str
    side: Side
    cum_qty: Lots | None
    leaves_qty: Lots | None
    error: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, repr=False)
class QuotesResult(Record):
    """What became of a mass quote, side by side."""

    results: tuple[QuoteResult, ...]
    acct_seq: int


@dataclass(frozen=True, slots=True, repr=False)
class Done(Record):
    """It was done."""

    acct_seq: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Killed(Record):
    """The kill switch was thrown, and so many orders ended, or it was released."""

    canceled: int | None
    acct_seq: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Record):
    """What a combination is called."""

    symbol: str


@dataclass(frozen=True, slots=True, repr=False)
class BlockOffer(Record):
    """A block that waits for the other side; `payload` is base64 of what both sides sign."""

    proposer: str
    block_id: str
    payload: str
    expires_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Pong(Record):
    """The clocks of the venue."""

    ns: Nanos | None
    server_ns: Nanos
    market_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Rejected(Record):
    """A channel that is not heard, and why."""

    channel: str
    code: int
    name: str = field(metadata={"wire": "message"})
    allowed: Mapping[str, Any] | None
    min_acct_seq: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Subscribed(Record):
    """Channels that are heard from now on, and those that are not."""

    ok: tuple[str, ...]
    err: tuple[Rejected, ...]
