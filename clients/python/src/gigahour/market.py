"""What public channels carry (protocol, sections 6 and 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gigahour.records import Implied, Level, Record
from gigahour.units import AveragePrice, Hours, Lots, Money, Nanos, Price

Side = Literal["buy", "sell"]
Phase = Literal["pre_open", "no_cancel", "open", "halt", "closed", "expired"]


@dataclass(frozen=True, slots=True, repr=False)
class Leg(Record):
    """A leg of a combination: a buyer sells it where the ratio is below zero."""

    symbol: str
    ratio: int


@dataclass(frozen=True, slots=True, repr=False)
class Instrument(Record):
    """A contract that is listed."""

    symbol: str
    product: str
    tenor: Literal["month", "quarter", "year", "spread", "ramp"]
    start: str
    end: str
    hours: int
    gpus_per_lot: int
    block_lots: Lots
    tick: Price
    tick_value: Money
    max_qty: Lots
    min_price: Price
    max_price: Price
    last_trading_ns: Nanos
    settlement: str
    phase: Phase
    settle: Price
    legs: tuple[Leg, ...] | None
    scan_range: Price | None
    """The range that margin counts from `scan_from_ns` on; absent while that of the terms holds."""
    scan_from_ns: Nanos | None

    def gpu_hours(self, lots: int) -> int:
        """GPU-hours of so many lots."""
        return lots * self.gpus_per_lot * self.hours

    @property
    def is_listed(self) -> bool:
        """Whether it can still be traded, now or after a halt."""
        return self.phase not in ("closed", "expired")


@dataclass(frozen=True, slots=True, repr=False)
class Trade(Record):
    """A trade that happened; `taker` is the side that came, neither in an auction."""

    symbol: str
    trade_id: str
    price: Price
    qty: Lots
    taker: Side | None
    eseq: int
    eng_ns: Nanos
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Bbo(Record):
    """Best bid and ask."""

    symbol: str
    bid: Level | None
    ask: Level | None
    implied: Implied


@dataclass(frozen=True, slots=True, repr=False)
class Ticker(Record):
    """A contract at a glance."""

    symbol: str
    bid: Level | None
    ask: Level | None
    last: Price | None
    mark: Price
    index: Price | None
    open_24h: Price | None
    high_24h: Price | None
    low_24h: Price | None
    volume_24h: Lots
    open_interest: Lots
    settle_prev: Price
    phase: Phase
    eng_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Status(Record):
    """The phase of a contract, and what an auction would come to while one is called."""

    symbol: str
    phase: Phase
    eng_ns: Nanos
    indicative_price: Price | None
    indicative_qty: Lots | None
    surplus_qty: Lots | None


@dataclass(frozen=True, slots=True, repr=False)
class Settlement(Record):
    """A settlement price."""

    settlement_id: str
    symbol: str
    kind: Literal["daily", "final"] = field(metadata={"wire": "type"})
    date: str
    price: Price
    method: str
    status: str
    supersedes: str | None
    volume: Lots
    open_interest: Lots
    published_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class CurvePoint(Record):
    """One contract on a curve; `basis` says where `mark` comes from."""

    symbol: str
    tenor: str
    start: str
    end: str
    bid: Price | None
    ask: Price | None
    last: Price | None
    mark: Price
    settle: Price
    basis: Literal["quoted", "interpolated", "settled"]
    age_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class IndexPrint(Record):
    """What a day came to by the method of the market's terms."""

    date: str
    value: Price | None
    rev: int
    method: int
    used: int
    left_out: int
    days: int


@dataclass(frozen=True, slots=True, repr=False)
class Index(Record):
    """The reference index of a product; without a price where the last one is too old."""

    product: str
    price: Price | None
    eng_ns: Nanos
    print: IndexPrint | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Mark(Record):
    """What a contract is worth now, and from what that was worked out."""

    symbol: str
    mark: Price
    basis: str
    bid: Price | None
    ask: Price | None
    settle: Price
    index: Price | None
    eng_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Candle(Record):
    """The trades of a span of time."""

    symbol: str
    open_ns: Nanos
    close_ns: Nanos
    o: Price
    h: Price
    l: Price  # noqa: E741
    c: Price
    v: Lots
    n: int
    vwap: AveragePrice
    final: bool


@dataclass(frozen=True, slots=True, repr=False)
class Checkpoint(Record):
    """What the exchange signs of its log and its state, as the text that is signed."""

    note: str


@dataclass(frozen=True, slots=True, repr=False)
class DeliveryRow(Record):
    """One obligation on the delivery board."""

    obligation_id: str
    lots: Lots
    state: str
    due: Hours
    delivered: Hours
    short: Hours
    nodes_down: int
    paid: Money
    damages: Money


@dataclass(frozen=True, slots=True, repr=False)
class Delivery(Record):
    """How a contract is being delivered, without names."""

    symbol: str
    price: Price | None
    last_trading_ns: Nanos
    window_start_ns: Nanos
    window_end_ns: Nanos
    lots: Lots
    due: Hours
    delivered: Hours
    short: Hours
    nodes: int
    nodes_down: int
    paid: Money
    damages: Money
    as_of_ns: Nanos
    obligations: tuple[DeliveryRow, ...]


__all__ = [
    "Bbo",
    "Checkpoint",
    "CurvePoint",
    "Delivery",
    "DeliveryRow",
    "Index",
    "Instrument",
    "Leg",
    "Phase",
    "Settlement",
    "Side",
    "Status",
    "Ticker",
    "Trade",
]
