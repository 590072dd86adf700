"""Requests that hypothesis makes of the published JSON Schema: each gets a result that fits its schema or
a listed code, and none closes the connection. Usage: requests_by_schema.py KEYS [COUNT]

Runs without a login on `/v1/md`, where one address may ask ten times a second, so most of the answers
after the first are 4001 or 1001; the tests in Rust do the same for a member.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

import websockets
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis_jsonschema import from_schema
from smoke import Schema

COUNT = int(sys.argv[2]) if 2 < len(sys.argv) else 100
SCHEMA = Schema()


def requests() -> list[dict]:
    """What hypothesis makes of everything a client may say."""
    definitions = SCHEMA.text["definitions"]
    made: list[dict] = []

    @seed(7)
    @settings(
        max_examples=COUNT, database=None, phases=[Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema({"anyOf": definitions["FromClient"]["anyOf"], "definitions": definitions}))
    def note(request: dict) -> None:
        if request["method"] != "session.logout":
            made.append(request)

    note()
    return made


async def main() -> None:
    keys = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
    codes: Counter[int] = Counter()
    listed = set(SCHEMA.text["definitions"]["WireError"]["properties"]["code"]["enum"])
    made = requests()
    async with websockets.connect(keys["feed"]) as socket:
        for number, request in enumerate(made):
            request["id"] = number
            await socket.send(json.dumps(request))
            while True:
                message = json.loads(await asyncio.wait_for(socket.recv(), 30))
                if message.get("id") == number:
                    break
            if "error" in message:
                SCHEMA.check("error", message)
                assert message["error"]["code"] in listed, message
                codes[message["error"]["code"]] += 1
                wait = message["error"]["data"].get("retry_after_ms", 0)
                await asyncio.sleep(wait / 1000)
            else:
                SCHEMA.check(f"{request['method']}.result", message)
                codes[0] += 1
    assert 3 <= len(codes), codes
    print(f"requests: {sum(codes.values())} of the schema, answered by {dict(codes.most_common())}")


asyncio.run(main())
