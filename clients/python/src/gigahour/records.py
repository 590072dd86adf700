"""How a record is read from the wire: each dataclass says its fields once, with types and units.

Members a class does not name are passed over, since the exchange may add some. Prices become
`Decimal`, quantities and times whole numbers, lists tuples.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, Self, Union, get_args, get_origin, get_type_hints

from gigahour.units import Lots, Price, Unit

Reader = Callable[[Any], Any]


class Level(NamedTuple):
    """A price and all that rests there."""

    price: Decimal
    qty: int


class Field(NamedTuple):
    """A field of a record: its name, its name on the wire, its reader and its unit."""

    name: str
    wire: str
    read: Reader
    unit: Unit | None


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """Something the exchange says."""

    @classmethod
    def read(cls, wire: Mapping[str, Any]) -> Self:
        """Reads a JSON object; what is not there is `None`."""
        get = wire.get
        return cls(
            *[
                None if (value := get(name)) is None else read(value)
                for _, name, read, _ in layout(cls)
            ]
        )

    def __repr__(self) -> str:
        shown = (f"{f.name}={self._show(f)}" for f in layout(type(self)))
        return f"{type(self).__name__}({', '.join(shown)})"

    def _show(self, field: Field) -> str:
        value = getattr(self, field.name)
        return repr(value) if value is None or field.unit is None else field.unit.show(value)

    def _repr_html_(self) -> str:
        rows = (f"<tr><th>{f.name}</th><td>{self._show(f)}</td></tr>" for f in layout(type(self)))
        return f"<table>{''.join(rows)}</table>"


_LAYOUTS: dict[type[Record], tuple[Field, ...]] = {}


def layout(record: type[Record]) -> tuple[Field, ...]:
    """The fields of a record, in their order."""
    known = _LAYOUTS.get(record)
    if known is None:
        hints = get_type_hints(record, include_extras=True)
        known = _LAYOUTS[record] = tuple(
            Field(f.name, f.metadata.get("wire", f.name), *_reader(hints[f.name]))
            for f in fields(record)
        )
    return known


def _reader(hint: Any) -> tuple[Reader, Unit | None]:
    """What reads a value of this type, and its unit."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _reader(get_args(hint)[0])[0], hint.__metadata__[0]
    if origin in (Union, types.UnionType):
        present = [part for part in get_args(hint) if part is not type(None)]
        return _reader(present[0]) if len(present) == 1 else (_same, None)
    if hint is Level:
        return _level, None
    if origin is tuple:
        item = _reader(get_args(hint)[0])[0]
        return lambda values: tuple([item(value) for value in values]), None
    if hint in (Decimal, int):
        return hint, None
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.read, None
    return _same, None


def _same(value: Any) -> Any:
    return value


def _level(value: list[str]) -> Level:
    return Level(Decimal(value[0]), int(value[1]))


@dataclass(frozen=True, slots=True, repr=False)
class Implied(Record):
    """The best that orders of other contracts make here; it trades after the book's own."""

    bid: Level | None
    ask: Level | None


__all__ = ["Field", "Implied", "Level", "Lots", "Price", "Record", "layout"]
