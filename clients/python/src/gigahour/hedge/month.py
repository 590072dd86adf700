"""A calendar month, in which GPU-hours are delivered."""

from __future__ import annotations

import calendar
from datetime import date
from typing import NamedTuple


class Month(NamedTuple):
    """A month; earlier ones are smaller."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Reads `2027-03`, or the month of a day."""
        day = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
        return cls(day.year, day.month)

    @property
    def hours(self) -> int:
        """Hours from its first to its last."""
        return calendar.monthrange(self.year, self.number)[1] * 24

    def plus(self, months: int) -> Month:
        """So many months later."""
        years, month = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, month + 1)

    def since(self, other: Month) -> int:
        """Months from another one to this one."""
        return (self.year - other.year) * 12 + self.number - other.number

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"


def months_of(start: str, end: str) -> tuple[Month, ...]:
    """The months from the first to the last day of a period."""
    first, last = Month.parse(start), Month.parse(end)
    return tuple(first.plus(n) for n in range(last.since(first) + 1))
