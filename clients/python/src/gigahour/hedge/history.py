"""What GPU prices did: a chain of matched offers from a table of real prices.

Prices of one provider, card, size and kind are only ever compared with themselves: between two
dates the index moves by the median move of all offers that are in both. So no list price is
averaged with a marketplace, and a provider that joins moves nothing. Reads `gpu_prices.csv` with
the columns date, provider, family, gpu, region, gpus_in_instance, on_demand_usd_gpu_h and kind.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

Offers = dict[tuple[str, ...], float]

_SAME = ("provider", "gpu", "region", "gpus_in_instance")


@dataclass(frozen=True, slots=True)
class History:
    """An index of prices over time, 1 at its beginning."""

    family: str
    days: tuple[date, ...]
    index: tuple[float, ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str], family: str) -> History:
        """Reads the offers of a family of cards, such as H100."""
        by_day: dict[date, Offers] = {}
        with Path(path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["family"] == family and row["on_demand_usd_gpu_h"]:
                    offers = by_day.setdefault(date.fromisoformat(row["date"]), {})
                    name = (*(row[column] for column in _SAME), _kind(row["kind"]))
                    offers[name] = float(row["on_demand_usd_gpu_h"])
        if len(by_day) < 2:
            raise ValueError(f"{path} has no history of {family}")
        return cls(family, *_chained(by_day))

    def at(self, day: date) -> float | None:
        """The index of the latest day up to this one; `None` outside the history."""
        if not self.days[0] <= day <= self.days[-1]:
            return None
        return next(
            index
            for known, index in zip(self.days[::-1], self.index[::-1], strict=True)
            if known <= day
        )

    def factor(self, start: date, months: int) -> float | None:
        """How prices moved from a day to so many months later; `None` where that is not known."""
        years, month = divmod(start.month - 1 + months, 12)
        before, after = self.at(start), self.at(date(start.year + years, month + 1, 1))
        return None if before is None or after is None else after / before


def _kind(text: str) -> str:
    """The kind of an offer without the count of offers in it."""
    return text.split(" of ")[0]


def _chained(by_day: Mapping[date, Offers]) -> tuple[tuple[date, ...], tuple[float, ...]]:
    days = sorted(by_day)
    index, last = [1.0], dict(by_day[days[0]])
    for day in days[1:]:
        today = by_day[day]
        moves = [price / last[name] for name, price in today.items() if name in last]
        index.append(index[-1] * (median(moves) if moves else 1.0))
        last |= today
    return tuple(days), tuple(index)
