"""Tables for notebooks: plain HTML, numbers to the right, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from gigahour.records import Field, Level, Record, layout

MOST_ROWS = 60
"""Rows that are shown; the rest is counted."""


def table(record: type[Record], rows: Sequence[Record]) -> str:
    """The records as a table."""
    fields = layout(record)
    head = "".join(f"<th>{escape(field.name)}</th>" for field in fields)
    body = "".join(_row(fields, row) for row in rows[:MOST_ROWS])
    hidden = len(rows) - MOST_ROWS
    more = f"<caption>and {hidden} more</caption>" if 0 < hidden else ""
    return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(fields: Sequence[Field], row: Record) -> str:
    return f"<tr>{''.join(_cell(field, getattr(row, field.name)) for field in fields)}</tr>"


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, Level):
        return f"<td style='text-align:right'>{value.qty} @ {value.price}</td>"
    if field.unit is None:
        return f"<td>{escape(str(value))}</td>"
    return f"<td style='text-align:right'>{escape(field.unit.show(value))}</td>"
