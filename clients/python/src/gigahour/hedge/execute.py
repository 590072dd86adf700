"""Sends the orders of a plan that are due, and learns what became of those sent before.

The file is written after each order. An order that was sent but not noted is sent again under the
same name, which the exchange answers with the first outcome.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gigahour.errors import Refused
from gigahour.hedge.plan import Plan, Planned
from gigahour.hedge.preview import within_band
from gigahour.market import Instrument
from gigahour.sync_client import Client
from gigahour.units import utc

CLIENT_ORDER_ID_CONFLICT = 2015
"""It was sent before, at the price of another day, and not noted."""


def execute(client: Client, plan: Plan, path: str | os.PathLike[str]) -> Plan:
    """Does what is due by now of market time, and returns the plan as it then stands.

    Orders rest until they are filled (`gtc`) and stay when the connection ends. Their price is the
    limit, or the highest of the day where that is lower. What the exchange refuses is noted and
    tried again the next time.
    """
    today = utc(client.ping().market_ns).date()
    instruments = {one.symbol: one for one in client.instruments(f"{plan.need.product}-*")}
    plan.save(path)
    for order in plan.due(today):
        plan = plan.with_order(_advance(client, order, instruments[order.symbol], plan.limit))
        plan.save(path)
    return plan


def coming(plan: Plan) -> date | None:
    """The day of the next slice that nothing was sent of yet."""
    return min((order.due for order in plan.orders if order.state == "planned"), default=None)


def _advance(client: Client, order: Planned, instrument: Instrument, limit: Decimal) -> Planned:
    if order.state == "open":
        return _known(client, order)
    price = within_band(limit, instrument)
    if price is None:
        note = f"{limit} is below {instrument.min_price}, the lowest price today"
        return replace(order, state="skipped", note=note)
    try:
        result = client.order_place(
            symbol=order.symbol,
            side="buy",
            qty=order.lots,
            price=price,
            client_order_id=order.client_order_id,
            cod=False,
            tag="hedge",
        )
    except Refused as refused:
        if refused.code == CLIENT_ORDER_ID_CONFLICT:
            return _known(client, order)
        if not refused.final:
            raise
        return replace(order, state="skipped", note=str(refused))
    avg_px = None if result.avg_px is None else str(result.avg_px)
    return replace(order, state=result.state, filled=result.cum_qty, avg_px=avg_px, note="")


def _known(client: Client, order: Planned) -> Planned:
    """Where an order that was sent stands now; one that ended long ago is forgotten."""
    found = client.order_get(client_order_id=order.client_order_id).order
    if found is None:
        return replace(order, note="ended more than a day ago; see fills_list()")
    return replace(order, state=found.state, filled=found.cum_qty, note="")
