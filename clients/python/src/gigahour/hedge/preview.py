"""What a plan would do now: asked of the exchange, which answers with the functions that decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gigahour import html
from gigahour.errors import Refused
from gigahour.hedge.month import Month
from gigahour.hedge.plan import Plan
from gigahour.market import Instrument
from gigahour.records import Record
from gigahour.results import Preview
from gigahour.sync_client import Client
from gigahour.table import Table
from gigahour.units import GPUS_PER_LOT, AveragePrice, Hours, Lots, Money, Price


@dataclass(frozen=True, slots=True, repr=False)
class LegPreview(Record):
    """One contract of a plan, bought at once: what trades, what rests, what margin it takes."""

    symbol: str
    lots: Lots
    gpu_hours: Hours
    limit: Price
    fills_now: Lots
    avg_px: AveragePrice | None
    rests: Lots
    cost: Money
    fee: Money
    margin: Money
    refused: str | None


@dataclass(frozen=True, slots=True, repr=False)
class PlanPreview:
    """A plan, contract by contract, and in all.

    `margin` is the sum over orders, each alone beside what the account has; together they need no
    more where the account has nothing that they offset.
    """

    legs: Table[LegPreview]
    worst_cost: Decimal
    odd: Mapping[Month, int]

    @property
    def cost(self) -> Decimal:
        """Dollars of all contracts that would be taken, what rests at its limit."""
        return sum((leg.cost for leg in self.legs), Decimal(0))

    @property
    def fee(self) -> Decimal:
        """Fee of what trades at once."""
        return sum((leg.fee for leg in self.legs), Decimal(0))

    @property
    def margin(self) -> Decimal:
        """Initial margin that would be added."""
        return sum((leg.margin for leg in self.legs), Decimal(0))

    def prices(self) -> dict[str, Decimal]:
        """What a GPU-hour of each contract would cost, what rests at its limit."""
        return {leg.symbol: leg.cost / leg.gpu_hours for leg in self.legs if leg.gpu_hours}

    def __repr__(self) -> str:
        refused = [f"  {leg.symbol}: {leg.refused}" for leg in self.legs if leg.refused]
        lines = [
            f"{len(self.legs)} contracts, {sum(leg.gpu_hours for leg in self.legs):,} GPU-hours",
            f"  cost now    ${self.cost:,.2f} and a fee of ${self.fee:,.2f}",
            f"  worst case  ${self.worst_cost:,.2f}, all of it at the limit",
            f"  margin      ${self.margin:,.2f} more",
        ]
        if self.odd:
            odd = ", ".join(f"{lots} in {month}" for month, lots in self.odd.items())
            lines.append(f"  odd lots    {odd}: they end in money, not in GPUs")
        return "\n".join(lines + refused)

    def _repr_html_(self) -> str:
        return f"<pre>{self!r}</pre>{html.table(LegPreview, self.legs)}"


def preview(client: Client, plan: Plan) -> PlanPreview:
    """Previews each contract of a plan as one order for what is not filled yet."""
    instruments = {one.symbol: one for one in client.instruments(f"{plan.need.product}-*")}
    legs = []
    for leg in plan.legs:
        filled = sum(order.filled for order in plan.orders if order.symbol == leg.symbol)
        if lots := leg.lots - filled:
            legs.append(_leg(client, instruments[leg.symbol], lots, plan.limit))
    return PlanPreview(Table(LegPreview, legs), plan.worst_cost, plan.odd)


def within_band(limit: Decimal, instrument: Instrument) -> Decimal | None:
    """The limit as it can be sent today; `None` where it is below all prices of the day."""
    return None if limit < instrument.min_price else min(limit, instrument.max_price)


def sell_back(client: Client, *, symbol: str, gpus: int, limit: Decimal | str) -> Preview:
    """What selling GPUs that are not needed any longer would bring now."""
    lots, rest = divmod(gpus, GPUS_PER_LOT)
    if rest:
        raise ValueError(f"{gpus} GPUs are no whole number of nodes of {GPUS_PER_LOT}")
    return client.order_preview(symbol=symbol, side="sell", qty=lots, price=limit, reduce_only=True)


def _leg(client: Client, instrument: Instrument, lots: int, limit: Decimal) -> LegPreview:
    price = within_band(limit, instrument)
    if price is None:
        return _refused(instrument, lots, limit, f"below {instrument.min_price}, the lowest today")
    try:
        seen = client.order_preview(
            symbol=instrument.symbol, side="buy", qty=min(lots, instrument.max_qty), price=price
        )
    except Refused as refused:
        return _refused(instrument, lots, limit, str(refused))
    rests = lots - seen.fill_qty
    per_lot = instrument.gpu_hours(1)
    cost = seen.fill_qty * per_lot * (seen.fill_avg_px or Decimal(0)) + rests * per_lot * price
    return LegPreview(
        symbol=instrument.symbol,
        lots=lots,
        gpu_hours=lots * per_lot,
        limit=price,
        fills_now=seen.fill_qty,
        avg_px=seen.fill_avg_px,
        rests=rests,
        cost=cost,
        fee=seen.fee,
        margin=seen.after.initial - seen.before.initial,
        refused=None,
    )


def _refused(instrument: Instrument, lots: int, limit: Decimal, why: str) -> LegPreview:
    nothing = Decimal(0)
    return LegPreview(instrument.symbol, lots, 0, limit, 0, None, 0, nothing, nothing, nothing, why)
