"""Makes the methods of the threaded client of those of the asynchronous one.

    python tools/unasync.py            writes src/gigahour/sync_methods.py

A test fails where the file is another one.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent.parent / "src" / "gigahour"
SOURCE, TARGET = HERE / "async_methods.py", HERE / "sync_methods.py"

HEADER = '''"""The methods of the exchange and its channels, for the threaded client.

Made of `async_methods.py` by `tools/unasync.py`: change that one.
"""
'''

CHANGES = (
    (r"\A\"\"\".*?\"\"\"\n", HEADER),
    (r"async def ", "def "),
    (r"async with ", "with "),
    (r"await ", ""),
    (r"async_stream", "sync_stream"),
    (r"AsyncStream", "Stream"),
    (r"AsyncMethods", "Methods"),
)


def converted(source: str) -> str:
    """The same methods without waiting."""
    for pattern, replacement in CHANGES:
        source = re.sub(pattern, replacement, source, flags=re.DOTALL)
    return source


if __name__ == "__main__":
    TARGET.write_text(converted(SOURCE.read_text("utf-8")), "utf-8")
