"""The builder of a book: a snapshot, then changes, each of which must follow the last.

The rule is that of section 6 of the protocol. A gap or a wrong checksum makes the book stale; it
stays so until the next snapshot.
"""

from __future__ import annotations

import zlib
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from gigahour.records import Implied, Level
from gigahour.units import Nanos, utc

CHECKSUM_DEPTH = 10
"""Levels that the checksum covers, on each side."""


class Change(Enum):
    """What an event did to the book."""

    APPLIED = "applied"
    IGNORED = "ignored"
    GAP = "gap"
    """An event does not follow the last one heard: ask for a snapshot."""
    CHECKSUM = "checksum"
    """The checksum is another one: ask for a snapshot."""


@dataclass(frozen=True, slots=True, repr=False)
class Book:
    """A book as it was after one command of the exchange; best levels first."""

    symbol: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    implied: Implied
    epoch: str
    seq: int
    eng_ns: Nanos | None

    @property
    def bid(self) -> Level | None:
        """The best bid."""
        return self.bids[0] if self.bids else None

    @property
    def ask(self) -> Level | None:
        """The best ask."""
        return self.asks[0] if self.asks else None

    def checksum(self) -> int:
        """The checksum of the exchange, of these levels."""
        return checksum(self.bids, self.asks)

    def __repr__(self) -> str:
        at = f" at {utc(self.eng_ns):%Y-%m-%d %H:%M:%S}" if self.eng_ns else ""
        lines = [f"{self.symbol}{at}, lots of 8 GPUs, $ per GPU-hour"]
        for place in range(min(10, max(len(self.bids), len(self.asks)))):
            bid, ask = (_shown(side, place) for side in (self.bids, self.asks))
            lines.append(f"{bid[0]:>8} {bid[1]:>9} | {ask[1]:<9} {ask[0]:<8}".rstrip())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{self!r}</pre>"


def _shown(side: Sequence[Level], place: int) -> tuple[str, str]:
    return (str(side[place].qty), str(side[place].price)) if place < len(side) else ("", "")


def checksum(bids: Sequence[Level], asks: Sequence[Level]) -> int:
    """CRC-32 of the best levels: asks from low to high, then bids from high to low."""
    text = "".join(
        f"{price}".replace(".", "").lstrip("0") + f"{qty}"
        for side in (asks, bids)
        for price, qty in side[:CHECKSUM_DEPTH]
    )
    return zlib.crc32(text.encode())


class _Side:
    """The levels of one side, always in order: keys are prices, of bids with the sign changed."""

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._keys: list[Decimal] = []
        self._levels: dict[Decimal, Level] = {}

    def set(self, levels: Iterable[Sequence[str]]) -> None:
        """Sets each level to its quantity; zero removes it."""
        for price_text, qty_text in levels:
            price, qty = Decimal(price_text), int(qty_text)
            key = price * self._sign
            if qty:
                if key not in self._levels:
                    insort(self._keys, key)
                self._levels[key] = Level(price, qty)
            elif self._levels.pop(key, None) is not None:
                self._keys.remove(key)

    def levels(self) -> tuple[Level, ...]:
        """Best first."""
        return tuple([self._levels[key] for key in self._keys])


class BookBuilder:
    """Builds the book of one contract from the events of its channel."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.is_fresh = False
        self._bids, self._asks = _Side(-1), _Side(1)
        self._implied = Implied(None, None)
        self._epoch, self._last = "", 0
        self._eng_ns: int | None = None

    def apply(self, event: Mapping[str, Any]) -> Change:
        """Takes the next event of the channel."""
        match event["kind"]:
            case "snapshot":
                return self._start(event)
            case "delta":
                return self._follow(event)
            case "heartbeat":
                return self._compare(event)
            case _:
                return Change.IGNORED

    def book(self) -> Book:
        """The book as it stands."""
        bids, asks = self._bids.levels(), self._asks.levels()
        return Book(self.symbol, bids, asks, self._implied, self._epoch, self._last, self._eng_ns)

    def _start(self, event: Mapping[str, Any]) -> Change:
        self._bids, self._asks = _Side(-1), _Side(1)
        self._implied = Implied(None, None)
        self._epoch, self.is_fresh = event["epoch"], True
        return self._take(event)

    def _follow(self, event: Mapping[str, Any]) -> Change:
        if event["epoch"] != self._epoch:
            return self._stale(Change.GAP)
        if not self.is_fresh or event["seq"] <= self._last:
            return Change.IGNORED
        if event.get("prev_seq") != self._last:
            return self._stale(Change.GAP)
        return self._take(event)

    def _take(self, event: Mapping[str, Any]) -> Change:
        data = event["data"]
        self._bids.set(data["bids"])
        self._asks.set(data["asks"])
        if (implied := data.get("implied")) is not None:
            self._implied = Implied.read(implied)
        self._last = event["seq"]
        self._eng_ns = int(event["eng_ns"]) if "eng_ns" in event else None
        crc = event.get("crc")
        if crc is not None and crc != checksum(self._bids.levels(), self._asks.levels()):
            return self._stale(Change.CHECKSUM)
        return Change.APPLIED

    def _compare(self, event: Mapping[str, Any]) -> Change:
        if event["epoch"] == self._epoch and self.is_fresh and event["seq"] != self._last:
            return self._stale(Change.GAP)
        return Change.IGNORED

    def _stale(self, change: Change) -> Change:
        """One snapshot is asked for, however much follows before it comes."""
        was_fresh, self.is_fresh = self.is_fresh, False
        return change if was_fresh else Change.IGNORED
