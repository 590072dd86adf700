"""A wire that is cut, over and over, under a stream of orders: nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from threading import Thread
from typing import Any

import pytest
from conftest import Venue, month_of, resting
from proxy import Proxy

from gigahour import AsyncClient, Book, Client, Cod, Disconnected, OutcomeUnknown, Stream

KEEP = Cod("keep")


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
    """40 orders with the wire cut every 0.2 to 0.5 s, half of the time after losing what came."""
    with (
        Client(venue.keys.trade, venue.keys["desk"], cod=KEEP) as watch,
        Client(venue.keys.trade, venue.keys["desk"], cod=KEEP, via=proxy.address) as client,
    ):
        contract = month_of(watch)
        whole, cut = watch.orders(), client.orders()
        whole.get(timeout=5)
        cut.get(timeout=5)
        cutter = Cutter(proxy, after=0.2, times=8)
        terms: Any = {"symbol": contract.symbol, "side": "buy", "price": resting(contract)}
        placed = [client.order_place(**terms, qty=1 + n % 3).order_id for n in range(40)]
        cutter.join()
        assert client.order_cancel_all(symbol=contract.symbol).canceled == 40
        assert proxy.connections >= 6
        expected = [whole.get(timeout=10) for _ in range(80)]
        heard = [cut.get(timeout=10) for _ in range(80)]
    assert len(set(placed)) == 40
    numbers = [event.acct_seq for event in heard]
    assert numbers == [event.acct_seq for event in expected]
    assert numbers == sorted(set(numbers))
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
            orders = client.orders()
            await orders.get(timeout=5)
            cutter = Cutter(proxy, after=0.2, times=4)
            terms: Any = {"symbol": contract.symbol, "side": "buy", "price": resting(contract)}
            placed = [await client.order_place(**terms, qty=1) for _ in range(30)]
            more = await asyncio.gather(*(client.order_place(**terms, qty=1) for _ in range(30)))
            await asyncio.to_thread(cutter.join)
            assert (await client.order_cancel_all()).canceled == 60
            assert len({one.order_id for one in (*placed, *more)}) == 60
            numbers = [(await orders.get(timeout=10)).acct_seq for _ in range(120)]
            assert numbers == sorted(set(numbers))
        assert proxy.connections >= 4

    asyncio.run(asyncio.wait_for(scene(), 60))


def test_the_end_of_the_road_is_said_to_everybody(venue: Venue, proxy: Proxy) -> None:
    """The venue is gone for longer than the client tries: here the tries are cut short."""
    client = Client(venue.keys.trade, venue.keys["desk"], via=proxy.address, timeout=0.5)
    orders = client.orders()
    orders.get(timeout=5)
    proxy.down()
    with pytest.raises(OutcomeUnknown, match="margin"):
        client.margin_get()
    client.close()
    with pytest.raises(Disconnected):
        orders.get(timeout=5)
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

    def __init__(self, proxy: Proxy, *, after: float, times: int = 1) -> None:
        self._proxy, self._after, self._times = proxy, after, times
        self._thread = Thread(target=self._cut, daemon=True)
        self._thread.start()

    def _cut(self) -> None:
        chance = random.Random(1)
        for _ in range(self._times):
            time.sleep(self._after * chance.uniform(1, 2))
            if chance.random() < 0.5:
                self._proxy.swallow()
                time.sleep(0.05)
            self._proxy.cut()

    def join(self) -> None:
        self._thread.join(timeout=30)
        assert not self._thread.is_alive()
