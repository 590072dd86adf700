"""What every client of the smoke test does, whatever carries its messages: logs in with a key, hears a
book and checks its checksum at every message, places an order that rests, and cancels it.

Every frame is checked against the published JSON Schema. Written from PROTOCOL.md alone: it shares no
code with the Python package of this project.
"""

from __future__ import annotations

import base64
import json
import time
import tomllib
import zlib
from collections.abc import Awaitable, Callable
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jsonschema import Draft7Validator

PUBLISHED = Path(__file__).parents[2] / "gateway/protocol/published/schema.json"
CHECKSUMS = 10


def event_name(channel: str, kind: str) -> str:
    """The name of an event's schema."""
    parts = channel.split(".")
    if kind == "heartbeat":
        return "event.heartbeat"
    is_top = parts[0] == "book" and len(parts) == 4
    return f"event.{parts[0]}{'.top' if is_top else ''}.{kind}"


class Schema:
    """The published schema, by the names of its messages."""

    def __init__(self) -> None:
        self.text = json.loads(PUBLISHED.read_text("utf-8"))
        self.checkers: dict[str, Draft7Validator] = {}

    def check(self, name: str, message: object) -> None:
        if name not in self.checkers:
            one = {"$ref": f"#/definitions/{name}", "definitions": self.text["definitions"]}
            self.checkers[name] = Draft7Validator(one)
        errors = [f"{e.message} at {list(e.path)}" for e in self.checkers[name].iter_errors(message)]
        assert not errors, f"{name}: {errors}: {message}"


class Book:
    """A book by the rule of section 6."""

    def __init__(self) -> None:
        self.sides: dict[str, dict[str, str]] = {"bids": {}, "asks": {}}
        self.last = -1
        self.checked = 0
        self.agreed = 0

    def hear(self, event: dict) -> None:
        if event["kind"] == "heartbeat":
            assert event["seq"] == self.last, "a heartbeat is ahead"
            return
        if event["kind"] == "snapshot":
            told = {side: dict(event["data"][side]) for side in self.sides}
            if event["seq"] == self.last:
                assert told == self.sides, f"the deltas until {self.last} make another book"
                self.agreed += 1
            self.sides = {"bids": {}, "asks": {}}
        else:
            assert event["prev_seq"] == self.last, "a gap"
        self.last = event["seq"]
        for side, levels in self.sides.items():
            for price, qty in event["data"][side]:
                levels[price] = qty
                if qty == "0":
                    del levels[price]
        if "crc" in event:
            assert self.crc() == event["crc"], f"checksum at {self.last}"
            self.checked += 1

    def crc(self) -> int:
        text = ""
        for side, from_high in (("asks", False), ("bids", True)):
            levels = sorted(self.sides[side].items(), key=lambda one: Decimal(one[0]))
            for price, qty in (levels[::-1] if from_high else levels)[:10]:
                text += price.replace(".", "").lstrip("0") + qty
        return zlib.crc32(text.encode())


class Smoke:
    """One run over one connection."""

    def __init__(
        self, keys: Path, send: Callable[[str], Awaitable[None]], receive: Callable[[], Awaitable[str]]
    ) -> None:
        file = tomllib.loads(keys.read_text("utf-8"))
        key = next(one for one in file["key"] if one["name"] == "desk")
        self.key_id = key["key_id"]
        self.secret = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key["seed"]))
        self.send, self.receive = send, receive
        self.schema, self.book = Schema(), Book()
        self.asked: dict[int, str] = {}
        self.instruments: dict[str, dict] = {}
        self.orders: list[dict] = []
        self.frames = 0

    async def hear(self) -> dict:
        """The next message, checked and noted."""
        message = json.loads(await self.receive())
        self.frames += 1
        if message.get("method") == "event":
            event = message["params"]
            self.schema.check(event_name(event["channel"], event["kind"]), message)
            word = event["channel"].split(".")[0]
            if word == "book":
                self.book.hear(event)
            elif word == "instruments" and "data" in event:
                self.instruments |= {one["symbol"]: one for one in event["data"]}
            elif event["channel"] == "orders" and event["kind"] == "order":
                self.orders.append(event["data"])
        elif "error" in message:
            self.schema.check("error", message)
        elif "result" in message:
            self.schema.check(f"{self.asked[message['id']]}.result", message)
        else:
            self.schema.check(message["method"], message)
        return message

    async def ask(self, method: str, **params: object) -> dict:
        """The answer to a request; what is heard meanwhile is noted."""
        number = len(self.asked) + 1
        self.asked[number] = method
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.schema.check(method, request)
        await self.send(json.dumps(request))
        while (answer := await self.hear()).get("id") != number:
            pass
        return answer

    async def run(self, name: str) -> str:
        """The whole smoke test; says what was seen."""
        hello = (await self.hear())["params"]
        client_nonce, ts_ns = base64.b32encode(name.encode()).decode()[:16].ljust(8, "A"), str(time.time_ns())
        lines = ["gigahour-login-v1", hello["host"], self.key_id, hello["nonce"], client_nonce, ts_ns]
        sig = base64.b64encode(self.secret.sign("\n".join(lines).encode())).decode()
        login = await self.ask(
            "session.login",
            key_id=self.key_id, alg="ed25519", client_nonce=client_nonce, ts_ns=ts_ns, sig=sig,
            client=name,
        )
        assert "trade" in login["result"]["scopes"], login
        await self.ask("subscribe", channels=["instruments", "orders"])
        while not self.instruments:
            await self.hear()
        months = [
            one for one in self.instruments.values()
            if one["tenor"] == "month" and one["phase"] == "open" and one["product"] == "H100-US"
        ]
        month = sorted(months, key=lambda one: one["start"])[2]
        await self.ask("subscribe", channels=[f"book.{month['symbol']}"])
        while self.book.checked < 1:
            await self.hear()
        order_id = await self.place_and_cancel(month, name)
        while self.book.checked < CHECKSUMS:
            await self.ask("resync", channel=f"book.{month['symbol']}")
            await self.hear()
        assert self.book.agreed, "no snapshot followed a delta"
        seen = f"{self.book.checked} checksums, {self.frames} frames by the schema"
        return f"{name}: {order_id} placed and cancelled, {seen}"

    async def place_and_cancel(self, month: dict, name: str) -> str:
        low = (Decimal(month["settle"]) * Decimal("0.95")).quantize(Decimal("0.001"), ROUND_DOWN)
        client_order_id = f"{name}-{time.time_ns()}"[:36]
        placed = await self.ask(
            "order.place",
            symbol=month["symbol"], client_order_id=client_order_id, side="buy", type="limit",
            price=str(low), qty="2", post_only=True,
        )
        assert placed.get("result", {}).get("state") == "open", placed
        cancelled = await self.ask("order.cancel", client_order_id=client_order_id)
        assert cancelled["result"]["state"] == "canceled", cancelled
        while len([one for one in self.orders if one["client_order_id"] == client_order_id]) < 2:
            await self.hear()
        mine = [one["event"] for one in self.orders if one["client_order_id"] == client_order_id]
        assert mine == ["new", "canceled"], mine
        return placed["result"]["order_id"]
