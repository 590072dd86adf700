"""The examples of the README do what they say."""

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Venue

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_the_examples_run_in_their_order(
    venue: Venue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GHX_KEYS", str(venue.keys_file))
    monkeypatch.chdir(tmp_path)
    assert len(EXAMPLES) == 8
    known: dict[str, Any] = {"__name__": "readme"}
    for example in EXAMPLES:
        exec(compile(example, "README.md", "exec"), known)
    shown = capsys.readouterr().out
    assert "H100-US at 20" in shown
    assert "the tick is 0.001" in shown
    assert "2004 PRICE_BAND True a price from" in shown
    assert "At worst (+40 %) the need costs $" in shown
    assert (tmp_path / "plan.json").exists()
    assert known["plan"].orders
    assert any(order.state != "planned" for order in known["plan"].orders)


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 180
