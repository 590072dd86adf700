"""The threaded client: a thread that keeps a connection, over `websockets.sync`.

It needs no event loop, so it works in a notebook as it does in a script:

    client = Client.demo("desk")
    print(client.curve("H100-US").to_df())
"""

from __future__ import annotations

import contextlib
import socket as sockets
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from threading import Event, RLock, Thread, Timer
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gigahour import address
from gigahour.address import Address
from gigahour.channels import Subscription
from gigahour.errors import Disconnected, GigahourError
from gigahour.keys import Key
from gigahour.results import Cod, Hello, Session
from gigahour.session import SessionCore
from gigahour.sync_methods import Methods
from gigahour.sync_stream import Stream
from gigahour.topics import Topic
from gigahour.wire import SUBPROTOCOL, Call

T = TypeVar("T")


class Client(Methods):
    """A connection to the exchange that comes back by itself. Threads may share it."""

    def __init__(
        self,
        url: str,
        key: Key | None = None,
        *,
        cod: Cod | None = None,
        via: tuple[str, int] | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Connects. Without a key only public channels are heard. `timeout` is for each answer, in
        seconds, time to reconnect included.
        """
        self.key = key
        self._address = Address(url, via)
        self._timeout = timeout
        self._core = SessionCore(key, cod, address.PROGRAM)
        self._lock = RLock()
        self._closing = Event()
        self._socket = self._open()
        self._keeper = Thread(target=self._keep, name="gigahour", daemon=True)
        self._keeper.start()

    @classmethod
    def demo(cls, key: str | None = None, **options: Any) -> Self:
        """A client of the demonstration that runs here, with one of its keys, such as `desk`."""
        return cls(*address.demo(key), **options)

    @property
    def hello(self) -> Hello | None:
        """The greeting of the connection."""
        return self._core.hello

    @property
    def session(self) -> Session | None:
        """The login of the connection."""
        return self._core.session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; what becomes of open orders is as the login said."""
        self._closing.set()
        self._socket.close()
        self._keeper.join(timeout=5)
        with self._lock:
            self._core.end(Disconnected("the client was closed"))

    def missed(self, stream: Stream[Any]) -> int:
        """Messages that the exchange left out of a stream since this end was slow."""
        with self._lock:
            return self._core.channels.missed(stream)

    def _call(self, call: Call[T]) -> T:
        if not self._keeper.is_alive():
            raise Disconnected("the client is not connected any longer")
        slot: Future[T] = Future()
        with self._lock:
            self._core.ask(call, slot)
            self._flush()
        try:
            return slot.result(self._timeout)
        except FutureTimeout:
            with self._lock:
                raise (self._core.abandon(slot) or TimeoutError(call.method)) from None

    def _stream(self, topic: Topic[T]) -> Stream[T]:
        stream = Stream(topic, self._close_stream)
        with self._lock:
            for subscription in self._core.channels.open(stream):
                self._core.subscribe(subscription)
            self._flush()
        return stream

    def _close_stream(self, stream: Stream[Any]) -> None:
        with self._lock:
            for subscription in self._core.channels.close(stream):
                self._core.subscribe(subscription)
            self._flush()

    def _open(self) -> ClientConnection:
        """Connects, logs in, subscribes again and repeats what was not answered."""
        via = self._address.via
        socket = connect(
            self._address.url,
            sock=sockets.create_connection(via, timeout=10) if via else None,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            proxy=None,
            max_size=address.LARGEST,
            max_queue=(4096, 1024),
            close_timeout=1,
        ).__enter__()
        try:
            words = self._core.opening(self._address.host, time.time_ns())
            say = next(words)
            while True:
                if say is not None:
                    socket.send(say)
                say = words.send(socket.recv(timeout=address.SILENCE))
        except StopIteration:
            pass
        except BaseException:
            socket.close()
            raise
        with self._lock:
            self._socket = socket
            self._core.reopen()
            self._flush()
        return socket

    def _keep(self) -> None:
        """Hears, and comes back after a loss, until there is no way back."""
        try:
            while True:
                code = self._hear()
                with self._lock:
                    self._core.lost()
                self._come_back(code)
        except Exception as error:
            with self._lock:
                self._core.end(_as_ours(error))

    def _hear(self) -> int | None:
        """Hears until the connection ends; returns the close code."""
        socket = self._socket
        try:
            while True:
                text = socket.recv(timeout=address.SILENCE)
                with self._lock:
                    self._core.hear(text)
                    self._flush()
        except (TimeoutError, ConnectionClosed, GigahourError):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sockets.SHUT_RDWR)
        return socket.close_code

    def _come_back(self, code: int | None) -> None:
        if code == address.RESTART:
            self._closing.wait(address.restart_pause())
        last: Exception = Disconnected("the client was closed")
        for pause in address.pauses():
            if self._closing.wait(pause):
                raise Disconnected("the client was closed")
            try:
                self._open()
                return
            except (OSError, TimeoutError, WebSocketException) as error:
                last = error
        raise last

    def _flush(self) -> None:
        """Sends what waits. What fails is repeated after the loss, which the keeper notices."""
        while self._core.later:
            seconds, subscription = self._core.later.pop()
            timer = Timer(seconds, self._subscribe_again, [subscription])
            timer.daemon = True
            timer.start()
        try:
            while self._core.outbox:
                self._socket.send(self._core.outbox.popleft())
        except ConnectionClosed:
            return

    def _subscribe_again(self, subscription: Subscription) -> None:
        with self._lock:
            self._core.subscribe(subscription)
            self._flush()


def _as_ours(error: Exception) -> GigahourError:
    return error if isinstance(error, GigahourError) else Disconnected(str(error) or repr(error))
