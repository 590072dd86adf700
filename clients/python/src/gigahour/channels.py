"""Which channels are heard, by which streams, and from where on they go on after a loss.

Owns the numbering of the account's events: one that was heard is not given on again. A stream of a
pattern hears every listed contract that matches, also one that is listed later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gigahour import topics
from gigahour.errors import GigahourError, ProtocolError, Refused
from gigahour.results import Rejected, Subscribed
from gigahour.topics import Decoder, Directory, Topic
from gigahour.wire import Call

BATCH = 50
"""Channels asked for at once; the exchange takes 100 in a burst, 10 a second."""

UNKNOWN_CHANNEL, RESUME_TOO_OLD = 6001, 6004


class Sink(Protocol):
    """The inner end of a stream."""

    topic: Topic[Any]

    def put(self, items: Sequence[Any]) -> None:
        """Gives items to the reader."""

    def end(self, why: GigahourError) -> None:
        """There will be no more."""


@dataclass(slots=True)
class Channel:
    """A channel that is heard."""

    name: str
    decoder: Decoder[Any]
    sinks: list[Sink] = field(default_factory=list)
    missed: int = 0
    """Messages that the exchange left out since this end was slow."""
    is_started: bool = False
    """Whether the exchange has said that it is heard."""

    @property
    def is_private(self) -> bool:
        """Whether it is one of the account's."""
        return self.name in topics.PRIVATE


@dataclass(frozen=True, slots=True)
class Subscription:
    """A request to hear channels, to hear them no longer, or to send one's state again."""

    method: str
    channels: tuple[str, ...]
    from_acct_seq: int | None = None

    def call(self) -> Call[Subscribed]:
        """The request."""
        if self.method == "resync":
            return Call("resync", {"channel": self.channels[0]}, lambda _: Subscribed((), ()))
        params = {"channels": list(self.channels), "from_acct_seq": self.from_acct_seq}
        return Call(self.method, params, Subscribed.read)


class Channels:
    """All channels of a session. Each method returns what must be asked for."""

    def __init__(self) -> None:
        self.directory = Directory()
        self.acct_seq = 0
        self._acct_epoch = ""
        self._all: dict[str, Channel] = {"system": Channel("system", topics.Latest(dict))}
        self._patterns: list[Sink] = []

    def begin_account(self, epoch: str, acct_seq: int) -> None:
        """A login: where the account's events stand, unless some have been heard before."""
        if epoch != self._acct_epoch or not self._hears_account():
            self._acct_epoch, self.acct_seq = epoch, acct_seq

    def open(self, sink: Sink) -> Iterable[Subscription]:
        """A new stream."""
        if not sink.topic.is_pattern:
            return self._join([sink.topic.pattern], sink)
        self._patterns.append(sink)
        if "instruments" in self._all:
            return self._join(self._matching(sink.topic), sink)
        self._all["instruments"] = Channel("instruments", self.directory)
        return [Subscription("subscribe", ("instruments",))]

    def close(self, sink: Sink) -> Iterable[Subscription]:
        """A stream is not read any longer; so are channels nobody else reads."""
        self._patterns = [other for other in self._patterns if other is not sink]
        silent = []
        for channel in self._all.values():
            had = sink in channel.sinks
            channel.sinks = [other for other in channel.sinks if other is not sink]
            if had and not channel.sinks and channel.name != "instruments":
                silent.append(channel.name)
        for name in silent:
            del self._all[name]
        return [Subscription("unsubscribe", tuple(silent))] if silent else []

    def missed(self, sink: Sink) -> int:
        """Messages left out on the channels of a stream."""
        return sum(channel.missed for channel in self._all.values() if sink in channel.sinks)

    def all_again(self) -> Iterator[Subscription]:
        """Everything, after a loss. What was heard of the account comes first, from the first event
        missed: the state of another of its channels would be a later number.
        """
        private = [channel for channel in self._all.values() if channel.is_private]
        if heard := tuple(channel.name for channel in private if channel.is_started):
            yield Subscription("subscribe", heard, self.acct_seq + 1)
        yield from _batches([channel.name for channel in private if not channel.is_started])
        yield from _batches([name for name, of in self._all.items() if not of.is_private])

    def hear(self, event: Mapping[str, Any]) -> Iterable[Subscription]:
        """Takes an event and gives its items to the streams."""
        channel = self._all.get(event["channel"])
        if channel is None or (channel.is_private and not self._is_news(event)):
            return ()
        channel.missed += _left_out(event)
        try:
            items = channel.decoder.items(event)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            self._drop(channel.name, ProtocolError(f"{channel.name} is strange: {error!r}"))
            return ()
        if items:
            for sink in channel.sinks:
                sink.put(items)
        if channel.decoder.wants_resync:
            return [Subscription("resync", (channel.name,))]
        return self._newly_listed() if channel.decoder is self.directory and items else ()

    def subscribed(self, answer: Subscribed) -> Iterable[Subscription]:
        """What became of a subscription."""
        too_old = tuple(no.channel for no in answer.err if no.code == RESUME_TOO_OLD)
        for name in answer.ok:
            if channel := self._all.get(name):
                channel.is_started = True
        for no in answer.err:
            if no.code != RESUME_TOO_OLD and not self._is_gone(no):
                self._drop(no.channel, _refusal(no))
        return [Subscription("subscribe", too_old)] if too_old else ()

    def refuse(self, subscription: Subscription, why: GigahourError) -> None:
        """A subscription was refused as a whole."""
        if subscription.method == "subscribe":
            for name in subscription.channels:
                self._drop(name, why)

    def end(self, why: GigahourError) -> None:
        """There will be no more events."""
        for sink in self._patterns:
            sink.end(why)
        for channel in self._all.values():
            for sink in channel.sinks:
                sink.end(why)

    def _is_news(self, event: Mapping[str, Any]) -> bool:
        acct_seq = event.get("acct_seq")
        if acct_seq is None:
            return False
        if event["kind"] != "snapshot" and acct_seq <= self.acct_seq:
            return False
        self.acct_seq = max(self.acct_seq, acct_seq)
        return True

    def _is_gone(self, no: Rejected) -> bool:
        """Whether only patterns meant it: a contract may end between its listing and the asking."""
        channel = self._all.get(no.channel)
        sinks = channel.sinks if channel else []
        return no.code == UNKNOWN_CHANNEL and all(sink.topic.is_pattern for sink in sinks)

    def _hears_account(self) -> bool:
        return any(channel.is_private for channel in self._all.values())

    def _join(self, names: Iterable[str], sink: Sink) -> list[Subscription]:
        new = []
        for symbol in names:
            name = sink.topic.channel(symbol)
            channel = self._all.get(name)
            if channel is None:
                decoder = self.directory if name == "instruments" else sink.topic.decoder(symbol)
                channel = self._all[name] = Channel(name, decoder)
                new.append(name)
            elif channel.decoder.state:
                sink.put(channel.decoder.state)
            channel.sinks.append(sink)
        return list(_batches(new))

    def _newly_listed(self) -> list[Subscription]:
        wanted = []
        for sink in self._patterns:
            names = [
                name
                for name in self._matching(sink.topic)
                if (known := self._all.get(sink.topic.channel(name))) is None
                or sink not in known.sinks
            ]
            wanted += self._join(names, sink)
        return wanted

    def _matching(self, topic: Topic[Any]) -> list[str]:
        listed = [one for one in self.directory.all.values() if one.phase != "expired"]
        names = dict.fromkeys(
            one.product if topic.over == "product" else one.symbol for one in listed
        )
        return [name for name in names if topics.matches(name, topic.pattern)]

    def _drop(self, name: str, why: GigahourError) -> None:
        channel = self._all.pop(name, None)
        for sink in channel.sinks if channel else ():
            sink.end(why)


def _batches(names: Sequence[str]) -> Iterator[Subscription]:
    for start in range(0, len(names), BATCH):
        yield Subscription("subscribe", tuple(names[start : start + BATCH]))


def _left_out(event: Mapping[str, Any]) -> int:
    if event["kind"] == "gap":
        return int(event["to_seq"]) - int(event["from_seq"]) + 1
    return int(event.get("dropped") or 0)


def _refusal(no: Rejected) -> Refused:
    data = {"allowed": no.allowed, "text": f"{no.channel}: {no.name}"}
    return Refused(no.code, no.name, {"final": True, **data})
