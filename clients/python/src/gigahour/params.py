"""Requests as the exchange wants them: parameters checked and written, results read.

Floats are refused here, before anything is sent. What is `None` is left out.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeVar

from gigahour import results
from gigahour.account import Fill, Invoice, Obligation, Order, Position
from gigahour.decimals import PriceLike, lots_text, price_text
from gigahour.keys import Key
from gigahour.market import Side
from gigahour.records import Record
from gigahour.table import Table
from gigahour.wire import Call

R = TypeVar("R", bound=Record)

OrderType = Literal["limit", "market", "market_to_limit", "stop_limit", "stop"]
Tif = Literal["gtc", "day", "gtd", "ioc", "fok"]
Stp = Literal["cancel_newest", "cancel_oldest", "cancel_both", "decrement"]

_ASK_ORDER = "ask order_get"


def new_order_id() -> str:
    """A name for an order that was given none."""
    return f"py-{secrets.token_hex(12)}"


def order(
    *,
    symbol: str,
    side: Side,
    qty: int,
    price: PriceLike | None,
    type: OrderType | None,
    trigger_price: PriceLike | None,
    min_qty: int | None,
    show_qty: int | None,
    client_order_id: str | None,
    **others: Any,
) -> dict[str, Any]:
    """The parameters of an order. Its type follows from its prices where it is not said."""
    return {
        "symbol": symbol,
        "client_order_id": client_order_id or new_order_id(),
        "side": side,
        "type": type or _type(price, trigger_price),
        "qty": lots_text(qty),
        "price": _price(price),
        "trigger_price": _price(trigger_price),
        "min_qty": _lots(min_qty),
        "show_qty": _lots(show_qty),
        **{name: _text_of_time(name, value) for name, value in others.items()},
    }


def place(order: Mapping[str, Any]) -> Call[results.OrderResult]:
    """Enters an order. Sending it again is safe under its `client_order_id`."""
    again = f"send it again as client_order_id={order['client_order_id']!r}, or {_ASK_ORDER}"
    return Call("order.place", order, results.OrderResult.read, if_lost=again)


def preview(order: Mapping[str, Any]) -> Call[results.Preview]:
    """What an order would do."""
    return Call("order.preview", order, results.Preview.read)


def amend(
    *,
    order_id: str | None,
    client_order_id: str | None,
    rev: int | None,
    price: PriceLike | None,
    qty: int | None,
    trigger_price: PriceLike | None,
) -> Call[results.OrderResult]:
    """Changes an order. Not repeated after a loss: somebody else may have changed it since."""
    params = {
        **one_order(order_id, client_order_id),
        "rev": rev,
        "price": _price(price),
        "qty": _lots(qty),
        "trigger_price": _price(trigger_price),
    }
    return Call("order.amend", params, results.OrderResult.read, False, _ASK_ORDER)


def one_order(order_id: str | None, client_order_id: str | None) -> dict[str, str | None]:
    """An order is named one way."""
    if (order_id is None) == (client_order_id is None):
        raise ValueError("name an order by order_id or by client_order_id")
    return {"order_id": order_id, "client_order_id": client_order_id}


def quotes(
    *, mmp_group: str, quote_id: str | None, quotes: Sequence[Mapping[str, Any]]
) -> Call[results.QuotesResult]:
    """Replaces quotes. Not repeated after a loss: a market maker's prices have moved by then."""
    params = {
        "mmp_group": mmp_group,
        "quote_id": quote_id or f"q-{secrets.token_hex(8)}",
        "quotes": [_quote(quote) for quote in quotes],
    }
    return Call("quote.mass", params, results.QuotesResult.read, False, "quote again")


def _quote(quote: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"symbol": quote["symbol"]}
    for side in ("bid", "ask"):
        if (level := quote.get(side)) is not None:
            price, qty = level
            written[side] = {"price": price_text(price), "qty": lots_text(qty)}
    return written


def block(
    *,
    block_id: str,
    parties: tuple[str, str],
    legs: Sequence[tuple[str, Side, PriceLike, int]],
) -> bytes:
    """The payload of a block, which both sides sign."""
    named = [
        {"symbol": symbol, "side": side, "price": price_text(price), "qty": lots_text(qty)}
        for symbol, side, price, qty in legs
    ]
    return payload({"block_id": block_id, "parties": list(parties), "legs": named})


def observations(product: str, date: str, seen: Sequence[tuple[int, PriceLike, int, str]]) -> bytes:
    """The payload of a reporter of the index; prices have up to six decimals."""
    named = [
        {"ref": number, "price": f"{Decimal(str(price)):f}", "gpus": gpus, "kind": kind}
        for number, price, gpus, kind in seen
    ]
    return payload({"product": product, "date": date, "observations": named})


def claim(obligation_id: str, hour_ns: int, readings: Sequence[tuple[int, int]]) -> bytes:
    """The payload of what nodes delivered in an hour, as a buyer or a probe says."""
    said = {"obligation_id": obligation_id, "hour_ns": str(hour_ns), "readings": list(readings)}
    return payload(said)


def payload(value: Mapping[str, Any]) -> bytes:
    """The exact bytes that are signed."""
    return json.dumps(value, separators=(",", ":")).encode()


def signed(key: Key | None, method: str, payload: bytes, if_lost: str) -> Call[results.Done]:
    """A command that moves value. Its nonce is used once, so it is not repeated after a loss.

    Both sides of a block sign the same bytes, so these name neither proposing nor confirming.
    """
    if key is None:
        raise ValueError(f"{method} is signed: connect with a key")
    nonce = time.time_ns() // 1000
    named = "block" if method.startswith("block.") else method
    params = {
        "payload": base64.b64encode(payload).decode(),
        "nonce": nonce,
        "sig": key.sign_command(method=named, nonce=nonce, payload=payload),
    }
    return Call(method, params, results.Done.read, False, if_lost)


def listed(
    method: str, record: type[R], name: str, params: Mapping[str, Any] | None = None
) -> Call[Table[R]]:
    """A list of the account."""

    def read(result: Mapping[str, Any]) -> Table[R]:
        return Table(record, map(record.read, result[name]), acct_seq=result.get("acct_seq"))

    return Call(method, params or {}, read)


def orders(symbol: str | None) -> Call[Table[Order]]:
    """Open orders."""
    return listed("orders.list", Order, "orders", {"symbol": symbol})


def fills(limit: int | None) -> Call[Table[Fill]]:
    """The latest fills."""
    return listed("fills.list", Fill, "fills", {"limit": limit})


def positions() -> Call[Table[Position]]:
    """Positions that are not flat."""
    return listed("positions.list", Position, "positions")


def margin() -> Call[results.MarginReport]:
    """Cash and margin."""
    return Call("margin.get", {}, results.MarginReport.read)


def obligations() -> Call[Table[Obligation]]:
    """Obligations to deliver and to receive."""
    return listed("obligations.list", Obligation, "obligations")


def invoices() -> Call[Table[Invoice]]:
    """Invoices."""
    return listed("invoices.list", Invoice, "invoices")


def blocks() -> Call[Table[results.BlockOffer]]:
    """Blocks that wait for the other side."""
    return listed("block.list", results.BlockOffer, "blocks")


def plain(
    method: str, read: Callable[[Any], R], params: Mapping[str, Any] | None = None
) -> Call[R]:
    """A request that may be repeated."""
    return Call(method, params or {}, read)


def once(method: str, read: Callable[[Any], R], params: Mapping[str, Any], if_lost: str) -> Call[R]:
    """A request that is not repeated after a loss."""
    return Call(method, params, read, False, if_lost)


def _type(price: PriceLike | None, trigger_price: PriceLike | None) -> OrderType:
    if trigger_price is None:
        return "market" if price is None else "limit"
    return "stop" if price is None else "stop_limit"


def _price(value: PriceLike | None) -> str | None:
    return None if value is None else price_text(value)


def _lots(value: int | None) -> str | None:
    return None if value is None else lots_text(value)


def _text_of_time(name: str, value: Any) -> Any:
    return str(value) if name.endswith("_ns") and value is not None else value
