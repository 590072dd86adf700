"""A stream of items for `async for`. It ends when it is closed, or with the error that ended it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from gigahour.errors import GigahourError, SlowConsumer, StreamClosed
from gigahour.topics import Topic

T = TypeVar("T")

LIMIT = 100_000
"""Items that may wait to be read. More end the stream: nothing is ever left out in silence."""


class AsyncStream(Generic[T]):
    """What is heard on the channels of a topic."""

    def __init__(self, topic: Topic[T], close: Callable[[AsyncStream[T]], None]) -> None:
        self.topic: Topic[Any] = topic
        self._close = close
        self._items: deque[T] = deque()
        self._waiters: list[asyncio.Future[None]] = []
        self._ended: GigahourError | None = None
        self._is_closed = False

    def put(self, items: Sequence[T]) -> None:
        """Takes items for the reader."""
        if self._ended or self._is_closed:
            return
        self._items.extend(items)
        if LIMIT < len(self._items):
            self.end(SlowConsumer(f"{LIMIT} items of {self.topic.family} wait to be read"))
            self._close(self)
        self._wake()

    def end(self, why: GigahourError) -> None:
        """There will be no more items."""
        self._ended = self._ended or why
        self._wake()

    async def get(self, *, timeout: float | None = None) -> T:
        """The next item."""
        if self._items:
            return self._items.popleft()
        async with asyncio.timeout(timeout):
            while not self._items:
                if self._is_closed:
                    raise StreamClosed(self.topic.family)
                if self._ended:
                    raise self._ended
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
        return self._items.popleft()

    def close(self) -> None:
        """Reads no longer."""
        if not self._is_closed:
            self._is_closed = True
            self._items.clear()
            self._wake()
            self._close(self)

    def _wake(self) -> None:
        """Whoever waits looks again."""
        if self._waiters:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        try:
            return await self.get()
        except StreamClosed:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
