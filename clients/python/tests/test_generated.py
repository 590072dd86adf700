import importlib.util
from pathlib import Path


def test_the_methods_of_both_clients_are_the_same() -> None:
    path = Path(__file__).parents[1] / "tools" / "unasync.py"
    spec = importlib.util.spec_from_file_location("unasync", path)
    assert spec
    assert spec.loader
    unasync = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(unasync)
    made = unasync.converted(unasync.SOURCE.read_text("utf-8"))
    assert unasync.TARGET.read_text("utf-8") == made, "run python tools/unasync.py"
