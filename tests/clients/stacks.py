"""The smoke test over three independent WebSocket libraries of Python. Usage: stacks.py KEYS [NAME ...]"""

from __future__ import annotations

import asyncio
import sys
import tomllib
from pathlib import Path

import aiohttp
import picows
import websockets
from smoke import Smoke

PATIENCE = 60


async def over_websockets(url: str, keys: Path) -> str:
    async with websockets.connect(url, subprotocols=["gigahour.v1.json"], max_size=None) as socket:
        return await Smoke(keys, socket.send, socket.recv).run("websockets")


async def over_aiohttp(url: str, keys: Path) -> str:
    async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
        return await Smoke(keys, socket.send_str, socket.receive_str).run("aiohttp")


class Listener(picows.WSListener):
    """Puts the text frames of picows in a queue."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[str] = asyncio.Queue()

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type == picows.WSMsgType.TEXT:
            self.frames.put_nowait(frame.get_payload_as_utf8_text())


async def over_picows(url: str, keys: Path) -> str:
    transport, listener = await picows.ws_connect(Listener, url)

    async def send(text: str) -> None:
        transport.send(picows.WSMsgType.TEXT, text.encode())

    said = await Smoke(keys, send, listener.frames.get).run("picows")
    transport.send_close(picows.WSCloseCode.OK)
    await transport.wait_disconnected()
    return said


STACKS = {"websockets": over_websockets, "aiohttp": over_aiohttp, "picows": over_picows}


async def main() -> None:
    keys = Path(sys.argv[1])
    url = tomllib.loads(keys.read_text("utf-8"))["trade"]
    for name in sys.argv[2:] or STACKS:
        print(await asyncio.wait_for(STACKS[name](url, keys), PATIENCE))


asyncio.run(main())
