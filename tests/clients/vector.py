"""The login vector of PROTOCOL.md, section 4, read off the page and verified by two implementations
nobody here wrote: Python `cryptography` and the `openssl` command. Usage: vector.py FOLDER"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

folder = Path(sys.argv[1])
page = (Path(__file__).parents[2] / "gateway/protocol/PROTOCOL.md").read_text("utf-8")
public = base64.b64decode(re.search(r"public key `([A-Za-z0-9+/=]{44})`", page)[1])
message = re.search(r"`(gigahour-login-v1\\n[^`]*)`", page)[1].replace("\\n", "\n").encode()
request = next(line for line in page.splitlines() if '"alg":"ed25519"' in line)
signature = base64.b64decode(json.loads(request)["params"]["sig"])

secret = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
assert secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) == public
assert secret.sign(message) == signature
secret.public_key().verify(signature, message)


def openssl(said: bytes) -> bool:
    """Whether openssl takes the signature for one of `said`."""
    spki = bytes.fromhex("302a300506032b6570032100") + public
    for name, content in (("key.der", spki), ("message", said), ("signature", signature)):
        (folder / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key.der"]
    command += ["-rawin", "-in", folder / "message", "-sigfile", folder / "signature"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


assert openssl(message)
assert not openssl(message + b"\n"), "openssl takes anything"
try:
    secret.public_key().verify(signature, message + b"\n")
except InvalidSignature:
    print("vector: the signature of the page holds for cryptography and for openssl")
else:
    raise SystemExit("cryptography takes anything")
