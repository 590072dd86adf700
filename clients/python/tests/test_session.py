"""The session without a socket: what it says after a loss, and what it gives on once."""

import json
from concurrent.futures import Future
from typing import Any

import pytest

from gigahour import OutcomeUnknown, Refused, events, topics
from gigahour.errors import Disconnected, GigahourError
from gigahour.market import Ticker
from gigahour.params import amend, order, place, plain
from gigahour.results import Canceled
from gigahour.session import IN_FLIGHT, SessionCore
from gigahour.topics import Topic

HELLO = {
    "jsonrpc": "2.0",
    "method": "hello",
    "params": {"proto": "gigahour.v1.json", "nonce": "0" * 32, "market_ns": "1"},
}


class Sink:
    def __init__(self, topic: Topic[Any]) -> None:
        self.topic = topic
        self.items: list[Any] = []
        self.ended: GigahourError | None = None

    def put(self, items: Any) -> None:
        self.items += items

    def end(self, why: GigahourError) -> None:
        self.ended = why


def opened(core: SessionCore | None = None) -> SessionCore:
    core = core or SessionCore(None, None, "test")
    words = core.opening("localhost", 0)
    assert next(words) is None
    with pytest.raises(StopIteration):
        words.send(json.dumps(HELLO))
    core.reopen()
    return core


def said(core: SessionCore) -> list[dict[str, Any]]:
    messages = [json.loads(text) for text in core.outbox]
    core.outbox.clear()
    return messages


def answer(core: SessionCore, request: dict[str, Any], result: Any) -> None:
    core.hear(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}))


def accept(core: SessionCore) -> list[dict[str, Any]]:
    """Answers all that was said; subscriptions are taken."""
    requests = said(core)
    for request in requests:
        answer(core, request, {"ok": request["params"].get("channels", []), "err": []})
    return requests


def listen(core: SessionCore, topic: Topic[Any]) -> Sink:
    sink = Sink(topic)
    for subscription in core.channels.open(sink):
        core.subscribe(subscription)
    return sink


def happen(core: SessionCore, **event: Any) -> None:
    core.hear(json.dumps({"jsonrpc": "2.0", "method": "event", "params": event}))


def fill(core: SessionCore, acct_seq: int) -> None:
    data = {"exec_id": f"X{acct_seq}"}
    happen(core, channel="fills", kind="fill", epoch="e", acct_seq=acct_seq, data=data)


def ids(sink: Sink) -> list[str]:
    return [record.exec_id for event in sink.items for record in event.data]


def limit_order(name: str) -> Any:
    return place(
        order(
            symbol="A",
            side="buy",
            qty=1,
            price="2",
            client_order_id=name,
            type=None,
            trigger_price=None,
            min_qty=None,
            show_qty=None,
        )
    )


def test_account_events_go_on_from_the_first_one_missed_and_come_once() -> None:
    core = opened()
    sink = listen(core, events.account("fills"))
    (_, subscribe) = accept(core)
    assert subscribe["params"] == {"channels": ["fills"]}
    fill(core, 5)
    fill(core, 6)
    core.lost()
    opened(core)
    requests = accept(core)
    assert requests[0]["params"] == {"channels": ["fills"], "from_acct_seq": 7}
    fill(core, 6)
    fill(core, 7)
    assert ids(sink) == ["X5", "X6", "X7"]


def test_a_channel_that_never_began_begins_with_its_state_after_those_that_go_on() -> None:
    core = opened()
    listen(core, events.account("fills"))
    accept(core)
    fill(core, 5)
    core.lost()
    listen(core, events.account("orders"))
    opened(core)
    wanted = [request["params"] for request in said(core)]
    assert wanted == [
        {"channels": ["fills"], "from_acct_seq": 6},
        {"channels": ["orders"]},
        {"channels": ["system"]},
    ]


def test_events_no_longer_kept_are_replaced_by_the_state() -> None:
    core = opened()
    listen(core, events.account("orders"))
    accept(core)
    core.lost()
    opened(core)
    first = said(core)[0]
    too_old = {"channel": "orders", "code": 6004, "message": "RESUME_TOO_OLD", "min_acct_seq": 9}
    answer(core, first, {"ok": [], "err": [too_old]})
    (again,) = said(core)
    assert again["params"] == {"channels": ["orders"]}


def test_an_order_without_an_answer_is_sent_again_under_its_name() -> None:
    core = opened()
    accept(core)
    slot: Future[Any] = Future()
    core.ask(limit_order("mine"), slot)
    (first,) = said(core)
    core.lost()
    assert not slot.done()
    opened(core)
    again = next(request for request in said(core) if request["method"] == "order.place")
    assert again == first


def test_what_must_not_be_done_twice_is_given_up_and_says_what_to_do() -> None:
    core = opened()
    accept(core)
    slot: Future[Any] = Future()
    change = amend(
        order_id="O1", client_order_id=None, rev=None, price="2", qty=None, trigger_price=None
    )
    core.ask(change, slot)
    said(core)
    core.lost()
    with pytest.raises(OutcomeUnknown, match="order_get") as caught:
        slot.result(timeout=0)
    assert (caught.value.code, caught.value.final) == (5001, False)
    opened(core)
    assert "order.amend" not in [request["method"] for request in said(core)]


def test_what_was_asked_while_away_is_sent_once_it_is_back() -> None:
    core = opened()
    accept(core)
    core.lost()
    slot: Future[Any] = Future()
    change = amend(
        order_id="O1", client_order_id=None, rev=None, price="2", qty=None, trigger_price=None
    )
    core.ask(change, slot)
    assert said(core) == []
    core.lost()
    opened(core)
    assert "order.amend" in [request["method"] for request in said(core)]


def test_no_more_requests_wait_for_answers_than_may() -> None:
    core = opened()
    accept(core)
    slots: list[Future[Any]] = [Future() for _ in range(IN_FLIGHT + 5)]
    for slot in slots:
        core.ask(plain("order.cancel_all", Canceled.read), slot)
    requests = said(core)
    assert len(requests) == IN_FLIGHT
    answer(core, requests[0], {"canceled": 0, "acct_seq": 1})
    assert slots[0].result(timeout=0).canceled == 0
    assert len(said(core)) == 1


def test_a_refusal_has_code_finality_and_a_suggestion() -> None:
    core = opened()
    accept(core)
    slot: Future[Any] = Future()
    core.ask(limit_order("mine"), slot)
    (request,) = said(core)
    data = {"final": True, "text": "Too far.", "min": "1.876", "max": "2.538"}
    error = {"code": 2004, "message": "PRICE_BAND", "data": data}
    core.hear(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}))
    with pytest.raises(Refused, match="2004 PRICE_BAND: Too far") as caught:
        slot.result(timeout=0)
    assert caught.value.final
    assert caught.value.suggestion == "a price from 1.876 to 2.538"


def test_a_pattern_hears_contracts_that_are_listed_later() -> None:
    core = opened()
    sink = listen(core, topics.latest("ticker", "H100-*", Ticker))
    assert [request["params"] for request in accept(core)][1:] == [{"channels": ["instruments"]}]
    old, new, other = (
        {"symbol": symbol, "product": symbol[:7], "phase": "open"}
        for symbol in ("H100-US-2027M01", "H100-US-2027M02", "H200-US-2027M01")
    )
    happen(core, channel="instruments", kind="snapshot", epoch="i", seq=1, data=[old, other])
    assert [request["params"] for request in accept(core)] == [
        {"channels": ["ticker.H100-US-2027M01"]}
    ]
    happen(core, channel="instruments", kind="delta", epoch="i", seq=2, data=[new])
    assert [request["params"] for request in accept(core)] == [
        {"channels": ["ticker.H100-US-2027M02"]}
    ]
    happen(
        core,
        channel="ticker.H100-US-2027M02",
        kind="ticker",
        epoch="k",
        seq=1,
        data={"mark": "2.400"},
    )
    assert [ticker.symbol for ticker in sink.items] == ["H100-US-2027M02"]


def trade(core: SessionCore, kind: str, *numbers: int, **others: Any) -> None:
    data = [{"trade_id": f"T{n}", "price": "2", "qty": "1", "eseq": n} for n in numbers]
    happen(core, channel="trades.A", kind=kind, epoch="t", seq=1, data=data, **others)


def test_trades_heard_before_a_loss_are_not_given_on_again() -> None:
    core = opened()
    sink = listen(core, topics.trades("A"))
    trade(core, "snapshot", 1, 2)
    trade(core, "trades", 3, 3)
    core.lost()
    opened(core)
    trade(core, "snapshot", 1, 2, 3, 4)
    assert [one.eseq for one in sink.items] == [1, 2, 3, 3, 4]


def test_what_the_exchange_leaves_out_is_counted() -> None:
    core = opened()
    sink = listen(core, topics.trades("A"))
    happen(core, channel="trades.A", kind="gap", epoch="t", seq=9, from_seq=5, to_seq=9)
    assert core.channels.missed(sink) == 5


def test_a_book_with_a_gap_is_asked_for_again_and_not_given_on() -> None:
    core = opened()
    sink = listen(core, topics.book("A"))
    accept(core)
    book = {"channel": "book.A", "epoch": "b", "data": {"bids": [["2.000", "1"]], "asks": []}}
    happen(core, kind="snapshot", seq=1, **book)
    happen(core, kind="delta", seq=3, prev_seq=2, **book)
    (resync,) = said(core)
    assert (resync["method"], resync["params"]) == ("resync", {"channel": "book.A"})
    assert len(sink.items) == 1


def test_the_last_reader_of_a_channel_ends_it() -> None:
    core = opened()
    first = listen(core, topics.trades("A"))
    second = listen(core, topics.trades("A"))
    accept(core)
    assert list(core.channels.close(first)) == []
    (unsubscribe,) = core.channels.close(second)
    assert (unsubscribe.method, unsubscribe.channels) == ("unsubscribe", ("trades.A",))


def test_a_further_reader_begins_with_how_it_stands() -> None:
    core = opened()
    listen(core, topics.book("A"))
    data = {"bids": [["2.000", "1"]], "asks": []}
    happen(core, channel="book.A", kind="snapshot", epoch="b", seq=1, data=data)
    second = listen(core, topics.book("A"))
    assert len(second.items) == 1


def test_too_many_subscriptions_wait_as_long_as_they_are_told() -> None:
    core = opened()
    accept(core)
    listen(core, topics.trades("A"))
    (request,) = said(core)
    error = {"code": 4001, "message": "RATE_LIMITED", "data": {"retry_after_ms": 250}}
    core.hear(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}))
    ((seconds, subscription),) = core.later
    assert (seconds, subscription.channels) == (0.25, ("trades.A",))


def test_an_unknown_channel_ends_its_stream() -> None:
    core = opened()
    sink = listen(core, topics.trades("X"))
    request = said(core)[-1]
    no = {"channel": "trades.X", "code": 6001, "message": "UNKNOWN_CHANNEL"}
    answer(core, request, {"ok": [], "err": [no]})
    assert isinstance(sink.ended, Refused)
    assert sink.ended.code == 6001


def test_a_strange_event_ends_its_channel_alone() -> None:
    core = opened()
    strange, fine = listen(core, topics.trades("A")), listen(core, topics.trades("B"))
    happen(core, channel="trades.A", kind="trades", epoch="t", seq=1, data=[{"price": "x"}])
    assert strange.ended
    assert not fine.ended


def test_the_end_tells_everybody() -> None:
    core = opened()
    sink = listen(core, topics.trades("A"))
    slot: Future[Any] = Future()
    core.ask(limit_order("mine"), slot)
    core.end(Disconnected("it is gone"))
    assert isinstance(sink.ended, Disconnected)
    with pytest.raises(Disconnected, match="it is gone"):
        slot.result(timeout=0)
