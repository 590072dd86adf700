"""A wire that is cut, over and over, under a stream of orders: nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import contextlib
import time
from threading import Thread
from typing import Any

import pytest
from conftest import Venue, month_of, resting
from proxy import Proxy

from gigahour import (
    AccountEvent,
    AsyncClient,
    AsyncStream,
    Book,
    Client,
    Cod,
    Disconnected,
    OutcomeUnknown,
    Stream,
)
from gigahour.results import OrderResult

KEEP = Cod("keep")

ROUNDS = 6
TEN = range(10)


def test_an_answer_that_was_lost_is_the_first_one(venue: Venue, proxy: Proxy) -> None:
    """The order reaches the venue, its answer does not reach us."""
    with Client(venue.keys.trade, venue.keys["desk"], cod=KEEP, via=proxy.address) as client:
        contract = month_of(client)
        proxy.swallow()
        cutter = Cutter(proxy, after=0.3)
        placed = client.order_place(
            symbol=contract.symbol, side="buy", qty=1, price=resting(contract)
        )
        cutter.join()
        assert placed.dup, "it had been entered before the loss"
        assert proxy.connections == 2
        found = client.orders_list(symbol=contract.symbol)
        assert [one.client_order_id for one in found] == [placed.client_order_id]
        client.order_cancel_all()


def test_an_amendment_that_was_lost_is_not_repeated(venue: Venue, proxy: Proxy) -> None:
    with Client(venue.keys.trade, venue.keys["desk"], cod=KEEP, via=proxy.address) as client:
        contract = month_of(client)
        placed = client.order_place(
            symbol=contract.symbol, side="buy", qty=5, price=resting(contract)
        )
        proxy.swallow()
        cutter = Cutter(proxy, after=0.3)
        with pytest.raises(OutcomeUnknown, match="order_get"):
            client.order_amend(order_id=placed.order_id, qty=4)
        cutter.join()
        found = client.order_get(order_id=placed.order_id).order
        assert found is not None
        assert (found.qty, found.rev) == (4, 2)
        client.order_cancel_all()


def test_a_cut_under_load_loses_and_doubles_nothing(venue: Venue, proxy: Proxy) -> None:
    """Orders on a wire that swallows what the venue says, and is then cut, over and over."""
    with (
        Client(venue.keys.trade, venue.keys["desk"], cod=KEEP) as watch,
        Client(venue.keys.trade, venue.keys["desk"], cod=KEEP, via=proxy.address) as client,
    ):
        contract = month_of(watch)
        whole, cut = watch.orders(), client.orders()
        whole.get(timeout=20)
        cut.get(timeout=20)
        terms: Any = {"symbol": contract.symbol, "side": "buy", "price": resting(contract)}
        placed: list[OrderResult] = []
        for _ in range(ROUNDS):
            placed += [client.order_place(**terms, qty=1 + n) for n in range(5)]
            proxy.swallow()
            cutter = Cutter(proxy, after=0.1)
            placed += [client.order_place(**terms, qty=1 + n) for n in range(5)]
            cutter.join()
        assert client.order_cancel_all(symbol=contract.symbol).canceled == len(placed)
        expected = [whole.get(timeout=10) for _ in range(2 * len(placed))]
        heard = [cut.get(timeout=10) for _ in range(2 * len(placed))]
    assert sum(result.dup for result in placed) >= ROUNDS // 2, "answers were lost"
    assert sum(event.replay for event in heard) >= ROUNDS // 2, "events were lost"
    assert len({result.order_id for result in placed}) == len(placed)
    assert [event.acct_seq for event in heard] == [event.acct_seq for event in expected]
    assert [event.data for event in heard] == [event.data for event in expected]


def test_books_go_on_after_a_cut(venue: Venue, proxy: Proxy) -> None:
    """Each book is one the builder has checked, and none is older than one that came before."""
    with Client(venue.keys.feed, via=proxy.address) as client:
        with client.books("H100-US-2027M0?") as stream:
            stream.get(timeout=10)
            time.sleep(1)
            before = {book.symbol: book.eng_ns or 0 for book in waiting(stream)}
            assert len(before) >= 3
            proxy.cut()
            after: set[str] = set()
            deadline = time.monotonic() + 20
            while not set(before) <= after and time.monotonic() < deadline:
                book = stream.get(timeout=10)
                assert (book.eng_ns or 0) >= before.get(book.symbol, 0)
                after.add(book.symbol)
        assert set(before) <= after
        assert proxy.connections == 2


async def drained(streams: list[AsyncStream[AccountEvent[Any]]]) -> list[AccountEvent[Any]]:
    """What has come so far on all of them, by number. More may come, when the exchange has told the
    client to wait before it subscribes again.
    """
    events = []
    for stream in streams:
        with contextlib.suppress(TimeoutError):
            while True:
                events.append(await stream.get(timeout=0))
    return sorted(events, key=lambda event: event.acct_seq)


def waiting(stream: Stream[Book]) -> list[Book]:
    """What has come so far."""
    books = []
    with contextlib.suppress(TimeoutError):
        while True:
            books.append(stream.get(timeout=0))
    return books


def test_the_asynchronous_client_comes_back_as_well(venue: Venue, proxy: Proxy) -> None:
    async def scene() -> None:
        desk, url = venue.keys["desk"], venue.keys.trade
        async with AsyncClient(url, desk, cod=KEEP, via=proxy.address) as client:
            known = await client.instruments("H100-US-*M??")
            contract = [one for one in known if one.phase == "open" and one.tenor == "month"][3]
            streams: list[AsyncStream[AccountEvent[Any]]] = [
                client.orders(),
                client.positions(),
                client.margins(),
                client.obligations(),
            ]
            first = max([(await stream.get(timeout=20)).acct_seq for stream in streams])
            streams.append(client.fills())
            terms: Any = {"symbol": contract.symbol, "side": "buy", "price": resting(contract)}
            placed: list[OrderResult] = []
            for _ in range(ROUNDS):
                placed += await asyncio.gather(*(client.order_place(**terms, qty=1) for _ in TEN))
                proxy.swallow()
                lost = asyncio.gather(*(client.order_place(**terms, qty=1) for _ in TEN))
                await asyncio.sleep(0.1)
                proxy.cut()
                placed += await lost
            assert (await client.order_cancel_all()).canceled == len(placed)
            assert sum(result.dup for result in placed) >= ROUNDS, "answers were lost"
            assert len({result.order_id for result in placed}) == len(placed)
            last = (await client.orders_list()).acct_seq
            assert last is not None
            numbers: list[int] = []
            while len(numbers) < last - first:
                heard = await drained(streams)
                numbers += [event.acct_seq for event in heard if first < event.acct_seq]
                await asyncio.sleep(0.05)
            assert sorted(numbers) == list(range(first + 1, last + 1)), "each number once"
        assert proxy.connections == ROUNDS + 1

    asyncio.run(asyncio.wait_for(scene(), 60))


def test_the_end_of_the_road_is_said_to_everybody(venue: Venue, proxy: Proxy) -> None:
    """The venue is gone for longer than the client tries: here the tries are cut short."""
    client = Client(venue.keys.trade, venue.keys["desk"], via=proxy.address, timeout=0.5)
    orders = client.orders()
    orders.get(timeout=20)
    proxy.down()
    with pytest.raises(OutcomeUnknown, match="margin"):
        client.margin_get()
    client.close()
    with pytest.raises(Disconnected):
        orders.get(timeout=20)
    with pytest.raises(Disconnected):
        client.margin_get()


def test_it_comes_back_when_the_venue_does(venue: Venue, proxy: Proxy) -> None:
    with Client(venue.keys.feed, via=proxy.address) as client:
        proxy.down()
        time.sleep(1)
        proxy.up()
        assert client.ping().market_ns > 0
        assert proxy.connections == 2


class Cutter:
    """Cuts a wire from a thread of its own."""

    def __init__(self, proxy: Proxy, *, after: float) -> None:
        self._proxy, self._after = proxy, after
        self._thread = Thread(target=self._cut, daemon=True)
        self._thread.start()

    def _cut(self) -> None:
        time.sleep(self._after)
        self._proxy.cut()

    def join(self) -> None:
        self._thread.join(timeout=30)
        assert not self._thread.is_alive()
