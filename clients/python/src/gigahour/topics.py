"""Channels by family: what they are called, and what their events become.

A `Topic` names a family and a pattern of symbols; a `Decoder` belongs to one channel and turns its
events into items, leaving out what was heard before a reconnection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Generic, Literal, Protocol, TypeVar

from gigahour.book import Book, BookBuilder, Change
from gigahour.curve import Curve
from gigahour.market import Candle, Checkpoint, Instrument, Settlement, Trade
from gigahour.records import Record

T = TypeVar("T")
R = TypeVar("R", bound=Record)
T_co = TypeVar("T_co", covariant=True)

Event = Mapping[str, Any]
Over = Literal["symbol", "product", "nothing"]

PRIVATE = ("orders", "fills", "positions", "margin", "obligations")
"""Channels of the account, on one numbering."""


class Decoder(Protocol[T_co]):
    """Turns the events of one channel into items."""

    @property
    def state(self) -> Sequence[T_co]:
        """What a further reader of the channel begins with."""

    @property
    def wants_resync(self) -> bool:
        """Whether something was missed and a snapshot must be asked for."""

    def items(self, event: Event) -> Sequence[T_co]:
        """The items of an event."""


@dataclass(frozen=True, slots=True)
class Topic(Generic[T]):
    """Channels of one family whose symbol or product matches a pattern."""

    family: str
    pattern: str
    over: Over
    decoder: Callable[[str], Decoder[T]]
    """Makes the decoder of the channel of this symbol or product."""
    suffix: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for as many channels as match."""
        return self.over != "nothing" and any(sign in self.pattern for sign in "*?[")

    def channel(self, name: str) -> str:
        """The channel of this symbol or product."""
        return self.family if self.over == "nothing" else f"{self.family}.{name}{self.suffix}"


class Latest(Generic[T]):
    """Each event is one item."""

    def __init__(self, read: Callable[[Mapping[str, Any]], T], symbol: str | None = None) -> None:
        self.state: Sequence[T] = ()
        self.wants_resync = False
        self._read = read
        self._names = {} if symbol is None else {"symbol": symbol}

    def items(self, event: Event) -> Sequence[T]:
        """The one item, if there is one."""
        data = event.get("data")
        if data is None:
            return ()
        self.state = (self._read({**self._names, **data}),)
        return self.state


class Books:
    """A book after each change."""

    def __init__(self, symbol: str) -> None:
        self.state: Sequence[Book] = ()
        self.wants_resync = False
        self._builder = BookBuilder(symbol)

    def items(self, event: Event) -> Sequence[Book]:
        """The book, if the event changed it and it is what the exchange has."""
        change = self._builder.apply(event)
        self.wants_resync = change in (Change.GAP, Change.CHECKSUM)
        self.state = (self._builder.book(),) if change is Change.APPLIED else self.state
        return self.state if change is Change.APPLIED else ()


class Growing(Generic[R]):
    """A list that grows: what is in a snapshot and was heard before is left out."""

    def __init__(
        self,
        read: Callable[[Mapping[str, Any]], R],
        order: Callable[[R], int],
        symbol: str | None = None,
    ) -> None:
        self.state: Sequence[R] = ()
        self.wants_resync = False
        self._read, self._order = read, order
        self._names = {} if symbol is None else {"symbol": symbol}
        self._last: dict[str, int] = {}

    def items(self, event: Event) -> Sequence[R]:
        """What is new in an event."""
        data = event.get("data") or []
        all_data = data if isinstance(data, list) else [data]
        records = [self._read({**self._names, **one}) for one in all_data]
        news = [(of, at) for of in records if self._last.get(_of(of), -1) < (at := self._order(of))]
        for record, at in news:
            self._last[_of(record)] = at
        return [record for record, _ in news]


def _of(record: Record) -> str:
    return str(getattr(record, "symbol", ""))


class Directory:
    """All contracts that are listed, kept up to date; an item is all that are new or changed."""

    def __init__(self) -> None:
        self.wants_resync = False
        self.all: dict[str, Instrument] = {}

    @property
    def state(self) -> Sequence[tuple[Instrument, ...]]:
        """All contracts, as one item."""
        return (tuple(self.all.values()),) if self.all else ()

    def items(self, event: Event) -> Sequence[tuple[Instrument, ...]]:
        """Those that are new or changed."""
        changed = tuple(Instrument.read(one) for one in event.get("data") or ())
        if event["kind"] == "snapshot":
            self.all.clear()
        self.all.update((instrument.symbol, instrument) for instrument in changed)
        return (changed,) if changed else ()


def matches(name: str, pattern: str) -> bool:
    """Whether a symbol or a product is meant by a pattern such as `H100-*`."""
    return fnmatchcase(name, pattern)


def book(pattern: str) -> Topic[Book]:
    """Whole books, change by change."""
    return Topic("book", pattern, "symbol", Books)


def top(pattern: str, depth: int, interval: str) -> Topic[Book]:
    """The best levels, at intervals."""
    return Topic("book", pattern, "symbol", Books, suffix=f".{depth}.{interval}")


def latest(family: str, pattern: str, record: type[R]) -> Topic[R]:
    """The latest of a contract."""
    return Topic(family, pattern, "symbol", lambda symbol: Latest(record.read, symbol))


def trades(pattern: str) -> Topic[Trade]:
    """Trades, each once."""
    return Topic(
        "trades",
        pattern,
        "symbol",
        lambda symbol: Growing(Trade.read, lambda trade: trade.eseq, symbol),
    )


def settlements(symbol: str | None) -> Topic[Settlement]:
    """Settlement prices, each once."""

    def decoder(_: str) -> Decoder[Settlement]:
        return Growing(Settlement.read, lambda settlement: settlement.published_ns)

    if symbol is None:
        return Topic("settlement", "", "nothing", decoder)
    return Topic("settlement", symbol, "symbol", decoder)


def of_product(family: str, pattern: str, read: Callable[[Mapping[str, Any]], T]) -> Topic[T]:
    """The latest of a product."""
    return Topic(family, pattern, "product", lambda _: Latest(read))


def candles(pattern: str, span: str) -> Topic[Candle]:
    """Candles of a span, told again while they grow."""
    return Topic(
        "candles",
        pattern,
        "symbol",
        lambda symbol: Latest(Candle.read, symbol),
        suffix=f".{span}",
    )


def curve(pattern: str) -> Topic[Curve]:
    """Curves of products."""
    return of_product("curve", pattern, Curve.read)


def checkpoints() -> Topic[Checkpoint]:
    """What the exchange signs."""
    return Topic("checkpoint", "", "nothing", lambda _: Latest(Checkpoint.read))


def instruments() -> Topic[tuple[Instrument, ...]]:
    """Contracts as they are listed and change."""
    return Topic("instruments", "", "nothing", lambda _: Directory())
