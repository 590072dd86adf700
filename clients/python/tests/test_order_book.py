"""A book of somebody else's making, fed with the same messages, is the same at each of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from conftest import Venue
from order_book import OrderBook
from websockets.sync.client import connect

from gigahour import BookBuilder, Change, Client


def messages(url: str, symbols: list[str], seconds: float) -> Iterator[dict[str, Any]]:
    """The events of books, as they come."""
    request = {"channels": [f"book.{symbol}" for symbol in symbols]}
    with connect(url, compression=None, proxy=None) as socket:
        socket.send(
            json.dumps({"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": request})
        )
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = json.loads(socket.recv(timeout=10))
            if message.get("method") == "event":
                yield message["params"]


def feed(other: OrderBook, event: Mapping[str, Any]) -> None:
    """The rule of the protocol, on that book."""
    for side, levels in (("bids", other.bids), ("asks", other.asks)):
        if event["kind"] == "snapshot":
            for price in list(levels.keys()):
                del levels[price]
        for price_text, qty_text in event["data"][side]:
            price, qty = Decimal(price_text), Decimal(qty_text)
            if qty:
                levels[price] = qty
            elif price in levels:
                del levels[price]


def same(ours: BookBuilder, other: OrderBook) -> bool:
    """Whether both have the same levels in the same order."""
    book = ours.book()
    sides = ((book.bids, other.bids), (book.asks, other.asks))
    return all(list(mine) == [(p, theirs[p]) for p in theirs.keys()] for mine, theirs in sides)  # noqa: SIM118


def test_both_books_agree_at_every_message(venue: Venue) -> None:
    with Client(venue.keys.feed) as client:
        listed = [one for one in client.instruments("H?00-US-*") if one.phase == "open"]
    symbols = [one.symbol for one in listed if not one.legs][:30]
    ours = {symbol: BookBuilder(symbol) for symbol in symbols}
    others = {symbol: OrderBook(checksum_format="KRAKEN") for symbol in symbols}
    compared = published = 0
    for event in messages(venue.keys.feed, symbols, seconds=5):
        if event["kind"] == "heartbeat":
            continue
        symbol = event["channel"].removeprefix("book.")
        mine, other = ours[symbol], others[symbol]
        assert mine.apply(event) is Change.APPLIED
        feed(other, event)
        assert same(mine, other), event
        compared += 1
        assert mine.book().checksum() == other.checksum()
        published += "crc" in event
    assert compared > 300
    assert published >= len(symbols)
    print(f"{compared} books and checksums compared, {published} of them published")
