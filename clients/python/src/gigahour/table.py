"""A list of records that can be looked at: as text, as HTML in a notebook, as a data frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from gigahour import frames, html
from gigahour.records import Record

if TYPE_CHECKING:
    import pandas
    import polars

T = TypeVar("T", bound=Record)


class Table(tuple[T, ...]):
    """Records of one class, in order; `acct_seq` is the event of the account they are as of."""

    record: type[T]
    acct_seq: int | None

    def __new__(
        cls, record: type[T], rows: Iterable[T] = (), *, acct_seq: int | None = None
    ) -> Table[T]:
        """A table of these rows."""
        table = super().__new__(cls, rows)
        table.record = record
        table.acct_seq = acct_seq
        return table

    @overload
    def to_df(
        self,
        *,
        price: frames.PriceAs = ...,
        tz: str = ...,
        engine: Literal["pandas"] = ...,
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
        """A data frame. Prices and money are floats for mathematics, exact integers with their
        scale in the name of the column (`price_mills`), or exact decimals, which are slow."""
        return frames.to_df(self.record, self, price=price, tz=tz, engine=engine)

    def __repr__(self) -> str:
        shown = "\n".join(f"  {row!r}" for row in self[:20])
        more = f"\n  and {len(self) - 20} more" if 20 < len(self) else ""
        return f"{len(self)} x {self.record.__name__}\n{shown}{more}" if self else "nothing"

    def _repr_html_(self) -> str:
        return html.table(self.record, self)
