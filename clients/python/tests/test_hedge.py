import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY

from gigahour import Curve, hedge
from gigahour.account import Order, Position
from gigahour.hedge.month import Month, months_of
from gigahour.hedge.slices import due_days, sliced
from gigahour.market import Instrument

NOW = 1_797_206_400_000_000_000  # 2026-12-14
MARKET = REPOSITORY / "gateway" / "market" / "market.toml"
PRICES = REPOSITORY.parent / "shared" / "data" / "gpu_price_table" / "gpu_prices.csv"

PERIODS = [
    *((f"2027M{m:02}", "month", f"2027-{m:02}-01", f"2027-{m:02}-28") for m in range(1, 13)),
    *(
        (f"2027Q{q}", "quarter", f"2027-{3 * q - 2:02}-01", f"2027-{3 * q:02}-28")
        for q in (2, 3, 4)
    ),
    ("2027Y", "year", "2027-01-01", "2027-12-31"),
    ("2028Q1", "quarter", "2028-01-01", "2028-03-31"),
]


def instrument(name: str, tenor: str, start: str, end: str, **others: Any) -> Instrument:
    wire = {"symbol": f"H100-US-{name}", "product": "H100-US", "tenor": tenor, "start": start}
    ends = {"end": end, "phase": "open", "block_lots": "8", "last_trading_ns": str(NOW + 10**18)}
    return Instrument.read({**wire, **ends, **others})


CONTRACTS = [instrument(*period) for period in PERIODS]
FLAT = Curve.read(
    {
        "product": "H100-US",
        "as_of_ns": str(NOW),
        "points": [
            {"symbol": one.symbol, "start": one.start, "end": one.end, "mark": "2.500"}
            for one in CONTRACTS
        ],
    }
)


def planned(gpus: dict[str, int], **others: Any) -> hedge.Plan:
    need = hedge.Need.of("H100-US", gpus)
    terms: dict[str, Any] = {"market_ns": NOW, "limit": "2.600", **others}
    return hedge.plan(need, CONTRACTS, **terms)


def test_longer_contracts_come_first_and_months_make_up_the_rest() -> None:
    need = {f"2027-{m:02}": 80 + 8 * (m > 3) + 8 * (m == 5) for m in range(1, 13)}
    legs = {leg.symbol[8:]: leg.lots for leg in planned(need).legs}
    assert legs == {"2027Y": 10, "2027Q2": 1, "2027Q3": 1, "2027Q4": 1, "2027M05": 1}


def test_a_strip_sums_exactly_in_every_month() -> None:
    """All needs of 0 to 3 lots in five months, and none of them is exceeded anywhere."""
    months = [Month(2027, 11), Month(2027, 12), Month(2028, 1), Month(2028, 2), Month(2028, 3)]
    for lots in itertools.product(range(4), repeat=5):
        wanted = dict(zip(months, lots, strict=True))
        strip = hedge.strip(wanted, CONTRACTS)
        for month in months:
            assert strip.lots(month) + strip.uncovered.get(month, 0) == wanted[month]


def test_what_no_contract_can_bring_is_named() -> None:
    plan = planned({"2028-01": 8, "2028-02": 16})
    assert plan.legs == ()
    assert plan.uncovered == {Month(2028, 1): 1, Month(2028, 2): 2}


def test_what_is_held_counts_month_by_month() -> None:
    held = {"H100-US-2027Q2": 2, "H100-US-2027M05": 1, "H200-US-2027M05": 9}
    plan = planned({"2027-04": 64, "2027-05": 64, "2027-06": 64}, held=held)
    assert {leg.symbol[8:]: leg.lots for leg in plan.legs} == {
        "2027Q2": 5,
        "2027M04": 1,
        "2027M06": 1,
    }


def test_whole_blocks_leave_no_lots_that_end_in_money() -> None:
    need, held = {"2027-04": 100, "2027-05": 64}, {"H100-US-2027M04": 3}
    plan = planned(need, held=held)
    assert plan.odd == {Month(2027, 4): 5}
    blocks = planned(need, held=held, whole="blocks")
    assert blocks.odd == {}
    assert [blocks.lots(month) for month in blocks.need.gpus] == [13, 8]


def test_contracts_that_have_ended_are_left_out() -> None:
    gone = [replace(one, phase="expired") if one.tenor == "year" else one for one in CONTRACTS]
    wanted = {Month(2027, m): 1 for m in range(1, 13)}
    strip = hedge.strip(wanted, gone)
    assert not any(leg.symbol.endswith("Y") for leg in strip.legs)
    assert not strip.uncovered


def test_part_of_a_node_counts_as_a_whole_one() -> None:
    need = hedge.Need.of("H100-US", {"2027-04": 60, "2027-05": 100})
    assert list(need.lots(Decimal("0.7")).values()) == [6, 9]


@pytest.mark.parametrize("cover", ["0%", "101%", "1.1", "-0.5"])
def test_a_cover_is_a_part(cover: str) -> None:
    with pytest.raises(ValueError, match="between nothing and all"):
        planned({"2027-04": 8}, cover=cover)


def test_slices_sum_exactly_and_end_before_trading_does() -> None:
    days = due_days(date(2027, 1, 1), 10)
    assert days[1] == date(2027, 1, 8)
    for lots in range(50):
        parts = sliced(lots, days, date(2030, 1, 1))
        assert sum(parts) == lots
        assert max(parts) - min(parts) <= 1
    assert sliced(10, days, date(2027, 1, 16)) == [3, 3, 4, 0, 0, 0, 0, 0, 0, 0]
    assert sliced(10, days, date(2026, 1, 1))[0] == 10


def test_the_orders_of_a_plan_are_its_legs() -> None:
    plan = planned({f"2027-{m:02}": 96 + 8 * m for m in range(4, 10)}, cover="70%", weeks=7)
    for leg in plan.legs:
        assert sum(one.lots for one in plan.orders if one.symbol == leg.symbol) == leg.lots
    assert len({one.client_order_id for one in plan.orders}) == len(plan.orders)
    assert all(len(one.client_order_id) <= 36 for one in plan.orders)


def test_a_plan_is_a_file_and_comes_back_the_same(tmp_path: Path) -> None:
    plan = planned({"2027-04": 96, "2027-05": 100, "2028-01": 8}, cover="70%", weeks=3)
    plan.save(tmp_path / "plan.json")
    assert hedge.Plan.load(tmp_path / "plan.json") == plan
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(ValueError, match="no hedge plan"):
        hedge.Plan.load(tmp_path / "plan.json")


def test_two_plans_never_share_the_name_of_an_order() -> None:
    gpus = {"2027-04": 96}
    assert planned(gpus).name != planned(gpus, market_ns=NOW + 1).name
    assert planned(gpus).name == planned(gpus).name


def test_news_of_an_order_change_that_line_of_the_file_only() -> None:
    plan = planned({"2027-04": 96}, weeks=3)
    first = replace(plan.orders[0], state="filled", filled=4, avg_px="2.5")
    before, after = plan.text().splitlines(), plan.with_order(first).text().splitlines()
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 3


def test_due_is_what_has_its_day_and_no_end() -> None:
    plan = planned({"2027-04": 96}, weeks=3)
    done = plan.with_order(replace(plan.orders[0], state="filled"))
    days = [plan.created, plan.orders[1].due, date(2030, 1, 1)]
    assert [len(list(done.due(day))) for day in days] == [0, 1, 2]
    assert hedge.coming(done) == plan.orders[1].due


def test_hedged_cost_does_not_move_where_all_is_covered() -> None:
    plan = planned({f"2027-{m:02}": 80 for m in range(1, 13)})
    outcomes = hedge.compare(plan, FLAT, hedge.parallel())
    assert len({one.hedged for one in outcomes}) == 1
    assert outcomes[0].hedged == Decimal(80 * 8760) * plan.limit
    still = next(one for one in outcomes if one.name == "+0 %")
    assert still.unhedged == Decimal(80 * 8760) * Decimal("2.5")
    assert still.saving == still.unhedged - still.hedged
    assert "At worst (+40 %)" in hedge.sentence(outcomes)


def test_what_is_not_covered_moves_with_the_market() -> None:
    plan = planned({"2027-04": 80}, cover="50%")
    low, high = hedge.compare(plan, FLAT, hedge.parallel((-10, 10)))
    assert high.unhedged - low.unhedged == 2 * (high.hedged - low.hedged)


def test_the_scenarios_of_the_terms_move_months_by_generation() -> None:
    moves = {one.name: one for one in hedge.Terms.read(MARKET, "H100-US").moves()}
    assert len(moves) == 16
    price = Decimal("2.500")
    assert moves["up"].moved(Month(2027, 12), price) == Decimal("2.800")
    assert moves["up"].moved(Month(2028, 1), price) == Decimal("2.720")
    assert moves["generation cliff"].moved(Month(2028, 1), price) == Decimal("2.170")
    assert moves["H100 substituted"].moved(Month(2027, 12), price) == Decimal("2.350")
    other = {one.name: one for one in hedge.Terms.read(MARKET, "H200-US").moves()}
    assert other["H100 substituted"].moved(Month(2027, 12), price) == price
    with pytest.raises(ValueError, match="H100-EU"):
        hedge.Terms.read(MARKET, "A100-US")


def test_margin_is_that_of_the_rulebook() -> None:
    """R-6.2: 744 hours, 50 lots: long front $89,280, long back $98,208."""
    terms = hedge.Terms.read(MARKET, "H100-US")

    def margin(start: str, end: str) -> tuple[Decimal, str]:
        leg = hedge.Leg("A", months_of(start, end), 50)
        return terms.margin(replace(planned({"2027-04": 8}), legs=(leg,)))

    assert margin("2027-03-01", "2027-03-31") == (Decimal(89_280), "down")
    assert margin("2028-01-01", "2028-01-31") == (Decimal(98_208), "generation cliff")


def test_a_fraction_of_a_mill_is_rounded_against_the_holder() -> None:
    """A tick of seven in 672 hours: 672 x 8 x 7 / 60 = 627.2 mills a lot."""
    product = {"name": "A", "hub": "B", "next_generation": "2030-01", "scan_before_ticks": 7}
    terms = hedge.Terms(product, ({"name": "down", "before_60ths": -1},))
    leg = hedge.Leg("A", (Month(2027, 2),), 10)
    plan = replace(planned({"2027-04": 8}), legs=(leg,))
    assert terms.margin(plan) == (Decimal("6.280"), "down")


HISTORY = """date,provider,family,gpu,region,gpus_in_instance,on_demand_usd_gpu_h,kind
2024-01-15,A,H100,H100-80GB,,8,4.0,list
2024-01-15,B,H100,H100-80GB,,8,2.0,marketplace median of 10 offers
2024-02-15,A,H100,H100-80GB,,8,2.0,list
2024-02-15,C,H100,H100-80GB,,8,9.0,list
2024-03-15,B,H100,H100-80GB,,8,1.0,marketplace median of 12 offers
2024-03-15,A,A100,A100-80GB,,8,1.0,list
2024-06-15,A,H100,H100-80GB,,8,3.0,list
"""


def test_history_compares_offers_with_themselves_only(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(HISTORY)
    history = hedge.History.read(file, "H100")
    assert history.index == (1.0, 0.5, 0.25, 0.375)
    assert history.at(date(2024, 1, 1)) is None
    assert history.at(date(2024, 3, 1)) == 0.5
    assert history.factor(date(2024, 2, 1), 2) == 0.25
    assert history.factor(date(2024, 2, 1), 6) is None
    with pytest.raises(ValueError, match="no history of B200"):
        hedge.History.read(file, "B200")


def test_the_past_is_replayed_from_each_month_that_reaches_far_enough(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(HISTORY)
    plan = planned({"2027-01": 8, "2027-02": 8}, cover="100%")
    outcomes = hedge.replay(plan, FLAT, hedge.History.read(file, "H100"))
    assert [one.name for one in outcomes] == ["from 2024-02", "from 2024-03", "from 2024-04"]
    assert outcomes[0].unhedged == 8 * (744 * Decimal("1.25") + 672 * Decimal("0.625"))
    assert len({one.hedged for one in outcomes}) == 1


@pytest.mark.skipif(not PRICES.exists(), reason="the public price table is not here")
def test_real_prices_of_h100_fell_and_a_hedge_narrows_what_they_cost() -> None:
    history = hedge.History.read(PRICES, "H100")
    assert len(history.days) > 40
    assert history.days[0].year == 2023
    plan = planned({f"2027-{m:02}": 80 for m in range(1, 7)}, cover="50%")
    outcomes = hedge.replay(plan, FLAT, history)
    assert len(outcomes) >= 24
    unhedged, hedged = [one.unhedged for one in outcomes], [one.hedged for one in outcomes]
    assert max(hedged) - min(hedged) < max(unhedged) - min(unhedged)


def test_the_ladder_says_what_is_held_on_order_and_open() -> None:
    need = hedge.Need.of("H100-US", {"2027-04": 64, "2027-05": 64, "2027-06": 16})
    position = Position.read({"symbol": "H100-US-2027Q2", "net_qty": "2"})
    bid = Order.read({"symbol": "H100-US-2027M05", "side": "buy", "leaves_qty": "3"})
    ask = Order.read({"symbol": "H100-US-2027M04", "side": "sell", "leaves_qty": "3"})
    ladder = hedge.coverage(
        need, CONTRACTS, FLAT, positions=[position], orders=[bid, ask], band=("0.25", "0.9")
    )
    rows = [(rung.held, rung.on_order, rung.open, rung.covered, rung.band) for rung in ladder]
    assert rows == [
        (16, 0, 48, Decimal("25.0"), "within"),
        (16, 24, 24, Decimal("25.0"), "within"),
        (16, 0, 0, Decimal("100.0"), "above"),
    ]


def test_a_need_is_read_from_a_table() -> None:
    needs = hedge.read_csv(REPOSITORY / "clients" / "bots" / "need.csv")
    assert set(needs) == {"H100-US", "H200-US", "B200-US"}
    assert needs["H100-US"].gpus[Month(2027, 4)] == 512
