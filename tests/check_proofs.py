#!/usr/bin/env python3
"""Checks the exchange's proofs from the standards alone: RFC 9162 trees, C2SP checkpoints and notes.

    check_proofs.py PUBLIC_KEY PROOF...

Accepts each file, and refuses it with any single byte changed, left out or doubled. Shares no code
with the exchange: written from the texts of the standards and from engine/sequencer/PROOFS.md.
"""

import base64
import hashlib
import json
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """The file proves nothing."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def decode(text, length=None):
    """Base64 in its one form."""
    need(isinstance(text, str), "base64 is text")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"base64: {error}") from error
    need(base64.b64encode(data).decode() == text, "base64 is in another form")
    need(length is None or len(data) == length, "base64 has another length")
    return data


def number(text):
    """An integer in its one form, below 2^63 as all of ours are."""
    need(text.isascii() and text.isdigit() and len(text) < 20, "no number")
    need(str(int(text)) == text and int(text) < 1 << 63, "no number")
    return int(text)


# RFC 9162, section 2.1


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(leaf, index, size, path, root):
    """Section 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf_hash(leaf)
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def is_consistent(first, first_root, second, second_root, path):
    """Section 2.1.4.2; an empty tree is the beginning of every tree."""
    if first == 0:
        return not path and first_root == hashlib.sha256(b"").digest()
    if first == second:
        return not path and first_root == second_root
    if first > second or not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return fr == first_root and sr == second_root and sn == 0


# C2SP signed-note and tlog-checkpoint


class Key:
    def __init__(self, text):
        self.name, key_id, key = text.split("+", 2)
        data = decode(key, 33)
        need(data[0] == 1, "not ed25519")
        self.hash = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        need(self.hash.hex() == key_id, "the key has another hash")
        self.key = Ed25519PublicKey.from_public_bytes(data[1:])

    def open(self, note):
        """The text of a note that this key has signed."""
        need(isinstance(note, str) and "\n\n" in note, "no note")
        text, signatures = note.rsplit("\n\n", 1)
        text += "\n"
        need(all(c == "\n" or c >= " " for c in text), "a note has plain lines")
        need(signatures.endswith("\n"), "a note ends with a line feed")
        signed = False
        for line in signatures[:-1].split("\n"):
            parts = line.split(" ")
            need(len(parts) == 3 and parts[0] == "\u2014", "no signature")
            data = decode(parts[2])
            if parts[1] == self.name and data[:4] == self.hash:
                try:
                    self.key.verify(data[4:], text.encode())
                except InvalidSignature as error:
                    raise Refused("the signature is wrong") from error
                signed = True
        need(signed, "the note is not signed")
        return text

    def checkpoint(self, note):
        lines = self.open(note).split("\n")
        need(len(lines) == 8 and lines[7] == "", "a checkpoint has seven lines")
        origin, size, root, seq, time, chain, state = lines[:7]
        need(origin == self.name, "another origin")
        need(seq == f"seq {number(size)}", "another seq")
        need(time.startswith("time ") and number(time[5:]) >= 0, "no time")
        need(chain.startswith("chain ") and decode(chain[6:], 32), "no chain")
        word, count, state_root = state.split(" ")
        need(word == "state", "no state")
        return {
            "size": number(size),
            "root": decode(root, 32),
            "state": (number(count), decode(state_root, 32)),
        }


# Files of proofs


def members(value, *names):
    need(isinstance(value, dict) and list(value) == list(names), f"not {names}: {value}")
    return [value[name] for name in names]


def integer(value):
    need(type(value) is int and 0 <= value < 1 << 64, "no integer")
    return value


def hashes(path):
    need(isinstance(path, list), "no path")
    return [decode(hash_, 32) for hash_ in path]


def leaf_in(leaf, size, root):
    line, index, leaf_size, path = members(leaf, "line", "index", "size", "path")
    need(isinstance(line, str) and leaf_size == size, "the tree has another size")
    path = hashes(path)
    need(is_included(line.encode(), integer(index), integer(size), path, root), "not a line")
    return line


def outcome(proof, checkpoint):
    leaf, record = members(proof, "leaf", "record")
    names = ["seq", "time_ns", "author", "payload_sha256", "payload", "outcome_root", "path"]
    if "payload" not in record:
        names.remove("payload")
    values = dict(zip(names, members(record, *names)))
    need(isinstance(values["time_ns"], str), "no time")
    payload_hash = decode(values["payload_sha256"], 32)
    if "payload" in values:
        shown = hashlib.sha256(decode(values["payload"])).digest()
        need(shown == payload_hash, "another command")
    root = decode(values["outcome_root"], 32)
    size = integer(leaf["size"])
    entry = struct.pack(
        "<QqQ32sQ32s",
        integer(values["seq"]),
        number(values["time_ns"]),
        integer(values["author"]),
        payload_hash,
        size,
        root,
    )
    need(values["seq"] >= 1, "records are numbered from 1")
    path = hashes(values["path"])
    included = is_included(entry, values["seq"] - 1, checkpoint["size"], path, checkpoint["root"])
    need(included, "not a record of the log")
    return leaf_in(leaf, size, root)


def check(data, key):
    """What these bytes prove, in words."""
    try:
        text = data.decode()
        file = json.loads(text)
    except ValueError as error:
        raise Refused(str(error)) from error
    need(json.dumps(file, indent=2, ensure_ascii=False) + "\n" == text, "in another form")
    fmt, note, proof = members(file, "format", "checkpoint", "proof")
    need(fmt == "gigahour-proof-v1", "another format")
    checkpoint = key.checkpoint(note)
    need(isinstance(proof, dict) and len(proof) == 1, "one proof")
    (kind, proof), = proof.items()
    if kind == "state":
        (leaf,) = members(proof, "leaf")
        return leaf_in(leaf, *checkpoint["state"])
    if kind == "outcome":
        need(isinstance(proof, dict) and isinstance(proof.get("leaf"), dict), "no leaf")
        need(isinstance(proof.get("record"), dict), "no record")
        need("size" in proof["leaf"], "no size")
        return outcome(proof, checkpoint)
    need(kind == "consistency", "no proof")
    older, path = members(proof, "older", "path")
    older, path = key.checkpoint(older), hashes(path)
    consistent = is_consistent(
        older["size"], older["root"], checkpoint["size"], checkpoint["root"], path
    )
    need(consistent, "the older log is not the beginning of the newer one")
    return f"the log of {older['size']} is the beginning of the log of {checkpoint['size']}"


def is_refused(data, key):
    try:
        check(data, key)
    except Refused:
        return True
    return False


def alterations(data):
    """The file with one byte changed, left out or doubled, for every byte."""
    for at, byte in enumerate(data):
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("0"), ord("A"), ord(" ")} - {byte}:
            yield at, data[:at] + bytes([other]) + data[at + 1 :]
        yield at, data[:at] + data[at + 1 :]
        yield at, data[:at] + bytes([byte]) + data[at:]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    key = Key(sys.argv[1])
    refused = 0
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            data = file.read()
        try:
            print(f"{path}: {check(data, key)}")
        except Refused as why:
            sys.exit(f"{path}: proves nothing: {why}")
        for at, altered in alterations(data):
            if altered != data:
                if not is_refused(altered, key):
                    sys.exit(f"{path}: accepted with byte {at} altered: {altered!r}")
                refused += 1
    print(f"{len(sys.argv) - 2} proofs accepted, {refused} altered ones refused")


main()
