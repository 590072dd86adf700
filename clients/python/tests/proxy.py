"""A wire that can be cut: a socket on this machine that passes everything on to another."""

from __future__ import annotations

import contextlib
import socket
from threading import Event, Lock, Thread


class Proxy:
    """Passes bytes both ways until it is told not to."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._wires: list[socket.socket] = []
        self._is_deaf = Event()
        self._is_down = Event()
        self.connections = 0
        Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        name: tuple[str, int] = self._listener.getsockname()
        return name

    def cut(self) -> None:
        """Ends all connections; new ones are taken."""
        self._is_deaf.clear()
        with self._lock:
            wires, self._wires = self._wires, []
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()

    def swallow(self) -> None:
        """What the venue says is lost from now on, until the next cut."""
        self._is_deaf.set()

    def down(self) -> None:
        """Cuts, and takes no new connections."""
        self._is_down.set()
        self.cut()

    def up(self) -> None:
        """Takes connections again."""
        self._is_down.clear()

    def close(self) -> None:
        self.down()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._is_down.is_set():
                client.close()
                continue
            venue = socket.create_connection(self._to, timeout=5)
            venue.settimeout(None)
            with self._lock:
                self._wires += [client, venue]
                self.connections += 1
            Thread(target=self._pass, args=(client, venue, None), daemon=True).start()
            Thread(target=self._pass, args=(venue, client, self._is_deaf), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, deaf: Event | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not (deaf and deaf.is_set()):
                    target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
