"""Streams of both kinds: in order, never short of anything in silence, and over when they end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gigahour import AsyncStream, Disconnected, SlowConsumer, Stream, topics
from gigahour.async_stream import LIMIT

TOPIC = topics.trades("A")


def closed(_: Any) -> None:
    """Nobody is asked to be silent."""


def test_a_reader_that_is_too_slow_is_told_after_what_it_was_given() -> None:
    stream: Any = Stream(TOPIC, closed)
    stream.put(range(LIMIT))
    stream.put([LIMIT])
    stream.put([LIMIT + 1])
    assert [stream.get() for _ in range(LIMIT + 1)] == list(range(LIMIT + 1))
    with pytest.raises(SlowConsumer, match="trades"):
        stream.get()


def test_so_is_one_with_an_event_loop() -> None:
    async def scene() -> None:
        stream: Any = AsyncStream(TOPIC, closed)
        stream.put(range(LIMIT))
        stream.put([LIMIT])
        stream.put([LIMIT + 1])
        assert [await stream.get() for _ in range(LIMIT + 1)] == list(range(LIMIT + 1))
        with pytest.raises(SlowConsumer, match="trades"):
            await stream.get()

    asyncio.run(scene())


def test_what_came_before_the_end_is_read_before_the_end() -> None:
    stream: Any = Stream(TOPIC, closed)
    stream.put([1, 2])
    stream.end(Disconnected("gone"))
    assert [stream.get(), stream.get()] == [1, 2]
    with pytest.raises(Disconnected, match="gone"):
        next(stream)


def test_waiting_has_an_end() -> None:
    stream: Any = Stream(TOPIC, closed)
    with pytest.raises(TimeoutError, match="nothing on trades"):
        stream.get(timeout=0.01)

    async def scene() -> None:
        other: Any = AsyncStream(TOPIC, closed)
        with pytest.raises(TimeoutError):
            await other.get(timeout=0.01)
        asyncio.get_running_loop().call_later(0.01, other.put, [7])
        assert await other.get(timeout=5) == 7
        asyncio.get_running_loop().call_later(0.01, other.close)
        assert [item async for item in other] == []

    asyncio.run(scene())
