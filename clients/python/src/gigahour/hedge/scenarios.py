"""Moves of the curve: the sixteen scenarios of a market's terms, or parallel moves.

The wire does not carry the terms; an operator publishes them as `market.toml`, which also says what
margin requires. Where it is not at hand, parallel moves do.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gigahour.hedge.month import Month
from gigahour.hedge.plan import Plan
from gigahour.units import GPUS_PER_LOT

_SIXTIETHS = 60


@dataclass(frozen=True, slots=True)
class Scenario:
    """A move of the curve: what becomes of a price in a month."""

    name: str
    moved: Callable[[Month, Decimal], Decimal]


def parallel(percents: tuple[int, ...] = (-40, -30, -20, -10, 0, 10, 20, 30, 40)) -> list[Scenario]:
    """All months move by the same part."""

    def scenario(percent: int) -> Scenario:
        factor = 1 + Decimal(percent) / 100
        return Scenario(f"{percent:+} %", lambda _, price: price * factor)

    return [scenario(percent) for percent in percents]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a market's terms say of the margin of one product."""

    product: Mapping[str, Any]
    scenarios: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str], product: str) -> Terms:
        """Reads `market.toml`."""
        file = tomllib.loads(Path(path).read_text("utf-8"))
        named = {f"{one['name']}-{one['hub']}": one for one in file["product"]}
        if product not in named:
            raise ValueError(f"{path} has no {product}; it has {', '.join(named)}")
        return cls(named[product], tuple(file["scenario"]))

    def moves(self) -> list[Scenario]:
        """The scenarios as moves of prices, each in dollars per GPU-hour."""

        def scenario(terms: Mapping[str, Any]) -> Scenario:
            return Scenario(
                terms["name"],
                lambda month, price: price + Decimal(self._shock(terms, month)) / _SIXTIETHS / 1000,
            )

        return [scenario(terms) for terms in self.scenarios]

    def margin(self, plan: Plan) -> tuple[Decimal, str]:
        """Initial margin of a whole plan by rule R-6.1, and the scenario that requires it.

        With the ranges of the terms: what a market adds for large positions and wider ranges (R-6.6
        to R-6.8) is in the exchange's own preview.
        """
        losses = [
            (sum(leg.lots * self._loss(terms, leg.months) for leg in plan.legs), terms["name"])
            for terms in self.scenarios
        ]
        mills, name = max(losses, key=lambda loss: loss[0], default=(0, "none"))
        return Decimal(max(0, mills)) / 1000, name

    def _loss(self, terms: Mapping[str, Any], months: tuple[Month, ...]) -> int:
        """Mills that a long lot loses, month by month rounded up."""
        return sum(
            -(self._shock(terms, month) * month.hours * GPUS_PER_LOT // _SIXTIETHS)
            for month in months
        )

    def _shock(self, terms: Mapping[str, Any], month: Month) -> int:
        """Sixtieths of a tick that the price of a month moves by."""
        product = self.product
        if not _means(terms.get("hubs"), product["hub"]):
            return 0
        if not _means(terms.get("names"), product["name"]):
            return 0
        if month < Month.parse(product["next_generation"]):
            return int(terms["before_60ths"] * product["scan_before_ticks"])
        return int(terms["after_60ths"] * product["scan_after_ticks"])


def _means(names: list[str] | None, name: str) -> bool:
    return not names or name in names
