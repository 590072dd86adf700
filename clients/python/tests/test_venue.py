"""The threaded client against a real venue with bots in it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from conftest import Venue, month_of, offered, resting

from gigahour import Client, Disconnected, Key, Refused, StreamClosed, ed25519
from gigahour.account import Cash, Fill, Order
from gigahour.results import Done


def test_the_market_is_heard_without_a_login(venue: Venue) -> None:
    with Client(venue.keys.feed) as client:
        assert client.hello is not None
        assert client.hello.env == "demo"
        contract = month_of(client)
        book = client.book(contract.symbol)
        assert book.symbol == contract.symbol
        curve = client.curve("H100-US")
        assert curve.mark(contract.symbol) > 0
        assert list(curve.to_df()["symbol"]) == [point.symbol for point in curve.points]
        assert client.ticker(contract.symbol).phase == client.status(contract.symbol).phase
        index = client.index("H100-US").price
        assert index is not None
        assert index > 0
        assert client.delivery(contract.symbol).symbol == contract.symbol
        assert client.bbo(contract.symbol).symbol == contract.symbol


def test_every_kind_of_contract_can_be_heard(venue: Venue) -> None:
    """Outrights, spreads in time, spreads between hubs and between generations."""
    with Client(venue.keys.feed) as client:
        listed = [one for one in client.instruments() if one.phase == "open"]
        kinds = {(one.tenor, ":" in one.symbol): one.symbol for one in listed}
        assert len(kinds) >= 5
        for symbol in kinds.values():
            assert client.ticker(symbol).symbol == symbol
            assert client.book(symbol).symbol == symbol


def test_trades_come_by_pattern(venue: Venue) -> None:
    with Client(venue.keys.feed) as client, client.trades("*") as stream:
        trades = [stream.get(timeout=20) for _ in range(200)]
    assert len({trade.trade_id for trade in trades}) == 200
    assert len({trade.symbol for trade in trades}) >= 3
    assert all(trade.qty > 0 for trade in trades)


def test_an_order_from_preview_to_fill_to_position(desk: Client) -> None:
    contract = offered(desk)
    orders, fills, positions = desk.orders(), desk.fills(), desk.positions()
    assert orders.get(timeout=20).kind == "snapshot"
    assert positions.get(timeout=20).kind == "snapshot"
    before = {one.symbol: one.net_qty for one in desk.positions_list()}
    terms: Any = {"symbol": contract.symbol, "side": "buy", "qty": 1, "price": contract.max_price}
    preview = desk.order_preview(**terms)
    assert preview.gpu_hours == contract.gpu_hours(1)
    result = desk.order_place(**terms, tag="test")
    assert (result.state, result.cum_qty, result.dup) == ("filled", 1, False)
    (order,) = orders.get(timeout=20).data
    assert isinstance(order, Order)
    assert (order.order_id, order.tag, order.event) == (result.order_id, "test", "new")
    (fill,) = fills.get(timeout=20).data
    assert isinstance(fill, Fill)
    assert (fill.client_order_id, fill.price) == (result.client_order_id, result.avg_px)
    (position,) = positions.get(timeout=20).data
    assert position.symbol == contract.symbol
    held = desk.positions_list()
    assert held.acct_seq is not None
    assert {one.symbol: one.net_qty for one in held}[contract.symbol] == (
        before.get(contract.symbol, 0) + 1
    )
    assert desk.fills_list(limit=1)[0].exec_id == fill.exec_id
    desk.order_place(symbol=contract.symbol, side="sell", qty=1, price=contract.min_price)


def test_the_same_order_twice_is_one_order(desk: Client) -> None:
    contract = month_of(desk)
    terms: Any = {"symbol": contract.symbol, "side": "buy", "qty": 2, "price": resting(contract)}
    first = desk.order_place(**terms, client_order_id="twice-1")
    again = desk.order_place(**terms, client_order_id="twice-1")
    assert (again.order_id, again.dup) == (first.order_id, True)
    with pytest.raises(Refused) as caught:
        desk.order_place(**{**terms, "qty": 3}, client_order_id="twice-1")
    assert caught.value.code == 2015
    assert len(desk.orders_list(symbol=contract.symbol)) == 1


def test_an_order_is_amended_asked_for_and_cancelled(desk: Client) -> None:
    contract = month_of(desk)
    placed = desk.order_place(
        symbol=contract.symbol, side="buy", qty=4, price=resting(contract), post_only=True
    )
    smaller = desk.order_amend(order_id=placed.order_id, rev=1, qty=3)
    assert (smaller.rev, smaller.qty, smaller.priority) == (2, 3, "kept")
    found = desk.order_get(client_order_id=placed.client_order_id)
    assert found.order is not None
    assert found.order.leaves_qty == 3
    assert desk.order_cancel(order_id=placed.order_id).state == "canceled"
    with pytest.raises(Refused) as caught:
        desk.order_cancel(client_order_id=placed.client_order_id)
    assert (caught.value.code, caught.value.final) == (2017, True)
    assert desk.order_get(client_order_id="never").found is False


def test_a_refusal_says_what_would_pass(desk: Client) -> None:
    contract = month_of(desk)
    with pytest.raises(Refused) as caught:
        desk.order_place(
            symbol=contract.symbol, side="buy", qty=1, price=contract.max_price + Decimal("1")
        )
    assert (caught.value.code, caught.value.name) == (2004, "PRICE_BAND")
    assert caught.value.suggestion.startswith("a price from ")
    with pytest.raises(Refused, match="UNKNOWN_INSTRUMENT"):
        desk.order_place(symbol="H100-US-1999M01", side="buy", qty=1, price="2")


def test_floats_never_reach_the_wire(desk: Client) -> None:
    price: Any = 2.4
    with pytest.raises(TypeError, match="round_to_tick"):
        desk.order_place(symbol="H100-US-2027M06", side="buy", qty=1, price=price)


def test_the_other_methods_answer(desk: Client, venue: Venue) -> None:
    assert desk.session is not None
    assert desk.session_status().session_id == desk.session.session_id
    assert desk.session_limits().in_flight == 64
    assert desk.margin_get().margin.cash > 0
    assert len(desk.margin_get().scenarios) == 16
    assert desk.session_cod_set(mode="cancel", grace_ms=100).acct_seq is None
    assert desk.ping().market_ns > 0
    assert desk.invoices_list().acct_seq is not None
    assert desk.obligations_list().acct_seq is not None
    contract = month_of(desk)
    later = next(
        one
        for one in desk.instruments("H100-US-*M??")
        if one.tenor == "month" and one.start > contract.start
    )
    spread = desk.combination_define(legs=[(contract.symbol, -1), (later.symbol, 1)])
    assert spread.symbol.startswith(contract.symbol)
    desk.mmp_set(mmp_group="test", window_ms=1000, qty_limit=100)
    quote = {"symbol": contract.symbol, "bid": (resting(contract), 1), "ask": ("99.000", 1)}
    bid, ask = desk.quote_mass(mmp_group="test", quotes=[quote]).results
    assert (bid.leaves_qty, bid.error) == (1, None)
    assert ask.error is not None
    desk.mmp_reset(mmp_group="test")
    desk.account_kill(on=True)
    with pytest.raises(Refused) as caught:
        desk.order_place(symbol=contract.symbol, side="buy", qty=1, price=contract.min_price)
    assert caught.value.code == 3005
    desk.account_kill(on=False)


def test_a_block_is_signed_by_both_sides(desk: Client, venue: Venue) -> None:
    contract = month_of(desk)
    with Client(venue.keys.trade, venue.keys["lab"]) as lab:
        assert desk.session is not None
        assert lab.session is not None
        parties = (desk.session.account, lab.session.account)
        price = desk.curve("H100-US").mark(contract.symbol)
        legs: Any = [(contract.symbol, "buy", price, contract.block_lots)]
        desk.block_propose(block_id="test-1", parties=parties, legs=legs)
        (offer,) = [one for one in lab.block_list() if one.block_id == "test-1"]
        assert offer.proposer == parties[0]
        desk.block_withdraw(proposer=parties[0], block_id="test-1")
        assert [one for one in lab.block_list() if one.block_id == "test-1"] == []


def test_signed_commands_are_accepted(venue: Venue) -> None:
    """A signature that does not hold would be 1009; these are refused for what they say."""
    with Client(venue.keys.trade, venue.keys["provider1"]) as provider:
        with pytest.raises(Refused) as caught:
            provider.delivery_pledge(symbol="H100-US-2027Y", nodes=[1])
        assert caught.value.code in (2001, 7101)
        with pytest.raises(Refused) as caught:
            provider.delivery_meter(
                symbol="H100-US-2027M12", hour_ns=1828137600000000000, readings=[(1, 8)]
            )
        assert caught.value.code in (7104, 7106)


def test_what_is_signed_of_deliveries_is_read(venue: Venue) -> None:
    """A signature that does not hold would be 1009, a payload that is not read -32602.

    What is read is done, or refused by the rules of deliveries, whose codes begin with 7.
    """
    hour = 1803859200000000000
    month = "H100-US-2027M12"
    with Client(venue.keys.trade, venue.keys["provider1"]) as one:
        said: list[Callable[[], Done]] = [
            lambda: one.delivery_countersign(obligation_id="OB-1", hour_ns=hour),
            lambda: one.delivery_dispute(obligation_id="OB-1", hour_ns=hour, readings=[(1, 0)]),
            lambda: one.delivery_probe(obligation_id="OB-1", hour_ns=hour, readings=[(1, 8)]),
            lambda: one.delivery_standby(symbol=month, nodes=[9], price="2.6"),
            lambda: one.delivery_bid(symbol=month, lots=8, price="2.1"),
            lambda: one.delivery_transfer(obligation_id="OB-1", to="A-1002", price="-1.5"),
            lambda: one.delivery_accept_transfer(obligation_id="OB-1"),
            lambda: one.bond_post(amount=5000),
            lambda: one.bond_release(amount="12.50"),
        ]
        codes = []
        for say in said:
            try:
                say()
            except Refused as refused:
                codes.append(refused.code)
        assert {code // 1000 for code in codes} == {7}, codes


def test_a_login_needs_no_cryptography(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ed25519, "HAS_CRYPTOGRAPHY", False)
    with Client(venue.keys.trade, venue.keys["lab"]) as lab:
        assert lab.session is not None
        assert lab.session.account == "A-1002"


def test_orders_stay_when_a_session_is_logged_out(desk: Client, venue: Venue) -> None:
    contract = month_of(desk)
    other = Client(venue.keys.trade, venue.keys["desk"])
    order = other.order_place(symbol=contract.symbol, side="buy", qty=1, price=resting(contract))
    other.session_logout()
    with pytest.raises(Disconnected):
        other.ping()
    assert [one.order_id for one in desk.orders_list()] == [order.order_id]
    with Client(venue.keys.trade, venue.keys["desk"]) as leaving:
        leaving.order_place(symbol=contract.symbol, side="buy", qty=1, price=resting(contract))
        changes = desk.orders()
        assert len(changes.get(timeout=20).data) == 2
    (ended,) = changes.get(timeout=20).data
    assert isinstance(ended, Order)
    assert (ended.event, ended.reason) == ("canceled", "cod")
    assert [one.order_id for one in desk.orders_list()] == [order.order_id]


def test_what_margin_leaves_free_can_be_paid_out(desk: Client) -> None:
    with desk.margins() as margins:
        assert margins.get(timeout=20).kind == "snapshot"
        desk.account_withdraw(amount="12.5")
        moved = next(event for event in margins if event.kind == "cash").data
    assert [cash.amount for cash in moved if isinstance(cash, Cash)] == [Decimal("-12.500")]
    with pytest.raises(Refused) as caught:
        desk.account_withdraw(amount=10**12)
    assert caught.value.code == 3007


def test_a_wrong_key_is_refused(venue: Venue) -> None:
    with pytest.raises(Refused) as caught:
        Client(venue.keys.trade, Key("k_desk", bytes(32)))
    assert caught.value.code == 1002


def test_a_stream_of_what_is_not_there_fails(desk: Client) -> None:
    with desk.books("H100-US-1999M01") as stream, pytest.raises(Refused, match="6001"):
        stream.get(timeout=20)


def test_a_closed_stream_ends_its_loop(desk: Client) -> None:
    stream = desk.tickers("H100-US-*")
    stream.get(timeout=20)
    stream.close()
    assert list(stream) == []
    with pytest.raises(StreamClosed):
        stream.get()
