"""Hedged against unhedged: what the GPU-hours of a need cost when prices move.

Unhedged, every hour is bought at the price of its month. Hedged, the hours of the plan cost what
the plan pays and the rest the price of the month; a part of a node too many is sold at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gigahour.curve import Curve
from gigahour.hedge.history import History
from gigahour.hedge.month import Month, months_of
from gigahour.hedge.plan import Plan
from gigahour.hedge.scenarios import Scenario
from gigahour.records import Record
from gigahour.table import Table
from gigahour.units import GPUS_PER_LOT, Money

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Record):
    """What a need costs when prices move one way; a saving below zero is the price of certainty."""

    name: str
    unhedged: Money
    hedged: Money
    saving: Money


def compare(
    plan: Plan,
    curve: Curve,
    scenarios: Iterable[Scenario],
    prices: Mapping[str, Decimal] | None = None,
) -> Table[Outcome]:
    """The cost under each scenario. `prices` are what the plan pays by symbol, as its preview tells
    them; else it pays its limit.
    """
    marks = monthly(curve, plan.need.gpus)
    paid = prices or {}
    return Table(Outcome, (_outcome(plan, marks, paid, one.name, one.moved) for one in scenarios))


def replay(
    plan: Plan, curve: Curve, history: History, prices: Mapping[str, Decimal] | None = None
) -> Table[Outcome]:
    """The cost had the future gone as the past did, from each month of it that reaches as far."""
    marks = monthly(curve, plan.need.gpus)
    now = Month(plan.created.year, plan.created.month)
    last = max(plan.need.gpus)
    outcomes = []
    first = Month(history.days[0].year, history.days[0].month).plus(1)
    for step in range(last.since(first) + 1200):
        start = date(*first.plus(step), 1)
        if history.factor(start, last.since(now)) is None:
            break

        def moved(month: Month, price: Decimal, start: date = start) -> Decimal:
            factor = history.factor(start, max(0, month.since(now)))
            assert factor is not None, "it is known up to the last month"
            return price * Decimal(repr(factor))

        outcomes.append(_outcome(plan, marks, prices or {}, f"from {start:%Y-%m}", moved))
    return Table(Outcome, outcomes)


def monthly(curve: Curve, months: Iterable[Month]) -> dict[Month, Decimal]:
    """What a GPU-hour of each month is worth: the mark of the shortest contract that has it."""
    marks = {}
    spans = [(months_of(point.start, point.end), point.mark) for point in curve.points]
    for month in months:
        covering = [(len(span), mark) for span, mark in spans if month in span]
        if not covering:
            raise ValueError(f"no contract of {curve.product} delivers in {month}")
        marks[month] = min(covering)[1]
    return marks


def sentence(outcomes: Table[Outcome]) -> str:
    """The comparison in one sentence."""
    if not outcomes:
        return "There is nothing to compare."
    worst = max(outcomes, key=lambda one: one.unhedged)
    unhedged, hedged = [one.unhedged for one in outcomes], [one.hedged for one in outcomes]
    return (
        f"At worst ({worst.name}) the need costs ${worst.unhedged:,.0f} unhedged and "
        f"${worst.hedged:,.0f} hedged; between best and worst lie "
        f"${max(unhedged) - min(unhedged):,.0f} unhedged and "
        f"${max(hedged) - min(hedged):,.0f} hedged."
    )


def _outcome(
    plan: Plan,
    marks: Mapping[Month, Decimal],
    paid: Mapping[str, Decimal],
    name: str,
    moved: Callable[[Month, Decimal], Decimal],
) -> Outcome:
    after = {month: moved(month, mark) for month, mark in marks.items()}
    unhedged = sum(
        (gpus * month.hours * after[month] for month, gpus in plan.need.gpus.items()), Decimal(0)
    )
    gain = Decimal(0)
    for leg in plan.legs:
        price = paid.get(leg.symbol, plan.limit)
        for month in leg.months:
            gain += leg.lots * GPUS_PER_LOT * month.hours * (after[month] - price)
    hedged = unhedged - gain
    return Outcome(
        name, *(value.quantize(_CENT) for value in (unhedged, hedged, unhedged - hedged))
    )
