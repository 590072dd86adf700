"""The coverage ladder: month by month what is needed, held, on order, and open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gigahour.account import Order, Position
from gigahour.curve import Curve
from gigahour.hedge.compare import monthly
from gigahour.hedge.need import Need, part
from gigahour.hedge.strip import by_month
from gigahour.market import Instrument
from gigahour.records import Record
from gigahour.table import Table
from gigahour.units import GPUS_PER_LOT, Price


@dataclass(frozen=True, slots=True, repr=False)
class Rung(Record):
    """A month of the ladder, in GPUs; `covered` is the part held, in percent."""

    month: str
    need: int
    held: int
    on_order: int
    open: int
    covered: Decimal
    band: Literal["below", "within", "above"]
    mark: Price


def coverage(
    need: Need,
    instruments: Iterable[Instrument],
    curve: Curve,
    *,
    positions: Iterable[Position] = (),
    orders: Iterable[Order] = (),
    band: tuple[str, str] = ("0.5", "1"),
) -> Table[Rung]:
    """The ladder. `band` is the part of the need that the policy wants held, from and to."""
    contracts = [one for one in instruments if one.product == need.product]
    held = by_month({one.symbol: one.net_qty for one in positions}, contracts)
    bids: dict[str, int] = {}
    for order in orders:
        if order.side == "buy":
            bids[order.symbol] = bids.get(order.symbol, 0) + order.leaves_qty
    on_order = by_month(bids, contracts)
    marks = monthly(curve, need.gpus)
    low, high = (part(edge) for edge in band)
    rungs = []
    for month, gpus in need.gpus.items():
        has, asked = held.get(month, 0) * GPUS_PER_LOT, on_order.get(month, 0) * GPUS_PER_LOT
        share = Decimal(has) / gpus if gpus else Decimal(1)
        place: Literal["below", "within", "above"] = (
            "below" if share < low else "above" if high < share else "within"
        )
        percent = (share * 100).quantize(Decimal("0.1"))
        missing = max(0, gpus - has - asked)
        rungs.append(Rung(str(month), gpus, has, asked, missing, percent, place, marks[month]))
    return Table(Rung, rungs)
