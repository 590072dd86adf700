"""The notebook runs from its first cell to its last."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from conftest import Venue

NOTEBOOK = Path(__file__).parents[1] / "examples" / "hedge.ipynb"


def test_the_notebook_runs(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason="the notebook needs gigahour[test]")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("GHX_KEYS", str(venue.keys_file))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(NOTEBOOK.parent)}}
    nbclient.NotebookClient(notebook, timeout=60, resources=where).execute()
    shown = [str(cell.get("outputs", "")) for cell in notebook.cells]
    assert any("image/png" in text for text in shown)
    assert any("At worst (" in text for text in shown)
    assert any("generation cliff" in text for text in shown)
    sent = ast.literal_eval(notebook.cells[-4]["outputs"][0]["data"]["text/plain"])
    assert len(sent) >= 5
    assert len({symbol for symbol, *_ in sent}) == len(sent), "each contract of the slice once"
    assert all(0 <= filled <= lots for _, lots, filled, _ in sent)
