"""A need becomes orders on a real venue, and a plan that was interrupted goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, month_of, offered, resting

from gigahour import Client, Refused, hedge
from gigahour.account import Order

MARKET = REPOSITORY / "gateway" / "market" / "market.toml"


def a_plan(client: Client, *, limit: str, weeks: int = 1, gpus: int = 64) -> hedge.Plan:
    """For three months from the contract on that the tests trade."""
    first = hedge.Month.parse(month_of(client).start)
    return hedge.plan(
        hedge.Need.of("H100-US", {str(first.plus(n)): gpus for n in range(3)}),
        client.instruments("H100-US-*"),
        market_ns=client.ping().market_ns,
        limit=limit,
        weeks=weeks,
    )


def held(client: Client) -> dict[str, int]:
    return {one.symbol: one.net_qty for one in client.positions_list()}


def test_a_need_is_bought_and_covers_the_ladder(desk: Client, tmp_path: Path) -> None:
    plan = a_plan(desk, limit="9.000")
    assert not plan.uncovered
    assert all(plan.lots(month) == 8 for month in plan.need.gpus)
    seen = hedge.preview(desk, plan)
    assert 0 < seen.cost < seen.worst_cost
    assert seen.margin > 0
    assert {leg.symbol for leg in seen.legs} == {leg.symbol for leg in plan.legs}
    bought = hedge.execute(desk, plan, tmp_path / "plan.json")
    assert hedge.Plan.load(tmp_path / "plan.json") == bought
    ladder = hedge.coverage(
        plan.need,
        desk.instruments("H100-US-*"),
        desk.curve("H100-US"),
        positions=desk.positions_list(),
        orders=desk.orders_list(),
    )
    assert all(rung.held + rung.on_order >= 64 for rung in ladder)


def test_a_plan_that_was_interrupted_buys_nothing_twice(desk: Client, tmp_path: Path) -> None:
    """The file is lost after the orders were sent: the plan as it was before sends them again."""
    plan = a_plan(desk, limit="9.000", gpus=16)
    with desk.orders() as orders:
        assert orders.get(timeout=20).kind == "snapshot"
        first = hedge.execute(desk, plan, tmp_path / "plan.json")
        again = hedge.execute(desk, plan, tmp_path / "plan.json")
        hedge.execute(desk, again, tmp_path / "plan.json")
        desk.order_cancel_all()
        desk.order_place(
            symbol=month_of(desk).symbol,
            side="buy",
            qty=1,
            price=resting(month_of(desk)),
            tag="last",
        )
        entered: list[Order] = []
        while not entered or entered[-1].tag != "last":
            entered += [
                order
                for event in (orders.get(timeout=20),)
                for order in event.data
                if isinstance(order, Order) and order.event == "new"
            ]
    names = [order.client_order_id for order in entered if order.tag == "hedge"]
    assert sorted(names) == sorted(order.client_order_id for order in plan.orders)
    assert {order.state for order in first.orders} <= {"open", "filled"}


def test_slices_that_are_not_due_wait_and_news_are_learnt(desk: Client, tmp_path: Path) -> None:
    plan = a_plan(desk, limit=str(resting(month_of(desk))), weeks=4)
    done = hedge.execute(desk, plan, tmp_path / "plan.json")
    later = [order for order in done.orders if order.state == "planned"]
    assert hedge.coming(done) == min(order.due for order in later)
    sent = {order.client_order_id for order in done.orders if order.state == "open"}
    assert sent
    assert {order.client_order_id for order in desk.orders_list()} == sent
    assert desk.order_cancel_all(tag="hedge").canceled == len(sent)
    after = hedge.execute(desk, done, tmp_path / "plan.json")
    states = {order.state for order in after.orders if order.client_order_id in sent}
    assert states == {"canceled"}


def test_a_limit_below_the_band_is_noted_and_sends_nothing(desk: Client, tmp_path: Path) -> None:
    plan = a_plan(desk, limit="0.100")
    assert all("the lowest today" in (leg.refused or "") for leg in hedge.preview(desk, plan).legs)
    done = hedge.execute(desk, plan, tmp_path / "plan.json")
    assert "skipped" in {order.state for order in done.orders}
    assert len(desk.orders_list()) == 0


def test_margin_is_what_the_venue_requires(desk: Client) -> None:
    """R-6.1 computed here from the terms, against the engine's own answer.

    An order so large that its own worst scenario is that of the whole account: what a second one of
    the same size adds is its loss in that scenario alone, while the range of the terms holds and
    neither is large beside a day's volume (R-6.6); else the venue requires more.
    """
    contract = next(
        one
        for one in desk.instruments("B200-US-*M??")
        if one.phase == "open" and one.tenor == "month" and one.start > "2027-06"
    )
    lots = 50
    terms: Any = {"symbol": contract.symbol, "side": "buy", "price": resting(contract)}
    once = desk.order_preview(**terms, qty=lots).after
    twice = desk.order_preview(**terms, qty=2 * lots).after
    leg = hedge.Leg(contract.symbol, hedge.months_of(contract.start, contract.end), lots)
    plan = replace(a_plan(desk, limit="2.000"), legs=(leg,))
    margin, name = hedge.Terms.read(MARKET, "B200-US").margin(plan)
    assert twice.scenario_name == name
    assert twice.initial - once.initial >= margin
    if contract.scan_range is None and once.scenario == twice.scenario:
        assert twice.initial - once.initial == margin


def test_selling_back_only_reduces(desk: Client) -> None:
    contract = offered(desk)
    desk.order_place(symbol=contract.symbol, side="buy", qty=2, price=contract.max_price)
    assert held(desk)[contract.symbol] >= 1
    seen = hedge.sell_back(desk, symbol=contract.symbol, gpus=8, limit=contract.min_price)
    assert seen.fill_qty + seen.rest_qty == 1
    with pytest.raises(ValueError, match="whole number of nodes"):
        hedge.sell_back(desk, symbol=contract.symbol, gpus=12, limit="2.000")
    other = next(one for one in desk.instruments("B200-US-*M??") if one.phase == "open")
    with pytest.raises(Refused) as caught:
        hedge.sell_back(desk, symbol=other.symbol, gpus=8, limit=other.settle)
    assert caught.value.code == 2011
