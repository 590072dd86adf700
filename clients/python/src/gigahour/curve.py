"""A forward curve: what a GPU-hour costs in each month, quarter and year to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, overload

from gigahour import frames
from gigahour.market import CurvePoint
from gigahour.table import Table
from gigahour.units import utc

if TYPE_CHECKING:
    import pandas
    import polars
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, repr=False)
class Curve:
    """All contracts of a product at one moment, by first day, then by length."""

    product: str
    index: Decimal | None
    as_of_ns: int
    points: Table[CurvePoint]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Curve:
        """Reads the data of the channel."""
        index = data.get("index")
        return cls(
            product=data["product"],
            index=None if index is None else Decimal(index),
            as_of_ns=int(data["as_of_ns"]),
            points=Table(CurvePoint, map(CurvePoint.read, data["points"])),
        )

    def mark(self, symbol: str) -> Decimal:
        """What a GPU-hour of this contract is worth now."""
        return next(point.mark for point in self.points if point.symbol == symbol)

    @overload
    def to_df(
        self, *, price: frames.PriceAs = ..., tz: str = ..., engine: Literal["pandas"] = ...
    ) -> pandas.DataFrame: ...
    @overload
    def to_df(
        self, *, price: frames.PriceAs = ..., tz: str = ..., engine: Literal["polars"]
    ) -> polars.DataFrame: ...
    @overload
    def to_df(
        self, *, price: frames.PriceAs = ..., tz: str = ..., engine: Literal["arrow"]
    ) -> Any: ...
    def to_df(
        self, *, price: frames.PriceAs = "float", tz: str = "UTC", engine: frames.Engine = "pandas"
    ) -> Any:
        """The points as a data frame; see [`Table.to_df`]."""
        return frames.to_df(CurvePoint, self.points, price=price, tz=tz, engine=engine)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draws marks as steps over their periods, with bid and ask; needs `gigahour[plot]`."""
        import matplotlib.pyplot as plt

        axes = axes or plt.subplots(figsize=(9, 4))[1]
        for tenor, width, colour in (("year", 2, "0.6"), ("quarter", 2, "C1"), ("month", 4, "C0")):
            points = [point for point in self.points if point.tenor == tenor]
            starts = [_day(point.start) for point in points]
            ends = [_day(point.end) for point in points]
            marks = [float(point.mark) for point in points]
            axes.hlines(marks, starts, ends, linewidth=width, colors=colour, label=tenor)
        axes.xaxis_date()
        axes.set_ylabel("$ per GPU-hour")
        axes.set_title(f"{self.product} at {utc(self.as_of_ns):%Y-%m-%d %H:%M} UTC")
        axes.legend()
        return axes

    def __repr__(self) -> str:
        head = f"{self.product} at {utc(self.as_of_ns):%Y-%m-%d %H:%M:%S}, $ per GPU-hour"
        rows = (f"  {p.symbol:<18} {p.mark:>8}  {p.basis}" for p in self.points)
        return "\n".join((head, *rows))

    def _repr_html_(self) -> str:
        return self.points._repr_html_()


def _day(text: str) -> int:
    """Days since 1970, as matplotlib counts them."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days
