from decimal import Decimal
from typing import Any

import pytest

from gigahour import round_to_tick
from gigahour.decimals import lots_text, price_text
from gigahour.params import order


def test_prices_are_written_with_three_decimals() -> None:
    written = [price_text(price) for price in ("2.4", Decimal("2.125"), 3, "-0.052", "-0", "2E0")]
    assert written == ["2.400", "2.125", "3.000", "-0.052", "0.000", "2.000"]


@pytest.mark.parametrize("price", [2.4, True, None, [2]])
def test_what_is_not_exact_is_refused_with_the_tick_named(price: Any) -> None:
    with pytest.raises(TypeError, match=r"the tick is 0\.001"):
        price_text(price)


@pytest.mark.parametrize("price", ["2.4001", Decimal("0.0005")])
def test_a_price_between_ticks_is_refused_with_the_nearest_one(price: Any) -> None:
    with pytest.raises(ValueError, match=str(round_to_tick(price))):
        price_text(price)


@pytest.mark.parametrize("price", ["two", "NaN", "Infinity", ""])
def test_what_is_no_number_is_no_price(price: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        price_text(price)


def test_rounding_is_said_by_the_caller() -> None:
    assert round_to_tick(2.40049) == Decimal("2.400")
    assert round_to_tick("2.4001", to="up") == Decimal("2.401")
    assert round_to_tick("2.4009", to="down") == Decimal("2.400")
    assert round_to_tick("2.43", "0.05") == Decimal("2.45")
    with pytest.raises(ValueError, match="no tick"):
        round_to_tick("2.4", "0")


@pytest.mark.parametrize("lots", [2.0, "8", True])
def test_lots_are_whole_numbers(lots: Any) -> None:
    with pytest.raises(TypeError, match="lots are a whole number"):
        lots_text(lots)


def test_lots_have_no_sign() -> None:
    with pytest.raises(ValueError, match="say the side"):
        lots_text(-8)


def test_the_type_of_an_order_follows_from_its_prices() -> None:
    def type_of(price: str | None, trigger_price: str | None) -> Any:
        return order(
            symbol="A",
            side="buy",
            qty=1,
            price=price,
            trigger_price=trigger_price,
            type=None,
            min_qty=None,
            show_qty=None,
            client_order_id=None,
        )["type"]

    assert type_of("2", None) == "limit"
    assert type_of(None, None) == "market"
    assert type_of("2", "1") == "stop_limit"
    assert type_of(None, "1") == "stop"
