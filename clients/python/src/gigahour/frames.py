"""Data frames from records. Knows which columns are prices, money and times from their units.

pandas, polars and pyarrow are extras; they are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Literal

from gigahour.records import Field, Level, Record, layout

PriceAs = Literal["float", "int", "decimal"]
Engine = Literal["pandas", "polars", "arrow"]

_SCALES = {3: "mills", 6: "micros"}
_READ: dict[PriceAs, Callable[[Decimal, int], Any]] = {
    "float": lambda value, _: float(value),
    "int": lambda value, decimals: int(value.scaleb(decimals)),
    "decimal": lambda value, _: value,
}


class Column:
    """A column before it belongs to an engine."""

    def __init__(self, name: str, kind: str, values: list[Any], decimals: int = 0) -> None:
        self.name = name
        self.kind = kind
        self.values = values
        self.decimals = decimals


def to_df(
    record: type[Record], rows: Sequence[Record], *, price: PriceAs, tz: str, engine: Engine
) -> Any:
    """The records as a data frame of the engine."""
    if price not in _READ:
        raise ValueError(f"price is float, int or decimal, not {price!r}")
    columns = [column for field in layout(record) for column in _columns(field, rows, price)]
    match engine:
        case "pandas":
            return _pandas(columns, tz)
        case "polars":
            return _polars(columns, tz)
        case "arrow":
            return _arrow(columns, tz)
    raise ValueError(f"engine is pandas, polars or arrow, not {engine!r}")


def _columns(field: Field, rows: Sequence[Record], price: PriceAs) -> list[Column]:
    values = [getattr(row, field.name) for row in rows]
    if field.name in ("bid", "ask") and any(isinstance(value, Level) for value in values):
        prices = [value and value.price for value in values]
        return [
            _number(field.name, prices, 3, price),
            Column(f"{field.name}_qty", "int", [value and value.qty for value in values]),
        ]
    if field.unit is None:
        return [_plain(field.name, values)]
    if field.unit.name == "ns":
        return [Column(field.name.removesuffix("_ns"), "time", values)]
    if field.unit.decimals:
        return [_number(field.name, values, field.unit.decimals, price)]
    return [Column(field.name, "int", values)]


def _number(name: str, values: list[Any], decimals: int, price: PriceAs) -> Column:
    read = _READ[price]
    values = [None if value is None else read(value, decimals) for value in values]
    name = f"{name}_{_SCALES[decimals]}" if price == "int" else name
    return Column(name, price, values, decimals)


def _plain(name: str, values: list[Any]) -> Column:
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, bool) for value in present):
        return Column(name, "bool", values)
    if present and all(isinstance(value, int) for value in present):
        return Column(name, "int", values)
    if all(isinstance(value, str) for value in present):
        return Column(name, "text", values)
    return Column(name, "text", [None if value is None else _flat(value) for value in values])


def _flat(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _pandas(columns: list[Column], tz: str) -> Any:
    import pandas as pd

    dtypes = {"int": "Int64", "bool": "boolean", "float": "float64", "text": "str"}

    def series(column: Column) -> Any:
        if column.kind == "time":
            ns = pd.Series(column.values, dtype="Int64")
            return pd.to_datetime(ns, unit="ns", utc=True).dt.tz_convert(tz)
        return pd.Series(column.values, dtype=dtypes.get(column.kind, "object"))

    return pd.DataFrame({column.name: series(column) for column in columns})


def _polars(columns: list[Column], tz: str) -> Any:
    import polars as pl

    def series(column: Column) -> Any:
        dtypes = {
            "int": pl.Int64(),
            "bool": pl.Boolean(),
            "float": pl.Float64(),
            "text": pl.String(),
            "time": pl.Int64(),
            "decimal": pl.Decimal(precision=38, scale=column.decimals),
        }
        plain = pl.Series(column.name, column.values, dtype=dtypes[column.kind])
        if column.kind == "time":
            return plain.cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone(tz)
        return plain

    return pl.DataFrame([series(column) for column in columns])


def _arrow(columns: list[Column], tz: str) -> Any:
    import pyarrow as pa

    def array(column: Column) -> Any:
        types = {
            "int": pa.int64(),
            "bool": pa.bool_(),
            "float": pa.float64(),
            "text": pa.string(),
            "time": pa.timestamp("ns", tz),
            "decimal": pa.decimal128(38, column.decimals),
        }
        return pa.array(column.values, types[column.kind])

    return pa.table({column.name: array(column) for column in columns})
