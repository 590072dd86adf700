"""A purchase in slices: equal parts, a week apart, that sum exactly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta


def due_days(start: date, weeks: int) -> list[date]:
    """The day of each slice, the first at once."""
    if weeks < 1:
        raise ValueError(f"{weeks} weeks: at least one slice is needed")
    return [start + timedelta(weeks=week) for week in range(weeks)]


def sliced(lots: int, days: Sequence[date], last_trading: date) -> list[int]:
    """Lots of each slice. All of it is bought before the last trading day of its contract, so
    what would come later comes with the slices before.
    """
    usable = max(1, sum(day < last_trading for day in days))
    parts = [lots * (n + 1) // usable - lots * n // usable for n in range(usable)]
    return parts + [0] * (len(days) - usable)
