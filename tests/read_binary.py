#!/usr/bin/env python3
"""Reads the golden messages of gigahour.v1.bin with `struct` alone, and compares them with what they say.

Each message of the file is a line `name hex`, and after it a line `= json` with its fields.
"""

import json
import struct
import sys

HEADER = struct.Struct("<HHIIIQ")
LEVEL = struct.Struct("<BqQ")
TRADE = struct.Struct("<QqQBBQq")
SIDES = ["buy", "sell"]
STATES = ["open", "filled", "canceled", "expired"]
LIQUIDITY = ["maker", "taker", "auction", "block"]


def name(raw):
    return raw.rstrip(b"\0").decode("ascii")


def book(body):
    head = struct.Struct("<QQqIqQqQI")
    prev_seq, eseq, eng_ns, crc, bid, bid_qty, ask, ask_qty, count = head.unpack_from(body)
    rows = (LEVEL.unpack_from(body, head.size + at * LEVEL.size) for at in range(count))
    levels = [[SIDES[side], price, qty] for side, price, qty in rows]
    implied = [[bid, bid_qty], [ask, ask_qty]]
    return dict(prev_seq=prev_seq, eseq=eseq, eng_ns=eng_ns, crc=crc, implied=implied, levels=levels)


def trades(body):
    prev_seq, count = struct.unpack_from("<QI", body)
    rows = (TRADE.unpack_from(body, 12 + at * TRADE.size) for at in range(count))
    kinds = ["book", "implied", "block"]
    told = [
        dict(trade_id=number, price=price, qty=qty, taker=(SIDES + [None])[taker],
             kind=kinds[kind], eseq=eseq, eng_ns=eng_ns)
        for number, price, qty, taker, kind, eseq, eng_ns in rows
    ]
    return dict(prev_seq=prev_seq, trades=told)


def fields(form, names):
    form = struct.Struct(form)

    def read(body):
        return dict(zip(names.split(), form.unpack_from(body)))

    return read


def named(read, **tables):
    def read_names(body):
        told = read(body)
        for field, table in tables.items():
            told[field] = table[told[field]] if isinstance(table, list) else table(told[field])
        return told

    return read_names


FILL = fields(
    "<QQ36sIBqQBqQQBQq",
    "trade_id order_id client_order_id instrument_no side price qty liquidity fee cum_qty leaves_qty"
    " order_state eseq eng_ns",
)
PLACE = fields(
    "<QI36sBBqQBBBq",
    "request_id instrument_no client_order_id side type price qty tif bits stp valid_until_ns",
)
REPLY = fields(
    "<QQ36sBBIQQQQQqqq",
    "request_id order_id client_order_id state dup rev qty cum_qty leaves_qty eseq acct_seq in_ns eng_ns"
    " out_ns",
)
TEMPLATES = {
    1: ("book", book),
    2: ("trades", trades),
    3: ("fill", named(FILL, client_order_id=name, side=SIDES, liquidity=LIQUIDITY,
                      order_state=STATES)),
    4: ("place", named(PLACE, client_order_id=name, side=SIDES)),
    5: ("cancel", named(fields("<QQ36s", "request_id order_id client_order_id"),
                        client_order_id=name)),
    6: ("order_reply", named(REPLY, client_order_id=name, state=STATES)),
}


def message(frame):
    template, _, body_len, channel_no, flags, seq = HEADER.unpack_from(frame)
    kind, read = TEMPLATES[template]
    assert len(frame) == HEADER.size + body_len, "the body has the length that is said"
    return kind, dict(channel_no=channel_no, flags=flags, seq=seq, **read(frame[HEADER.size:]))


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        lines = [line.rstrip("\n") for line in file if not line.startswith("#")]
    for written, expected in zip(lines[::2], lines[1::2]):
        kind, hexadecimal = written.split(" ")
        read = message(bytes.fromhex(hexadecimal))
        if read != (kind, json.loads(expected.removeprefix("= "))):
            sys.exit(f"{kind} is {json.dumps(read[1])}")
    print(f"{len(lines) // 2} messages read")


if __name__ == "__main__":
    main()
