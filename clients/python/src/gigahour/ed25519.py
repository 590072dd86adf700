"""Signatures of ed25519 (RFC 8032), for logins and for commands that move value.

Uses the package `cryptography` where it is installed, and else arithmetic of its own, so that the
wheel needs no compiler. The own arithmetic signs in a few milliseconds and does not run in
constant time: who shares a machine with somebody hostile installs `gigahour[crypto]`.
Only signs; it never judges a signature of others.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError:
    HAS_CRYPTOGRAPHY = False
else:
    HAS_CRYPTOGRAPHY = True

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P


class _Point(NamedTuple):
    """A point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z."""

    x: int
    y: int
    z: int
    t: int


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE = _Point(_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def _add(p: _Point, q: _Point) -> _Point:
    a = (p.y - p.x) * (q.y - q.x) % _P
    b = (p.y + p.x) * (q.y + q.x) % _P
    c = 2 * p.t * q.t * _D % _P
    d = 2 * p.z * q.z % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return _Point(e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(scalar: int, point: _Point) -> _Point:
    product = _Point(0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point = _add(point, point)
        scalar >>= 1
    return product


def _encode(point: _Point) -> bytes:
    inverse = pow(point.z, -1, _P)
    x, y = point.x * inverse % _P, point.y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _secrets(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & ((1 << 254) - 8) | 1 << 254, digest[32:]


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % _L


def pure_public_key(seed: bytes) -> bytes:
    """The public half of a key, by the arithmetic here."""
    return _encode(_times(_secrets(seed)[0], _BASE))


def pure_sign(seed: bytes, message: bytes) -> bytes:
    """The signature under a message, by the arithmetic here."""
    scalar, prefix = _secrets(seed)
    public = _encode(_times(scalar, _BASE))
    once = _hash(prefix, message)
    commitment = _encode(_times(once, _BASE))
    answer = (once + _hash(commitment, public, message) * scalar) % _L
    return commitment + answer.to_bytes(32, "little")


def public_key(seed: bytes) -> bytes:
    """The public half of the key whose secret seed this is."""
    if HAS_CRYPTOGRAPHY:
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return pure_public_key(seed)


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature under a message, 64 bytes."""
    if HAS_CRYPTOGRAPHY:
        return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    return pure_sign(seed, message)
