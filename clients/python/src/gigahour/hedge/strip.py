"""A strip of years, quarters and months that sums exactly to so many lots in each month.

Longer contracts come first, since they are few and liquid: as many lots of a year as its smallest
month can take, then of quarters, then months make up what is left. Never more lots than wanted in
any month; what no listed contract can bring is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gigahour.hedge.month import Month, months_of
from gigahour.market import Instrument

_TENORS = ("year", "quarter", "month")


@dataclass(frozen=True, slots=True)
class Leg:
    """Lots of one contract, in each of its months."""

    symbol: str
    months: tuple[Month, ...]
    lots: int

    @property
    def hours(self) -> int:
        """Hours of one lot's period."""
        return sum(month.hours for month in self.months)


@dataclass(frozen=True, slots=True)
class Strip:
    """The contracts to buy, and what they leave open."""

    legs: tuple[Leg, ...]
    uncovered: Mapping[Month, int]

    def lots(self, month: Month) -> int:
        """Lots in a month."""
        return sum(leg.lots for leg in self.legs if month in leg.months)


def strip(wanted: Mapping[Month, int], contracts: Iterable[Instrument]) -> Strip:
    """The strip for so many lots in each month, of the outright contracts that are listed."""
    left = dict(wanted)
    listed = [one for one in contracts if one.is_listed and one.tenor in _TENORS]
    legs = []
    for contract in sorted(listed, key=lambda one: (_TENORS.index(one.tenor), one.start)):
        months = months_of(contract.start, contract.end)
        lots = min(left.get(month, 0) for month in months)
        if lots > 0:
            legs.append(Leg(contract.symbol, months, lots))
            for month in months:
                left[month] -= lots
    return Strip(tuple(legs), {month: lots for month, lots in left.items() if lots})


def by_month(held: Mapping[str, int], contracts: Iterable[Instrument]) -> dict[Month, int]:
    """Positions month by month: a quarter is three months of the same lots."""
    periods = {one.symbol: months_of(one.start, one.end) for one in contracts if not one.legs}
    lots: dict[Month, int] = {}
    for symbol, count in held.items():
        for month in periods.get(symbol, ()):
            lots[month] = lots.get(month, 0) + count
    return lots
