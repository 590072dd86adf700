"""Prices and quantities on their way to the wire.

A price is a `Decimal`, a string or a whole number. A float is refused: it has been rounded before
anybody could say how. Quantities are whole lots.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Literal

PriceLike = Decimal | str | int
"""What is taken as a price."""

TICK = Decimal("0.001")
"""The smallest step of a price, in dollars per GPU-hour."""

_ROUNDINGS = {"nearest": ROUND_HALF_EVEN, "down": ROUND_FLOOR, "up": ROUND_CEILING}


def decimal(value: PriceLike) -> Decimal:
    """An exact number; floats are refused."""
    if isinstance(value, bool) or not isinstance(value, Decimal | str | int):
        raise TypeError(
            f"a price is a Decimal or a string, not {type(value).__name__} {value!r}: the tick is "
            f"{TICK}, and round_to_tick(Decimal(str({value!r}))) is a whole number of ticks"
        )
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    if not exact.is_finite():
        raise ValueError(f"{value!r} is no price")
    return exact


def price_text(value: PriceLike) -> str:
    """A price as it is sent, with three decimals."""
    exact = decimal(value)
    if exact % TICK:
        nearest = round_to_tick(exact)
        raise ValueError(f"{exact} is no whole number of ticks of {TICK}; {nearest} is")
    return f"{exact:.3f}" if exact else "0.000"


def lots_text(value: int) -> str:
    """A quantity as it is sent."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"lots are a whole number, not {type(value).__name__} {value!r}")
    if value < 0:
        raise ValueError(f"{value} lots: say the side, not a sign")
    return str(value)


def round_to_tick(
    value: PriceLike | float,
    tick: PriceLike = TICK,
    *,
    to: Literal["nearest", "down", "up"] = "nearest",
) -> Decimal:
    """The nearest price there is, or the next below or above.

    The one place that takes a float, since here it is said how it is rounded.

    >>> round_to_tick(2.40049)
    Decimal('2.400')
    """
    exact = Decimal(repr(value)) if isinstance(value, float) else decimal(value)
    step = decimal(tick)
    if step <= 0:
        raise ValueError(f"{step} is no tick")
    return ((exact / step).to_integral_value(_ROUNDINGS[to]) * step).quantize(step)
