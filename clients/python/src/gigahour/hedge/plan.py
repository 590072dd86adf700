"""The plan: what is needed, the strip that covers it, and its orders slice by slice, as a file.

The file is JSON, sorted and indented, so that two plans can be compared line by line. Each order
has its `client_order_id` from the beginning: sending a slice twice is one order, and a plan that
was interrupted goes on where it ended. Knows no connection.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from gigahour.decimals import PriceLike, decimal, round_to_tick
from gigahour.hedge import need as needs
from gigahour.hedge.month import Month, months_of
from gigahour.hedge.need import Need
from gigahour.hedge.slices import due_days, sliced
from gigahour.hedge.strip import Leg, by_month, strip
from gigahour.market import Instrument
from gigahour.units import utc

VERSION = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """One order of a plan, and what became of it."""

    client_order_id: str
    symbol: str
    due: date
    lots: int
    state: str = "planned"
    """`planned`, `skipped`, or that of the order: `open`, `filled`, `canceled`, `expired`."""
    filled: int = 0
    avg_px: str | None = None
    note: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to ask or to send."""
        return self.state in ("filled", "canceled", "expired")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a need is covered."""

    name: str
    need: Need
    cover: Decimal
    limit: Decimal
    created: date
    legs: tuple[Leg, ...]
    orders: tuple[Planned, ...]
    held: Mapping[Month, int]
    uncovered: Mapping[Month, int]
    block_lots: int

    @property
    def odd(self) -> dict[Month, int]:
        """Lots of each month that make no whole delivery block and so end in money (R-7.5)."""
        lots = {month: self.lots(month) + self.held.get(month, 0) for month in self.need.gpus}
        return {
            month: count % self.block_lots
            for month, count in lots.items()
            if count % self.block_lots
        }

    def lots(self, month: Month) -> int:
        """Lots that the plan brings in a month."""
        return sum(leg.lots for leg in self.legs if month in leg.months)

    @property
    def worst_cost(self) -> Decimal:
        """Dollars for all of it at the limit."""
        hours = sum(leg.lots * 8 * leg.hours for leg in self.legs)
        return hours * self.limit

    def with_order(self, order: Planned) -> Plan:
        """The plan with news of one order."""
        orders = tuple(
            order if one.client_order_id == order.client_order_id else one for one in self.orders
        )
        return replace(self, orders=orders)

    def due(self, today: date) -> Iterator[Planned]:
        """Orders that are to be sent by today, or whose end is not known yet."""
        return (one for one in self.orders if one.due <= today and not one.is_done)

    def text(self) -> str:
        """The file."""
        return json.dumps(_written(self), indent=2) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the file, whole or not at all."""
        part = Path(f"{os.fspath(path)}.part")
        part.write_text(self.text(), "utf-8")
        part.replace(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Plan:
        """Reads a file."""
        return _read(json.loads(Path(path).read_text("utf-8")))


def plan(
    need: Need,
    instruments: Iterable[Instrument],
    *,
    market_ns: int,
    cover: PriceLike = "100%",
    limit: PriceLike,
    weeks: int = 1,
    held: Mapping[str, int] | None = None,
    whole: Literal["lots", "blocks"] = "lots",
) -> Plan:
    """A plan to cover a part of a need at `limit` dollars per GPU-hour or better.

    `held` are positions, lots by symbol, which count; `market_ns` is the time of the market, at
    which the first slice is due, as `ping()` tells it. A month is delivered in whole blocks of 64
    GPUs and odd lots end in money: with `whole="blocks"` there are none.
    """
    contracts = [one for one in instruments if one.product == need.product]
    exact = needs.part(cover)
    have = by_month(held or {}, contracts)
    block_lots = max((one.block_lots for one in contracts), default=1)
    target = need.lots(exact, block_lots if whole == "blocks" else 1)
    wanted = {month: max(0, lots - have.get(month, 0)) for month, lots in target.items()}
    found = strip(wanted, contracts)
    created = utc(market_ns).date()
    price = round_to_tick(limit, to="down")
    seal = repr((need, exact, price, market_ns, found, weeks)).encode()
    name = hashlib.sha256(seal).hexdigest()[:8]
    ends = {one.symbol: utc(one.last_trading_ns).date() for one in contracts}
    return Plan(
        name=name,
        need=need,
        cover=exact,
        limit=price,
        created=created,
        legs=found.legs,
        orders=tuple(_orders(name, found.legs, due_days(created, weeks), ends)),
        held={month: have[month] for month in need.gpus if have.get(month)},
        uncovered=found.uncovered,
        block_lots=block_lots,
    )


def _orders(
    name: str, legs: tuple[Leg, ...], days: list[date], ends: Mapping[str, date]
) -> Iterator[Planned]:
    parts = [sliced(leg.lots, days, ends[leg.symbol]) for leg in legs]
    for number, day in enumerate(days):
        for place, leg in enumerate(legs):
            if lots := parts[place][number]:
                yield Planned(f"h-{name}-{number:02}-{place:02}", leg.symbol, day, lots)


def _written(plan: Plan) -> dict[str, Any]:
    return {
        "gigahour_hedge_plan": VERSION,
        "name": plan.name,
        "product": plan.need.product,
        "cover": str(plan.cover),
        "limit": str(plan.limit),
        "created": plan.created.isoformat(),
        "block_lots": plan.block_lots,
        "need_gpus": {str(month): gpus for month, gpus in plan.need.gpus.items()},
        "held_lots": {str(month): lots for month, lots in plan.held.items()},
        "uncovered_lots": {str(month): lots for month, lots in plan.uncovered.items()},
        "legs": [
            {
                "symbol": leg.symbol,
                "from": str(leg.months[0]),
                "to": str(leg.months[-1]),
                "lots": leg.lots,
            }
            for leg in plan.legs
        ],
        "orders": [{**asdict(order), "due": order.due.isoformat()} for order in plan.orders],
    }


def _read(file: dict[str, Any]) -> Plan:
    if file.get("gigahour_hedge_plan") != VERSION:
        raise ValueError("this is no hedge plan of a version known here")
    return Plan(
        name=file["name"],
        need=Need.of(file["product"], file["need_gpus"]),
        cover=decimal(file["cover"]),
        limit=decimal(file["limit"]),
        created=date.fromisoformat(file["created"]),
        legs=tuple(
            Leg(leg["symbol"], months_of(leg["from"], leg["to"]), leg["lots"])
            for leg in file["legs"]
        ),
        orders=tuple(
            Planned(**{**order, "due": date.fromisoformat(order["due"])})
            for order in file["orders"]
        ),
        held=_months(file["held_lots"]),
        uncovered=_months(file["uncovered_lots"]),
        block_lots=file["block_lots"],
    )


def _months(written: Mapping[str, int]) -> dict[Month, int]:
    return {Month.parse(month): lots for month, lots in written.items()}
