"""A stream of items for `for`. It ends when it is closed, or with the error that ended it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from gigahour.async_stream import LIMIT
from gigahour.errors import GigahourError, SlowConsumer, StreamClosed
from gigahour.topics import Topic

T = TypeVar("T")


class Stream(Generic[T]):
    """What is heard on the channels of a topic. Items are put by the client's thread."""

    def __init__(self, topic: Topic[T], close: Callable[[Stream[T]], None]) -> None:
        self.topic: Topic[Any] = topic
        self._close = close
        self._items: deque[T] = deque()
        self._news = Condition()
        self._ended: GigahourError | None = None
        self._is_closed = False

    def put(self, items: Sequence[T]) -> None:
        """Takes items for the reader."""
        with self._news:
            if self._ended or self._is_closed:
                return
            self._items.extend(items)
            if LIMIT < len(self._items):
                self._ended = SlowConsumer(f"{LIMIT} items of {self.topic.family} wait to be read")
            self._news.notify()

    def end(self, why: GigahourError) -> None:
        """There will be no more items."""
        with self._news:
            self._ended = self._ended or why
            self._news.notify_all()

    def get(self, *, timeout: float | None = None) -> T:
        """The next item."""
        with self._news:
            if not self._news.wait_for(self._is_ready, timeout):
                raise TimeoutError(f"nothing on {self.topic.family} within {timeout} s")
            if self._items:
                return self._items.popleft()
            raise self._ended or StreamClosed(self.topic.family)

    def close(self) -> None:
        """Reads no longer."""
        with self._news:
            was_closed, self._is_closed = self._is_closed, True
            self._items.clear()
            self._news.notify_all()
        if not was_closed:
            self._close(self)

    def _is_ready(self) -> bool:
        return bool(self._items) or self._is_closed or self._ended is not None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        try:
            return self.get()
        except StreamClosed:
            raise StopIteration from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
