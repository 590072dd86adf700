"""Events of the account: each has a number of its own, without a gap, for ever (section 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gigahour.account import (
    Cash,
    Expiry,
    Fill,
    Invoice,
    LegFill,
    Margin,
    Obligation,
    Order,
    Pledge,
    Position,
)
from gigahour.records import Record
from gigahour.topics import Topic

T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True)
class AccountEvent(Generic[T]):
    """What happened to the account; the data of a `snapshot` is the whole state of its channel."""

    channel: str
    kind: str
    acct_seq: int
    replay: bool
    data: tuple[T, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Notice(Record):
    """An event without a class of its own, such as `kill_switch` or `mmp`."""

    says: Mapping[str, Any]


_KINDS: dict[str, type[Record]] = {
    "order": Order,
    "fill": Fill,
    "leg": LegFill,
    "position": Position,
    "expired": Expiry,
    "margin": Margin,
    "cash": Cash,
    "obligation": Obligation,
    "invoice": Invoice,
    "pledge": Pledge,
}
_SNAPSHOTS: dict[str, type[Record]] = {
    "orders": Order,
    "positions": Position,
    "margin": Margin,
    "obligations": Obligation,
}


class _Account:
    """Decodes a channel of the account. Numbers heard before are left out by the session."""

    def __init__(self, _: str) -> None:
        self.state: Sequence[AccountEvent[Any]] = ()
        self.wants_resync = False

    def items(self, event: Mapping[str, Any]) -> Sequence[AccountEvent[Any]]:
        """The one event."""
        kind, channel, data = event["kind"], event["channel"], event.get("data")
        if data is None:
            return ()
        records = _SNAPSHOTS if kind == "snapshot" else _KINDS
        record = records.get(channel if kind == "snapshot" else kind)
        all_data = data if isinstance(data, list) else [data]
        read = tuple(Notice(one) if record is None else record.read(one) for one in all_data)
        return (AccountEvent(channel, kind, event["acct_seq"], bool(event.get("replay")), read),)


def account(channel: str) -> Topic[AccountEvent[Any]]:
    """A channel of the account."""
    return Topic(channel, "", "nothing", _Account)
