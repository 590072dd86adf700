"""Units: what a number of a record counts, and how it is shown.

The unit stands in the annotation of the field, once; `repr`, tables and data frames read it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

GPUS_PER_LOT = 8
"""One lot is a node of eight GPUs for every hour of its period."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts."""

    name: str
    decimals: int = 0

    def show(self, value: Any) -> str:
        """The number with its unit."""
        return _SHOWN[self.name](value)


Lots = Annotated[int, Unit("lots")]
Hours = Annotated[int, Unit("GPU-hours")]
Price = Annotated[Decimal, Unit("price", 3)]
AveragePrice = Annotated[Decimal, Unit("price", 6)]
Money = Annotated[Decimal, Unit("dollars", 3)]
Nanos = Annotated[int, Unit("ns")]


def _lots(value: int) -> str:
    return f"{value:,} {'lot' if abs(value) == 1 else 'lots'} = {value * GPUS_PER_LOT:,} GPUs"


def _dollars(value: Decimal) -> str:
    return f"-${-value:,}" if value < 0 else f"${value:,}"


def utc(ns: int) -> datetime:
    """A time of the wire; what is below a microsecond is cut off."""
    seconds, rest = divmod(ns, 10**9)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)


def _time(value: int) -> str:
    return utc(value).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_SHOWN = {
    "lots": _lots,
    "GPU-hours": lambda value: f"{value:,} GPU-hours",
    "price": lambda value: f"{_dollars(value)}/GPU-hour",
    "dollars": _dollars,
    "ns": _time,
}
