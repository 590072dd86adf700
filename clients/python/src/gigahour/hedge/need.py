"""What is needed: GPUs of a product, month by month."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

from gigahour.decimals import PriceLike, decimal
from gigahour.hedge.month import Month
from gigahour.units import GPUS_PER_LOT


@dataclass(frozen=True, slots=True)
class Need:
    """GPUs of one product in each month."""

    product: str
    gpus: Mapping[Month, int]

    @classmethod
    def of(cls, product: str, gpus: Mapping[str, int]) -> Need:
        """Months are written `2027-03`."""
        return cls(product, {Month.parse(month): count for month, count in sorted(gpus.items())})

    def lots(self, cover: Decimal, whole: int = 1) -> dict[Month, int]:
        """Lots that cover a part of it; a part of `whole` lots counts as all of them."""
        size = GPUS_PER_LOT * whole
        return {
            month: int((gpus * cover / size).to_integral_value(ROUND_CEILING)) * whole
            for month, gpus in self.gpus.items()
        }


def read_csv(path: str | os.PathLike[str]) -> dict[str, Need]:
    """Reads lines of `product,month,gpus`, the first of them being just that."""
    needs: dict[str, dict[str, int]] = {}
    lines = [line for line in Path(path).read_text("utf-8").splitlines() if line[:1] != "#"]
    reader = csv.DictReader(lines)
    if reader.fieldnames != ["product", "month", "gpus"]:
        raise ValueError(f"{path}: the first line is not product,month,gpus")
    for row in reader:
        needs.setdefault(row["product"], {})[row["month"]] = int(row["gpus"])
    return {product: Need.of(product, gpus) for product, gpus in needs.items()}


def part(cover: PriceLike) -> Decimal:
    """Reads `70%` or `0.7`, above nothing and at most all of it."""
    if isinstance(cover, str) and cover.endswith("%"):
        exact = decimal(cover[:-1]) / 100
    else:
        exact = decimal(cover)
    if not 0 < exact <= 1:
        raise ValueError(f"a cover of {cover} is not between nothing and all")
    return exact
