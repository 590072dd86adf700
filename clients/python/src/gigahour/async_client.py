"""The asynchronous client: a task that keeps a connection, over `websockets.asyncio`.

async with AsyncClient.demo("desk") as client:
    async for trade in client.trades("H100-*"):
        print(trade)
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from gigahour import address
from gigahour.address import Address
from gigahour.async_methods import AsyncMethods
from gigahour.async_stream import AsyncStream
from gigahour.channels import Subscription
from gigahour.errors import Disconnected, GigahourError
from gigahour.keys import Key
from gigahour.results import Cod, Hello, Session
from gigahour.session import SessionCore
from gigahour.topics import Topic
from gigahour.wire import SUBPROTOCOL, Call

T = TypeVar("T")


class AsyncClient(AsyncMethods):
    """A connection to the exchange that comes back by itself, for one event loop."""

    def __init__(
        self,
        url: str,
        key: Key | None = None,
        *,
        cod: Cod | None = None,
        via: tuple[str, int] | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Without a key only public channels are heard. `timeout` is for each answer, in seconds,
        time to reconnect included.
        """
        self.key = key
        self._address = Address(url, via)
        self._timeout = timeout
        self._core = SessionCore(key, cod, address.PROGRAM)
        self._socket: ClientConnection | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._heard = 0.0

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

    async def __aenter__(self) -> Self:
        await self._open()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection; what becomes of open orders is as the login said."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._socket:
            await self._socket.close()
        self._core.end(Disconnected("the client was closed"))

    def missed(self, stream: AsyncStream[Any]) -> int:
        """Messages that the exchange left out of a stream since this end was slow."""
        return self._core.channels.missed(stream)

    async def _call(self, call: Call[T]) -> T:
        if self._keeper is None or self._keeper.done():
            raise Disconnected("the client is not connected: use it in `async with`")
        slot: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._core.ask(call, slot)
        try:
            async with asyncio.timeout(self._timeout):
                await self._flush()
                return await slot
        except TimeoutError:
            raise (self._core.abandon(slot) or TimeoutError(call.method)) from None

    def _stream(self, topic: Topic[T]) -> AsyncStream[T]:
        stream = AsyncStream(topic, self._close_stream)
        for subscription in self._core.channels.open(stream):
            self._core.subscribe(subscription)
        self._flush_soon()
        return stream

    def _close_stream(self, stream: AsyncStream[Any]) -> None:
        for subscription in self._core.channels.close(stream):
            self._core.subscribe(subscription)
        self._flush_soon()

    async def _open(self) -> None:
        """Connects, logs in, subscribes again and repeats what was not answered."""
        via: dict[str, Any] = {}
        if self._address.via:
            via = {"host": self._address.via[0], "port": self._address.via[1]}
        socket = await connect(
            self._address.url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            proxy=None,
            max_size=address.LARGEST,
            max_queue=(4096, 1024),
            close_timeout=1,
            **via,
        )
        try:
            words = self._core.opening(self._address.host, time.time_ns())
            say = next(words)
            while True:
                if say is not None:
                    await socket.send(say)
                async with asyncio.timeout(address.SILENCE):
                    heard = await socket.recv()
                say = words.send(heard)
        except StopIteration:
            self._socket = socket
        except BaseException:
            await socket.close()
            raise
        self._core.reopen()
        await self._flush()

    async def _keep(self) -> None:
        """Hears, and comes back after a loss, until there is no way back."""
        try:
            while True:
                code = await self._hear()
                self._core.lost()
                await self._come_back(code)
        except Exception as error:
            self._core.end(_as_ours(error))

    async def _hear(self) -> int | None:
        """Hears until the connection ends; returns the close code."""
        socket = self._socket
        assert socket is not None, "it is open"
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        watch = loop.create_task(self._watch(socket))
        try:
            async for text in socket:
                self._heard = loop.time()
                self._core.hear(text)
                if self._core.outbox or self._core.later:
                    await self._flush()
        except (ConnectionClosed, GigahourError):
            socket.transport.abort()
        finally:
            watch.cancel()
        return socket.close_code

    async def _watch(self, socket: ClientConnection) -> None:
        """Ends a connection that has fallen silent."""
        loop = asyncio.get_running_loop()
        while (left := self._heard + address.SILENCE - loop.time()) > 0:
            await asyncio.sleep(left)
        socket.transport.abort()

    async def _come_back(self, code: int | None) -> None:
        if code == address.RESTART:
            await asyncio.sleep(address.restart_pause())
        last: Exception = Disconnected("no attempt was made")
        for pause in address.pauses():
            await asyncio.sleep(pause)
            try:
                return await self._open()
            except (OSError, TimeoutError, WebSocketException) as error:
                last = error
        raise last

    def _flush_soon(self) -> None:
        if self._core.outbox and self._keeper and not self._keeper.done():
            task = asyncio.get_running_loop().create_task(self._flush())
            task.add_done_callback(lambda done: done.exception())

    async def _flush(self) -> None:
        """Sends what waits. What fails is repeated after the loss, which the keeper notices."""
        while self._core.later:
            seconds, subscription = self._core.later.pop()
            asyncio.get_running_loop().call_later(seconds, self._subscribe_again, subscription)
        try:
            while self._core.outbox and self._socket:
                await self._socket.send(self._core.outbox.popleft())
        except ConnectionClosed:
            return

    def _subscribe_again(self, subscription: Subscription) -> None:
        self._core.subscribe(subscription)
        self._flush_soon()


def _as_ours(error: Exception) -> GigahourError:
    return error if isinstance(error, GigahourError) else Disconnected(str(error) or repr(error))
