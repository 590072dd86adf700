"""A session without a socket: what is asked, what is heard, and what must be said after a loss.

Text goes in with `hear` and comes out of `outbox`; answers go into slots and items into streams,
which belong to the asynchronous or the threaded client. After a loss `reopen` subscribes to all
channels again, to those of the account from the first event missed, and repeats what was never
answered where that is safe. Knows no clock, no thread and no network.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol

from gigahour.channels import Channels, Subscription
from gigahour.errors import GigahourError, OutcomeUnknown, ProtocolError, Refused
from gigahour.keys import Key
from gigahour.results import Cod, Hello, Session
from gigahour.wire import SUBPROTOCOL, Call, read

IN_FLIGHT = 64
"""Requests that may be without an answer at a time; more of them wait their turn."""


class Slot(Protocol):
    """Where an answer goes: a future of either kind."""

    def done(self) -> bool:
        """Whether nobody waits any longer."""

    def set_result(self, result: Any, /) -> None:
        """The answer."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Why there is none."""


@dataclass(slots=True)
class Asked:
    """A request and who waits for it."""

    call: Call[Any]
    slot: Slot | Subscription
    is_sent: bool = False


class SessionCore:
    """Everything a client knows that is not its socket."""

    def __init__(self, key: Key | None, cod: Cod | None, program: str) -> None:
        self.key = key
        self.cod = cod
        self.program = program
        self.hello: Hello | None = None
        self.session: Session | None = None
        self.is_open = False
        self.outbox: deque[str] = deque()
        """Messages to be sent, in order."""
        self.later: list[tuple[float, Subscription]] = []
        """Subscriptions to be asked for after so many seconds."""
        self.channels = Channels()
        self._number = 0
        self._asked: dict[int, Asked] = {}
        self._waiting: deque[int] = deque()
        self._in_flight = 0

    def opening(self, host: str, now_ns: int) -> Generator[str | None, str | bytes, None]:
        """The first words of a connection: hears the greeting, logs in if there is a key."""
        greeting = read((yield None))
        if greeting.get("method") != "hello":
            raise ProtocolError("it does not greet")
        self.hello = hello = Hello.read(greeting["params"])
        if hello.proto != SUBPROTOCOL:
            raise ProtocolError(f"it speaks {hello.proto}")
        if self.key is None:
            return
        answer = read((yield self._login(self.key, hello, host, now_ns).text(0)))
        if error := answer.get("error"):
            raise Refused.read(error)
        self.session = Session.read(answer["result"])
        self.channels.begin_account(self.session.acct_epoch, self.session.acct_seq)

    def _login(self, key: Key, hello: Hello, host: str, now_ns: int) -> Call[Any]:
        client_nonce, ts_ns = secrets.token_hex(8), str(now_ns)
        sig = key.sign_login(host=host, nonce=hello.nonce, client_nonce=client_nonce, ts_ns=ts_ns)
        params = {
            "key_id": key.key_id,
            "alg": "ed25519",
            "client_nonce": client_nonce,
            "ts_ns": ts_ns,
            "sig": sig,
            "cod": self.cod and {"mode": self.cod.mode, "grace_ms": self.cod.grace_ms},
            "resume_session": self.session and self.session.session_id,
            "client": self.program,
        }
        return Call("session.login", params, lambda result: result)

    def reopen(self) -> None:
        """The connection stands: subscribes to everything and repeats what is unanswered."""
        self.is_open = True
        unanswered = sorted(self._asked)
        self._waiting.clear()
        for subscription in self.channels.all_again():
            self.subscribe(subscription)
        self._waiting.extend(unanswered)
        self._send_waiting()

    def ask(self, call: Call[Any], slot: Slot | Subscription) -> None:
        """Asks now, or as soon as there is a connection and room."""
        self._number += 1
        self._asked[self._number] = Asked(call, slot)
        self._waiting.append(self._number)
        if self.is_open:
            self._send_waiting()

    def subscribe(self, subscription: Subscription) -> None:
        """Asks for channels; after a loss all of them are asked for anyway."""
        if self.is_open:
            self.ask(subscription.call(), subscription)

    def abandon(self, slot: Slot) -> OutcomeUnknown | None:
        """Nobody waits for this any longer; tells what that means if it may have been done."""
        for number, asked in self._asked.items():
            if asked.slot is slot:
                if asked.is_sent:
                    asked.slot = Abandoned()
                else:
                    del self._asked[number]
                return OutcomeUnknown(asked.call.method, asked.call.if_lost)
        return None

    def hear(self, text: str | bytes) -> None:
        """Takes the next message of the exchange."""
        message = read(text)
        if message.get("method") == "event":
            for subscription in self.channels.hear(message["params"]):
                self.subscribe(subscription)
        elif "result" in message or "error" in message:
            self._answer(message)

    def lost(self) -> None:
        """The connection has ended. What was sent and must not be repeated is given up."""
        self.is_open = False
        self.outbox.clear()
        self._waiting.clear()
        self._in_flight = 0
        for number, asked in list(self._asked.items()):
            if isinstance(asked.slot, Subscription | Abandoned):
                del self._asked[number]
            elif asked.is_sent and not asked.call.is_safe_to_repeat:
                del self._asked[number]
                self._refuse(asked, OutcomeUnknown(asked.call.method, asked.call.if_lost))
            asked.is_sent = False

    def end(self, why: GigahourError) -> None:
        """There will be no other connection."""
        self.is_open = False
        for asked in self._asked.values():
            self._refuse(asked, why)
        self._asked.clear()
        self.channels.end(why)

    def _send_waiting(self) -> None:
        while self._waiting and self._in_flight < IN_FLIGHT:
            number = self._waiting.popleft()
            if asked := self._asked.get(number):
                asked.is_sent = True
                self._in_flight += 1
                self.outbox.append(asked.call.text(number))

    def _answer(self, message: dict[str, Any]) -> None:
        asked = self._asked.pop(message.get("id") or 0, None)
        if asked is None:
            return
        self._in_flight -= 1
        if error := message.get("error"):
            self._refuse(asked, Refused.read(error))
        else:
            self._accept(asked, message["result"])
        self._send_waiting()

    def _accept(self, asked: Asked, result: Any) -> None:
        try:
            answer = asked.call.read(result)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            why = f"the answer to {asked.call.method} is strange: {error!r}"
            self._refuse(asked, ProtocolError(why))
            return
        if isinstance(asked.slot, Subscription):
            for again in self.channels.subscribed(answer):
                self.subscribe(again)
        elif not asked.slot.done():
            asked.slot.set_result(answer)

    def _refuse(self, asked: Asked, why: GigahourError) -> None:
        if isinstance(asked.slot, Subscription):
            self._refuse_subscription(asked.slot, why)
        elif not asked.slot.done():
            asked.slot.set_exception(why)

    def _refuse_subscription(self, subscription: Subscription, why: GigahourError) -> None:
        if isinstance(why, Refused) and why.code in (4001, 4002):
            self.later.append((int(why.data.get("retry_after_ms", 100)) / 1000, subscription))
        else:
            self.channels.refuse(subscription, why)


class Abandoned:
    """The place of an answer nobody waits for."""

    def done(self) -> bool:
        """Nobody waits."""
        return True

    def set_result(self, result: Any, /) -> None:
        """Nobody hears it."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Nobody hears it."""
