"""What the account's own channels and lists carry (protocol, sections 9 and 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gigahour.market import Side
from gigahour.records import Record
from gigahour.units import AveragePrice, Hours, Lots, Money, Nanos, Price

OrderState = Literal["open", "filled", "canceled", "expired"]


@dataclass(frozen=True, slots=True, repr=False)
class Order(Record):
    """An order, as it last changed."""

    order_id: str
    client_order_id: str
    symbol: str
    event: Literal["new", "amended", "restated", "elected", "canceled", "expired"]
    state: OrderState
    rev: int
    side: Side
    price: Price
    trigger_price: Price | None
    qty: Lots
    cum_qty: Lots
    leaves_qty: Lots
    reason: str | None
    tag: str | None
    eseq: int
    eng_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Fill(Record):
    """One side of a trade; `exec_id` is never used twice. A negative fee is a rebate."""

    exec_id: str
    trade_id: str
    order_id: str
    client_order_id: str
    symbol: str
    side: Side
    price: Price
    qty: Lots
    liquidity: Literal["maker", "taker", "auction"]
    fee: Money
    fee_ccy: str
    cum_qty: Lots
    leaves_qty: Lots
    order_state: OrderState
    tag: str | None
    eseq: int
    eng_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class LegFill(Record):
    """What a fill brought in one leg of a combination, a quarter or a year."""

    trade_id: str
    symbol: str
    side: Side
    price: Price
    qty: Lots
    eseq: int
    eng_ns: Nanos


@dataclass(frozen=True, slots=True, repr=False)
class Position(Record):
    """Lots of a contract; negative is short. `carry_px` is since the last settlement."""

    symbol: str
    net_qty: Lots
    carry_px: AveragePrice | None
    settle: Price
    variation: Money


@dataclass(frozen=True, slots=True, repr=False)
class Expiry(Record):
    """What became of a position when its contract expired."""

    symbol: str
    price: Price
    cascaded_qty: Lots
    delivered_qty: Lots
    cashed_qty: Lots


@dataclass(frozen=True, slots=True, repr=False)
class Margin(Record):
    """Cash and margin; of sixteen `scenario` is the one that requires the most, and `concentration`
    is what large positions add.
    """

    cash: Money
    escrow: Money
    variation: Money
    available: Money
    initial: Money
    maintenance: Money
    delivery: Money
    concentration: Money | None
    scenario: int
    scenario_name: str


@dataclass(frozen=True, slots=True, repr=False)
class Cash(Record):
    """Money that moved; a negative amount was paid."""

    reason: str
    amount: Money
    cash: Money
    escrow: Money


@dataclass(frozen=True, slots=True, repr=False)
class Obligation(Record):
    """A duty to deliver or a right to receive metered GPU-hours."""

    obligation_id: str
    symbol: str
    role: Literal["deliver", "receive"]
    lots: Lots
    price: Price
    gpu_hours: Hours
    delivered_gpu_hours: Hours
    shortfall_gpu_hours: Hours
    window_start_ns: Nanos
    window_end_ns: Nanos
    state: str
    nodes: int
    nodes_down: int
    paid: Money
    penalty_accrued: Money
    novated_to: str


@dataclass(frozen=True, slots=True, repr=False)
class Invoice(Record):
    """The bill of a delivered month."""

    obligation_id: str
    symbol: str
    role: Literal["deliver", "receive"]
    issued_ns: Nanos
    due_gpu_hours: Hours
    delivered_gpu_hours: Hours
    short_gpu_hours: Hours
    tolerated_gpu_hours: Hours
    price: Price
    amount: Money
    damages_per_gpu_hour: Price
    damages: Money
    fee: Money


@dataclass(frozen=True, slots=True, repr=False)
class Pledge(Record):
    """All nodes this account has pledged to a contract."""

    symbol: str
    nodes: tuple[int, ...]
