#!/usr/bin/env python3
"""Market data recorded from a real demo, exported, read by the libraries of others, and played back.

Usage: tests/recorder.py GIGAHOUR GHX FOLDER

Needs pyarrow, duckdb, databento-dbn, numpy and websockets. Every table must hold what the journal holds;
what is played back must be what was recorded, to the byte.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import databento_dbn
import duckdb
import numpy
import pyarrow.parquet
import websockets

GIGAHOUR, GHX, FOLDER = (Path(argument) for argument in sys.argv[1:4])
TAPE = FOLDER / "tape"
TRADE, HTTP = 9590, 8590


def ghx(*arguments, code=0):
    keys = FOLDER / "market" / "keys.toml"
    done = subprocess.run([GHX, "--keys", keys, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def start_demo():
    with (FOLDER / "demo.log").open("w") as log:
        demo = subprocess.Popen(
            [GIGAHOUR, "demo", "--seed", "1", "--dir", FOLDER / "market", "--http", str(HTTP),
             "--trade", str(TRADE), "--fresh"], stdout=log, stderr=log)
    for _ in range(200):
        if (FOLDER / "market" / "keys.toml").exists():
            return demo
        time.sleep(0.1)
    raise AssertionError((FOLDER / "demo.log").read_text())


def journal():
    lines = []
    for segment in sorted(TAPE.glob("*.journal")):
        for line in segment.read_text().splitlines():
            recv_ns, message = line.split(" ", 1)
            lines.append((int(recv_ns), message))
    return lines


def params(lines):
    return [(recv_ns, json.loads(message)["params"]) for recv_ns, message in lines]


def record():
    """Ten seconds, in two parts; the first is killed in the middle of its work."""
    channels = ["trades.H100-US@front", "book.H100-US@front", "l3.H100-US@front", "bbo.H100-US@front",
                "curve.H100-US"]
    keys = FOLDER / "market" / "keys.toml"
    killed = subprocess.Popen([GHX, "--keys", keys, "record", *channels, "--out", TAPE],
                              stderr=subprocess.DEVNULL)
    time.sleep(5)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    segment = TAPE / "000001.journal"
    whole = segment.read_bytes()
    assert whole, "nothing had reached the disk"
    segment.write_bytes(whole + b"1795 {\"torn")
    assert "torn bytes cut off" in ghx("record", "--repair", "--out", TAPE)
    assert "nothing is torn" in ghx("record", "--repair", "--out", TAPE)
    told = json.loads(ghx("--json", "record", *channels, "--out", TAPE, "--seconds", "5"))
    assert told["losses"] == 0 and told["gap_count"] == 0, told
    assert json.loads((TAPE / "gaps.json").read_text()) == []
    return told["messages"]


def check_parquet(events):
    expected = [trade for _, event in events if event["kind"] == "trades" for trade in event["data"]]
    assert expected, "nothing traded"
    ghx("export", TAPE, "--table", "trades", "--out", FOLDER / "trades.parquet")
    table = pyarrow.parquet.read_table(FOLDER / "trades.parquet")
    rows = table.to_pylist()
    assert [row["trade_id"] for row in rows] == [trade["trade_id"] for trade in expected]
    for row, trade in zip(rows, expected):
        assert f"{row['price_mills'] / 1000:.3f}" == trade["price"] == f"{row['price']:.3f}"
        assert (row["qty"], row["side"]) == (int(trade["qty"]), trade["taker"])
        assert row["ts_event_ns"] == int(trade["eng_ns"])
    assert table.schema.metadata[b"gigahour.schema_version"] == b"1"
    lots = sum(int(trade["qty"]) for trade in expected)
    summed = duckdb.sql(f"select sum(qty), count(*) from '{FOLDER}/trades.parquet'").fetchone()
    assert summed == (lots, len(expected)), summed
    for name in ("book", "orders", "events"):
        ghx("export", TAPE, "--table", name, "--out", FOLDER / f"{name}.parquet")
        ghx("export", TAPE, "--table", name, "--format", "csv", "--out", FOLDER / f"{name}.csv")
        parquet = duckdb.sql(f"select count(*) from '{FOLDER}/{name}.parquet'").fetchone()
        csv = duckdb.sql(f"select count(*) from read_csv('{FOLDER}/{name}.csv')").fetchone()
        assert parquet == csv and 0 < parquet[0], (name, parquet, csv)
    assert duckdb.sql(f"select count(*) from '{FOLDER}/events.parquet'").fetchone()[0] == len(events)
    return len(expected)


def books(events):
    """The book after each of its events, as the protocol document has it."""
    bids, asks = {}, {}
    for _, event in events:
        if event["channel"].count(".") != 1 or not event["channel"].startswith("book."):
            continue
        if event["kind"] not in ("snapshot", "delta"):
            continue
        if event["kind"] == "snapshot":
            bids, asks = {}, {}
        for side, levels in ((bids, event["data"]["bids"]), (asks, event["data"]["asks"])):
            for price, lots in levels:
                mills = round(float(price) * 1000)
                side.pop(mills, None)
                if lots != "0":
                    side[mills] = int(lots)
        yield event["kind"], dict(bids), dict(asks)


def read_dbn(path):
    decoder = databento_dbn.DBNDecoder()
    decoder.write(path.read_bytes())
    return [record for record in decoder.decode() if not isinstance(record, databento_dbn.Metadata)]


def check_dbn(events, trades):
    ghx("export", TAPE, "--format", "dbn", "--out", FOLDER / "trades.dbn")
    read = read_dbn(FOLDER / "trades.dbn")
    assert len(read) == trades and all(isinstance(record, databento_dbn.TradeMsg) for record in read)
    ghx("export", TAPE, "--format", "dbn", "--table", "book", "--out", FOLDER / "book.dbn")
    read = read_dbn(FOLDER / "book.dbn")
    *_, (_, bids, asks) = books(events)
    levels = read[-1].levels
    best_bids = sorted(bids.items(), reverse=True)[:10]
    best_asks = sorted(asks.items())[:10]
    assert [(level.bid_px // 10**6, level.bid_sz) for level in levels][: len(best_bids)] == best_bids
    assert [(level.ask_px // 10**6, level.ask_sz) for level in levels][: len(best_asks)] == best_asks
    return len(read)


def check_hftbacktest(events):
    symbol = next(event["channel"].split(".", 1)[1] for _, event in events if event["kind"] == "trades")
    ghx("export", TAPE, "--format", "hftbacktest", "--symbol", symbol, "--out", FOLDER / "tape.npz")
    data = numpy.load(FOLDER / "tape.npz")["data"]
    assert data.dtype == numpy.dtype(
        [("ev", "<u8"), ("exch_ts", "<i8"), ("local_ts", "<i8"), ("px", "<f8"), ("qty", "<f8"),
         ("order_id", "<u8"), ("ival", "<i8"), ("fval", "<f8")])
    assert (data["local_ts"] >= data["exch_ts"]).all()
    trades = data[data["ev"] & 0xFF == 2]
    assert len(trades) == sum(len(event["data"]) for _, event in events if event["kind"] == "trades")
    return len(data)


async def play(lines):
    """Plays the tape as fast as it goes; what is heard is what was recorded."""
    player = await asyncio.create_subprocess_exec(
        GHX, "replay", TAPE, "--listen", "127.0.0.1:9591", "--speed", "0", stderr=asyncio.subprocess.PIPE)
    await asyncio.wait_for(player.stderr.readline(), 10)
    channels = sorted({json.loads(message)["params"]["channel"] for _, message in lines})
    heard = []
    async with websockets.connect("ws://127.0.0.1:9591/v1/md", subprotocols=["gigahour.v1.json"]) as socket:
        hello = json.loads(await socket.recv())
        assert hello["params"]["env"] == "replay"
        request = {"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": {"channels": channels}}
        await socket.send(json.dumps(request))
        assert json.loads(await socket.recv())["result"]["ok"] == channels
        began = time.monotonic()
        async for message in socket:
            heard.append(message)
        took = time.monotonic() - began
        assert socket.close_code == 1000
    assert json.loads(heard.pop())["params"]["data"]["kind"] == "end_of_data"
    assert heard == [message for _, message in lines], "what was played is not what was recorded"
    await player.wait()
    return len(heard) / took


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    demo = start_demo()
    try:
        time.sleep(2)
        record()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=30)
    lines = journal()
    events = params(lines)
    trades = check_parquet(events)
    records = check_dbn(events, trades)
    rows = check_hftbacktest(events)
    rate = asyncio.run(play(lines))
    ghx("record", "orders", "--out", TAPE, code=2)
    print(f"recorder  {len(lines)} messages, {trades} trades, {records} DBN records of the book, {rows} rows of "
          f"hftbacktest; played back to the byte at {rate:,.0f} messages a second")


main()
