"""The methods of the exchange and its channels, for the asynchronous client.

Methods are called as on the wire, with `_` for the dot, and take keywords only. Streams have the
plural of their channel's name and take a pattern such as `H100-*`; the singular tells how one
contract or product stands now. `sync_methods.py` is made of this file by `tools/unasync.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from gigahour import events, params, results, topics
from gigahour.account import (
    Cash,
    Expiry,
    Fill,
    Invoice,
    LegFill,
    Margin,
    Obligation,
    Order,
    Pledge,
    Position,
)
from gigahour.async_stream import AsyncStream
from gigahour.book import Book
from gigahour.curve import Curve
from gigahour.decimals import PriceLike, lots_text, price_text
from gigahour.events import AccountEvent, Notice
from gigahour.keys import Key
from gigahour.market import (
    Bbo,
    Candle,
    Checkpoint,
    Delivery,
    Index,
    Instrument,
    Mark,
    Settlement,
    Side,
    Status,
    Ticker,
    Trade,
)
from gigahour.params import OrderType, Stp, Tif
from gigahour.table import Table
from gigahour.topics import Topic
from gigahour.wire import Call

T = TypeVar("T")


class AsyncMethods:
    """What can be asked and heard."""

    key: Key | None

    async def _call(self, call: Call[T]) -> T:
        raise NotImplementedError

    async def close(self) -> None:
        """Ends the connection."""
        raise NotImplementedError

    def _stream(self, topic: Topic[T]) -> AsyncStream[T]:
        raise NotImplementedError

    async def _now(self, topic: Topic[T]) -> T:
        """The first item of a stream."""
        async with self._stream(topic) as stream:
            return await stream.get(timeout=10)

    # Orders (section 8)

    async def order_place(
        self,
        *,
        symbol: str,
        side: Side,
        qty: int,
        price: PriceLike | None = None,
        type: OrderType | None = None,
        trigger_price: PriceLike | None = None,
        tif: Tif | None = None,
        expire_ns: int | None = None,
        post_only: bool | None = None,
        slide: bool | None = None,
        reduce_only: bool | None = None,
        min_qty: int | None = None,
        show_qty: int | None = None,
        cod: bool | None = None,
        valid_until_ns: int | None = None,
        stp: Stp | None = None,
        tag: str | None = None,
        client_order_id: str | None = None,
    ) -> results.OrderResult:
        """Enters an order: `qty` lots of 8 GPUs, `price` in dollars per GPU-hour.

        With a price it is a limit order, without one a market order, with a `trigger_price` a stop.
        A lost answer is asked for again under the same `client_order_id`, made up if not given.
        """
        order = params.order(
            symbol=symbol,
            side=side,
            qty=qty,
            price=price,
            type=type,
            trigger_price=trigger_price,
            tif=tif,
            expire_ns=expire_ns,
            post_only=post_only,
            slide=slide,
            reduce_only=reduce_only,
            min_qty=min_qty,
            show_qty=show_qty,
            cod=cod,
            valid_until_ns=valid_until_ns,
            stp=stp,
            tag=tag,
            client_order_id=client_order_id,
        )
        return await self._call(params.place(order))

    async def order_preview(
        self,
        *,
        symbol: str,
        side: Side,
        qty: int,
        price: PriceLike | None = None,
        type: OrderType | None = None,
        tif: Tif | None = None,
        post_only: bool | None = None,
        reduce_only: bool | None = None,
    ) -> results.Preview:
        """What an order would do now: fills, fee, and margin before and after."""
        order = params.order(
            symbol=symbol,
            side=side,
            qty=qty,
            price=price,
            type=type,
            trigger_price=None,
            min_qty=None,
            show_qty=None,
            client_order_id=None,
            tif=tif,
            post_only=post_only,
            reduce_only=reduce_only,
        )
        return await self._call(params.preview(order))

    async def order_amend(
        self,
        *,
        order_id: str | None = None,
        client_order_id: str | None = None,
        rev: int | None = None,
        price: PriceLike | None = None,
        qty: int | None = None,
        trigger_price: PriceLike | None = None,
    ) -> results.OrderResult:
        """Changes an order; `qty` is the new total, what is filled included."""
        return await self._call(
            params.amend(
                order_id=order_id,
                client_order_id=client_order_id,
                rev=rev,
                price=price,
                qty=qty,
                trigger_price=trigger_price,
            )
        )

    async def order_cancel(
        self, *, order_id: str | None = None, client_order_id: str | None = None
    ) -> results.OrderResult:
        """Ends an order."""
        which = params.one_order(order_id, client_order_id)
        return await self._call(params.plain("order.cancel", results.OrderResult.read, which))

    async def order_cancel_all(
        self, *, symbol: str | None = None, side: Side | None = None, tag: str | None = None
    ) -> results.Canceled:
        """Ends every order that meets all conditions given."""
        which = {"symbol": symbol, "side": side, "tag": tag}
        return await self._call(params.plain("order.cancel_all", results.Canceled.read, which))

    async def order_get(
        self, *, order_id: str | None = None, client_order_id: str | None = None
    ) -> results.Found:
        """Where an order stands."""
        which = params.one_order(order_id, client_order_id)
        return await self._call(params.plain("order.get", results.Found.read, which))

    async def orders_list(self, *, symbol: str | None = None) -> Table[Order]:
        """Open orders, the oldest first."""
        return await self._call(params.orders(symbol))

    async def combination_define(self, *, legs: Sequence[tuple[str, int]]) -> results.Listed:
        """Lists a spread or a ramp of contracts and their ratios."""
        named = [{"symbol": symbol, "ratio": ratio} for symbol, ratio in legs]
        return await self._call(
            params.plain("combination.define", results.Listed.read, {"legs": named})
        )

    # Market makers and the kill switch (section 8)

    async def quote_mass(
        self, *, mmp_group: str, quotes: Sequence[Mapping[str, Any]], quote_id: str | None = None
    ) -> results.QuotesResult:
        """Replaces quotes: `{"symbol": ..., "bid": (price, qty), "ask": (price, qty)}`."""
        return await self._call(
            params.quotes(mmp_group=mmp_group, quote_id=quote_id, quotes=quotes)
        )

    async def mmp_set(
        self,
        *,
        mmp_group: str,
        window_ms: int,
        qty_limit: int | None = None,
        trade_limit: int | None = None,
        frozen_ms: int = 0,
    ) -> results.Done:
        """When the quotes of a group are pulled."""
        limits = {
            "mmp_group": mmp_group,
            "window_ms": window_ms,
            "qty_limit": None if qty_limit is None else lots_text(qty_limit),
            "trade_limit": trade_limit,
            "frozen_ms": frozen_ms,
        }
        return await self._call(params.once("mmp.set", results.Done.read, limits, "set it again"))

    async def mmp_reset(self, *, mmp_group: str) -> results.Done:
        """A frozen group takes quotes again."""
        which = {"mmp_group": mmp_group}
        return await self._call(
            params.once("mmp.reset", results.Done.read, which, "see whether quotes are taken")
        )

    async def account_kill(self, *, on: bool) -> results.Killed:
        """Ends every order of the account and takes no new ones, or takes them again."""
        return await self._call(
            params.once("account.kill", results.Killed.read, {"on": on}, "say it again")
        )

    # The account (section 10)

    async def fills_list(self, *, limit: int | None = None) -> Table[Fill]:
        """The latest fills, at most 1,000, the oldest of them first."""
        return await self._call(params.fills(limit))

    async def positions_list(self) -> Table[Position]:
        """Positions that are not flat."""
        return await self._call(params.positions())

    async def margin_get(self) -> results.MarginReport:
        """Cash and margin, and what would be lost in each scenario."""
        return await self._call(params.margin())

    async def obligations_list(self) -> Table[Obligation]:
        """Obligations to deliver and to receive, the oldest first."""
        return await self._call(params.obligations())

    async def invoices_list(self) -> Table[Invoice]:
        """Invoices, the oldest first."""
        return await self._call(params.invoices())

    async def account_withdraw(self, *, amount: PriceLike) -> results.Done:
        """Pays dollars out that margin leaves free; signed."""
        payload = params.payload({"amount": price_text(amount)})
        again = "look into margin_get before you ask again"
        return await self._call(params.signed(self.key, "account.withdraw", payload, again))

    # Delivery and blocks: signed (section 11)

    async def delivery_pledge(self, *, symbol: str, nodes: Sequence[int]) -> results.Done:
        """Pledges nodes to a month that will be delivered."""
        payload = params.payload({"symbol": symbol, "nodes": list(nodes)})
        again = "pledge again: a node that is pledged is refused"
        return await self._call(params.signed(self.key, "delivery.pledge", payload, again))

    async def delivery_meter(
        self, *, symbol: str, hour_ns: int, readings: Sequence[tuple[int, int]]
    ) -> results.Done:
        """Reports an hour: nodes and their GPU-hours, 0 to 8."""
        hour = {"symbol": symbol, "hour_ns": str(hour_ns), "readings": list(readings)}
        again = "report the hour again: the last reading counts"
        return await self._call(
            params.signed(self.key, "delivery.meter", params.payload(hour), again)
        )

    async def index_observe(
        self, *, product: str, date: str, observations: Sequence[tuple[int, PriceLike, int, str]]
    ) -> results.Done:
        """Reports prices that were seen: own number, dollars, GPUs, `offer` or `lease`; signed."""
        payload = params.observations(product, date, observations)
        again = "report them again: the last under a number counts"
        return await self._call(params.signed(self.key, "index.observe", payload, again))

    async def block_propose(
        self,
        *,
        block_id: str,
        parties: tuple[str, str],
        legs: Sequence[tuple[str, Side, PriceLike, int]],
    ) -> results.Done:
        """Offers a block: legs of symbol, side, price and lots, as the proposer trades them."""
        payload = params.block(block_id=block_id, parties=parties, legs=legs)
        return await self._call(
            params.signed(self.key, "block.propose", payload, "look into block_list")
        )

    async def block_confirm(self, *, payload: bytes) -> results.Done:
        """Agrees to a block, with the very bytes that were offered."""
        return await self._call(
            params.signed(self.key, "block.confirm", payload, "look into positions_list")
        )

    async def block_withdraw(self, *, proposer: str, block_id: str) -> results.Done:
        """Takes an offer back, or declines it."""
        which = {"proposer": proposer, "block_id": block_id}
        return await self._call(params.plain("block.withdraw", results.Done.read, which))

    async def block_list(self) -> Table[results.BlockOffer]:
        """Blocks that wait for the other side."""
        return await self._call(params.blocks())

    # Deliveries on their way: signed (section 11)

    async def delivery_countersign(self, *, obligation_id: str, hour_ns: int) -> results.Done:
        """Signs, as the buyer, what the seller has reported of the hour that began at `hour_ns`."""
        hour = {"obligation_id": obligation_id, "hour_ns": str(hour_ns)}
        again = "sign it again: where nothing is left to sign it is refused"
        return await self._call(
            params.signed(self.key, "delivery.countersign", params.payload(hour), again)
        )

    async def delivery_dispute(
        self, *, obligation_id: str, hour_ns: int, readings: Sequence[tuple[int, int]]
    ) -> results.Done:
        """Says, as the buyer, that nodes delivered less in an hour: nodes and their GPU-hours."""
        claim = params.claim(obligation_id, hour_ns, readings)
        again = "claim it again: the last claim counts"
        return await self._call(params.signed(self.key, "delivery.dispute", claim, again))

    async def delivery_probe(
        self, *, obligation_id: str, hour_ns: int, readings: Sequence[tuple[int, int]]
    ) -> results.Done:
        """Says, as an appointed probe, what nodes delivered in an hour."""
        claim = params.claim(obligation_id, hour_ns, readings)
        again = "report it again: the last reading counts"
        return await self._call(params.signed(self.key, "delivery.probe", claim, again))

    async def delivery_standby(
        self, *, symbol: str, nodes: Sequence[int], price: PriceLike
    ) -> results.Done:
        """Offers nodes for what is left of a month, in place of those before; none to end it."""
        payload = params.payload(
            {"symbol": symbol, "nodes": list(nodes), "price": price_text(price)}
        )
        again = "offer them again: the last offer counts"
        return await self._call(params.signed(self.key, "delivery.standby", payload, again))

    async def delivery_bid(self, *, symbol: str, lots: int, price: PriceLike) -> results.Done:
        """Bids for hours that are resold for what is left of a month; no lots to end it."""
        payload = params.payload(
            {"symbol": symbol, "lots": lots_text(lots), "price": price_text(price)}
        )
        again = "bid again: the last bid counts"
        return await self._call(params.signed(self.key, "delivery.bid", payload, again))

    async def delivery_transfer(
        self, *, obligation_id: str, to: str, price: PriceLike
    ) -> results.Done:
        """Offers the rest of a window to an account, for dollars that may be below zero."""
        payload = params.payload(
            {"obligation_id": obligation_id, "to": to, "price": price_text(price)}
        )
        again = "offer it again: the last offer counts"
        return await self._call(params.signed(self.key, "delivery.transfer", payload, again))

    async def delivery_accept_transfer(self, *, obligation_id: str) -> results.Done:
        """Takes the rest of a window that was offered."""
        payload = params.payload({"obligation_id": obligation_id})
        again = "look into obligations_list before you ask again"
        return await self._call(params.signed(self.key, "delivery.accept_transfer", payload, again))

    async def bond_post(self, *, amount: PriceLike) -> results.Done:
        """Turns dollars that margin leaves free into bond."""
        payload = params.payload({"amount": price_text(amount)})
        again = "look into margin_get before you ask again"
        return await self._call(params.signed(self.key, "bond.post", payload, again))

    async def bond_release(self, *, amount: PriceLike) -> results.Done:
        """Turns bond that deliveries do not need into cash."""
        payload = params.payload({"amount": price_text(amount)})
        again = "look into margin_get before you ask again"
        return await self._call(params.signed(self.key, "bond.release", payload, again))

    # The session (sections 4, 12 and 13)

    async def session_status(self) -> results.SessionStatus:
        """How the session is, and what would be cancelled if it ended now."""
        return await self._call(params.plain("session.status", results.SessionStatus.read))

    async def session_limits(self) -> results.Limits:
        """All buckets and limits."""
        return await self._call(params.plain("session.limits", results.Limits.read))

    async def session_logout(self) -> None:
        """Ends the session and leaves its orders; the client is closed."""
        await self._call(params.once("session.logout", results.Done.read, {}, "it has ended"))
        await self.close()

    async def session_cod_set(
        self, *, mode: Literal["cancel", "keep"], grace_ms: int = 0
    ) -> results.Done:
        """What becomes of the session's orders when it ends."""
        cod = {"mode": mode, "grace_ms": grace_ms}
        return await self._call(params.plain("session.cod.set", results.Done.read, cod))

    async def ping(self) -> results.Pong:
        """The clocks of the venue."""
        return await self._call(params.plain("ping", results.Pong.read))

    # How something stands now

    async def instruments(self, symbols: str = "*") -> Table[Instrument]:
        """All contracts whose symbol matches."""
        async with self.instrument_changes() as stream:
            known = await stream.get(timeout=10)
        return Table(Instrument, (one for one in known if topics.matches(one.symbol, symbols)))

    async def book(self, symbol: str) -> Book:
        """The book of a contract."""
        return await self._now(topics.book(symbol))

    async def ticker(self, symbol: str) -> Ticker:
        """A contract at a glance."""
        return await self._now(topics.latest("ticker", symbol, Ticker))

    async def bbo(self, symbol: str) -> Bbo:
        """Best bid and ask of a contract."""
        return await self._now(topics.latest("bbo", symbol, Bbo))

    async def status(self, symbol: str) -> Status:
        """The phase of a contract."""
        return await self._now(topics.latest("status", symbol, Status))

    async def curve(self, product: str) -> Curve:
        """The forward curve of a product."""
        return await self._now(topics.curve(product))

    async def index(self, product: str) -> Index:
        """The reference index of a product."""
        return await self._now(topics.of_product("index", product, Index.read))

    async def delivery(self, symbol: str) -> Delivery:
        """How a contract is being delivered."""
        return await self._now(topics.latest("delivery", symbol, Delivery))

    # Streams (sections 5 to 7)

    def books(self, symbols: str) -> AsyncStream[Book]:
        """Books, after each change."""
        return self._stream(topics.book(symbols))

    def tops(
        self, symbols: str, *, depth: Literal[1, 5, 10, 20, 50], interval: Literal["100ms", "1s"]
    ) -> AsyncStream[Book]:
        """The best levels of books, at intervals."""
        return self._stream(topics.top(symbols, depth, interval))

    def bbos(self, symbols: str) -> AsyncStream[Bbo]:
        """Best bids and asks."""
        return self._stream(topics.latest("bbo", symbols, Bbo))

    def trades(self, symbols: str) -> AsyncStream[Trade]:
        """Trades, the latest of the past first, each once."""
        return self._stream(topics.trades(symbols))

    def tickers(self, symbols: str) -> AsyncStream[Ticker]:
        """Contracts at a glance."""
        return self._stream(topics.latest("ticker", symbols, Ticker))

    def statuses(self, symbols: str) -> AsyncStream[Status]:
        """Phases of contracts."""
        return self._stream(topics.latest("status", symbols, Status))

    def marks(self, symbols: str) -> AsyncStream[Mark]:
        """What contracts are worth now."""
        return self._stream(topics.latest("mark", symbols, Mark))

    def candles(self, symbols: str, *, span: str = "1m") -> AsyncStream[Candle]:
        """Candles of 1m, 5m, 15m, 1h, 4h or 1d, told again while they grow."""
        return self._stream(topics.candles(symbols, span))

    def settlements(self, symbol: str | None = None) -> AsyncStream[Settlement]:
        """Settlement prices so far, then new ones, each once; of all contracts without a symbol."""
        return self._stream(topics.settlements(symbol))

    def curves(self, products: str) -> AsyncStream[Curve]:
        """Forward curves of products."""
        return self._stream(topics.curve(products))

    def indices(self, products: str) -> AsyncStream[Index]:
        """Reference indices of products."""
        return self._stream(topics.of_product("index", products, Index.read))

    def deliveries(self, symbols: str) -> AsyncStream[Delivery]:
        """Deliveries of contracts."""
        return self._stream(topics.latest("delivery", symbols, Delivery))

    def checkpoints(self) -> AsyncStream[Checkpoint]:
        """What the exchange signs of its log, where it has a key for it."""
        return self._stream(topics.checkpoints())

    def instrument_changes(self) -> AsyncStream[tuple[Instrument, ...]]:
        """All contracts first, then those that are new or changed."""
        return self._stream(topics.instruments())

    # The account stream (section 9)

    def orders(self) -> AsyncStream[AccountEvent[Order | Notice]]:
        """Orders as they change."""
        return self._stream(events.account("orders"))

    def fills(self) -> AsyncStream[AccountEvent[Fill | LegFill]]:
        """Fills, and what they brought in the legs of a combination."""
        return self._stream(events.account("fills"))

    def positions(self) -> AsyncStream[AccountEvent[Position | Expiry]]:
        """Positions as they change, and what became of them at expiry."""
        return self._stream(events.account("positions"))

    def margins(self) -> AsyncStream[AccountEvent[Margin | Cash | Notice]]:
        """Margin as it changes, and money that moves."""
        return self._stream(events.account("margin"))

    def obligations(self) -> AsyncStream[AccountEvent[Obligation | Invoice | Pledge]]:
        """Deliveries of the account, hour by hour."""
        return self._stream(events.account("obligations"))
