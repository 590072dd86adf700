"""Every message of the protocol document is one this package can read."""

import json
from typing import Any

import pytest
from test_book import PROTOCOL
from test_readme import README

from gigahour import events, topics
from gigahour.market import Bbo, Delivery, Index, Mark, Status, Ticker
from gigahour.records import Record, layout
from gigahour.results import (
    Hello,
    MarginReport,
    OrderResult,
    Pong,
    QuotesResult,
    Session,
    Subscribed,
)
from gigahour.topics import Topic

MESSAGES = [json.loads(line) for line in PROTOCOL.splitlines() if line.startswith('{"jsonrpc"')]
EVENTS = [message["params"] for message in MESSAGES if message.get("method") == "event"]
RESULTS = [message["result"] for message in MESSAGES if "result" in message]

FAMILIES: dict[str, Topic[Any]] = {
    "book": topics.book("A"),
    "trades": topics.trades("A"),
    "ticker": topics.latest("ticker", "A", Ticker),
    "bbo": topics.latest("bbo", "A", Bbo),
    "status": topics.latest("status", "A", Status),
    "settlement": topics.settlements(None),
    "curve": topics.curve("A"),
    "index": topics.of_product("index", "A", Index.read),
    "delivery": topics.latest("delivery", "A", Delivery),
    "instruments": topics.instruments(),
    "checkpoint": topics.checkpoints(),
    "mark": topics.latest("mark", "A", Mark),
    "candles": topics.candles("A", "1m"),
    **{channel: events.account(channel) for channel in topics.PRIVATE},
}


UNSPOKEN_METHODS = {"session.sign"}
"""Methods of the protocol that the package's README says it does not speak yet."""

UNSPOKEN = {"l3", "rfq", "block", "mmp", "dropcopy", "supply"}
"""Channels of the protocol that the package's README says it does not read yet."""


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event['channel']}-{event['kind']}")
def test_an_event_becomes_items(event: dict[str, Any]) -> None:
    family, _, symbol = event["channel"].partition(".")
    if family == "system" or event["kind"] == "heartbeat":
        return
    if family in UNSPOKEN:
        assert f"`{family}`" in README
        return
    decoder = FAMILIES[family].decoder(symbol)
    if family == "book" and event["kind"] == "delta":
        before = {**event, "kind": "snapshot", "seq": event["prev_seq"], "crc": None}
        decoder.items({**before, "data": {"bids": [], "asks": []}})
        event = {**event, "crc": None}
    (item,) = decoder.items(event)
    if isinstance(item, Record):
        optional = {
            "legs",
            "price",
            "print",
            "tag",
            "reason",
            "supersedes",
            "trigger_price",
            "scan_range",
            "scan_from_ns",
        }
        missing = {f.name for f in layout(type(item)) if getattr(item, f.name) is None}
        assert missing <= optional, item
    assert repr(item)


RECORDS: list[tuple[str, type[Record]]] = [
    ("scopes", Session),
    ("avg_px", OrderResult),
    ("market_ns", Pong),
    ("results", QuotesResult),
    ("ok", Subscribed),
    ("scenarios", MarginReport),
]


@pytest.mark.parametrize(("member", "record"), RECORDS)
def test_a_result_becomes_a_record(member: str, record: type[Record]) -> None:
    found = [result for result in RESULTS if member in result]
    assert found
    for result in found:
        assert repr(record.read(result)).startswith(record.__name__)


@pytest.mark.parametrize("method", sorted(UNSPOKEN_METHODS))
def test_a_method_that_is_not_spoken_is_in_the_readme(method: str) -> None:
    assert any(message.get("method") == method for message in MESSAGES)
    assert f"`{method}`" in README


def test_the_greeting_becomes_a_record() -> None:
    (hello,) = [message["params"] for message in MESSAGES if message.get("method") == "hello"]
    read = Hello.read(hello)
    assert read.market_ns == 1803342684307959000
    assert "market_ns=2027-02-23T" in repr(read)
