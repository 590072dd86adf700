"""Messages a second of both clients beside bare `websockets`, in one run.

    python bench/throughput.py [MESSAGES]

A process of its own writes ready-made frames as fast as they are taken: a snapshot of a book with
20 levels a side and then one delta after another, two levels each, every 50th with its checksum.
`bare` receives and throws away, `json` parses as well; `best quotes` is a client that hands out a
record of each, `whole books` one that builds the book, checks it and hands out a frozen one after
each delta. The figure is the best of three interleaved rounds; every message is counted on arrival.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

from websockets.asyncio.client import connect as connect_async
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode
from websockets.sync.client import connect

from gigahour import AsyncClient, Client
from gigahour.book import BookBuilder

SYMBOL = "H100-US-2027M03"
HELLO = {"proto": "gigahour.v1.json", "nonce": "0" * 32, "market_ns": "1", "conn_id": "c-1"}
ROUNDS = 3


def notice(method: str, params: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params})


def book_events(count: int) -> Iterator[dict[str, Any]]:
    """A snapshot and deltas that follow one another."""
    builder = BookBuilder(SYMBOL)
    channel = {"channel": f"book.{SYMBOL}", "epoch": "b-1", "eng_ns": "1772323201000000000"}
    sides = {
        "bids": [[f"{2.4 - n / 1000:.3f}", "8"] for n in range(20)],
        "asks": [[f"{2.401 + n / 1000:.3f}", "8"] for n in range(20)],
    }
    yield {**channel, "kind": "snapshot", "seq": 1, "data": sides}
    builder.apply({**channel, "kind": "snapshot", "seq": 1, "data": sides})
    for seq in range(2, count + 1):
        bid, ask = sides["bids"][seq % 20][0], sides["asks"][seq % 20][0]
        changes = {"bids": [[bid, str(1 + seq % 90)]], "asks": [[ask, str(2 + seq % 90)]]}
        event = {**channel, "kind": "delta", "seq": seq, "prev_seq": seq - 1, "data": changes}
        builder.apply(event)
        if seq % 50 == 0:
            event["crc"] = builder.book().checksum()
        yield event


def quote_events(count: int) -> Iterator[dict[str, Any]]:
    """Best quotes."""
    for seq in range(1, count + 1):
        data = {"bid": ["2.400", str(1 + seq % 90)], "ask": ["2.401", "8"], "implied": {}}
        yield {"channel": f"bbo.{SYMBOL}", "kind": "bbo", "epoch": "q-1", "seq": seq, "data": data}


def frames(events: Iterator[dict[str, Any]]) -> bytes:
    made = (Frame(Opcode.TEXT, notice("event", event).encode()) for event in events)
    return b"".join(frame.serialize(mask=False) for frame in made)


def venue(count: int, port: Connection) -> None:
    """Greets, and writes all frames when a channel is subscribed."""
    ready = {"book": frames(book_events(count)), "bbo": frames(quote_events(count))}

    async def session(socket: ServerConnection) -> None:
        await socket.send(notice("hello", HELLO))
        async for text in socket:
            request = json.loads(text)
            channels = request["params"]["channels"]
            result = {"ok": channels, "err": []}
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}))
            for channel in channels:
                if payload := ready.get(channel.split(".")[0]):
                    socket.transport.write(payload)

    async def run() -> None:
        async with serve(session, "127.0.0.1", 0, compression=None, max_queue=None) as server:
            port.send(next(iter(server.sockets)).getsockname()[1])
            await server.serve_forever()

    asyncio.run(run())


def subscribe(family: str) -> str:
    params = {"channels": [f"{family}.{SYMBOL}"]}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": params})


Read = Callable[[str | bytes], Any]


def bare_sync(url: str, count: int, family: str, read: Read) -> float:
    with connect(url, compression=None, proxy=None, max_queue=(4096, 1024)) as socket:
        socket.recv()
        start = time.perf_counter()
        socket.send(subscribe(family))
        for _ in range(count + 1):
            read(socket.recv())
        return time.perf_counter() - start


async def bare_async(url: str, count: int, family: str, read: Read) -> float:
    options: dict[str, Any] = {"compression": None, "proxy": None, "max_queue": (4096, 1024)}
    async with connect_async(url, **options) as socket:
        await socket.recv()
        start = time.perf_counter()
        await socket.send(subscribe(family))
        for _ in range(count + 1):
            read(await socket.recv())
        return time.perf_counter() - start


def ours_sync(url: str, count: int, family: str) -> float:
    with Client(url) as client:
        start = time.perf_counter()
        stream: Any = client.books(SYMBOL) if family == "book" else client.bbos(SYMBOL)
        for _ in range(count):
            last = stream.get(timeout=30)
        assert family != "book" or last.seq == count, "the book is built to its last message"
        return time.perf_counter() - start


async def ours_async(url: str, count: int, family: str) -> float:
    async with AsyncClient(url) as client:
        start = time.perf_counter()
        stream: Any = client.books(SYMBOL) if family == "book" else client.bbos(SYMBOL)
        for _ in range(count):
            last = await stream.get()
        assert family != "book" or last.seq == count, "the book is built to its last message"
        return time.perf_counter() - start


def measured(url: str, count: int) -> dict[str, tuple[float, float]]:
    """Seconds of each way, asynchronous and threaded."""

    def passed(text: str | bytes) -> None:
        """Thrown away."""

    return {
        "bare websockets": (
            asyncio.run(bare_async(url, count, "book", passed)),
            bare_sync(url, count, "book", passed),
        ),
        "websockets and json": (
            asyncio.run(bare_async(url, count, "book", json.loads)),
            bare_sync(url, count, "book", json.loads),
        ),
        "gigahour, best quotes": (
            asyncio.run(ours_async(url, count, "bbo")),
            ours_sync(url, count, "bbo"),
        ),
        "gigahour, whole books": (
            asyncio.run(ours_async(url, count, "book")),
            ours_sync(url, count, "book"),
        ),
    }


def main(count: int) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=venue, args=(count, theirs), daemon=True
    )
    process.start()
    try:
        url = f"ws://127.0.0.1:{ours.recv()}/v1/md"
        rounds = [measured(url, count) for _ in range(ROUNDS)]
    finally:
        process.kill()
    print(f"{count:,} messages, best of {ROUNDS}; messages a second")
    print(f"{'':24}{'asynchronous':>14}{'threaded':>12}")
    for name in rounds[0]:
        fastest = [count / min(one[name][kind] for one in rounds) for kind in (0, 1)]
        print(f"{name:24}{fastest[0]:>14,.0f}{fastest[1]:>12,.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
