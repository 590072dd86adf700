from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from gigahour import Table
from gigahour.account import Fill
from gigahour.market import Bbo
from gigahour.results import OrderResult

ROW = {
    "exec_id": "X1",
    "symbol": "H100-US-2027M03",
    "side": "buy",
    "price": "2.125",
    "qty": "40",
    "fee": "-0.500",
    "tag": None,
    "eseq": 7,
    "eng_ns": "1772323205000000001",
}
FILLS = Table(Fill, [Fill.read(ROW), Fill.read({"exec_id": "X2", "price": "1.001", "qty": "1"})])


def test_the_default_is_floats_and_utc() -> None:
    frame = FILLS.to_df()
    assert frame["price"].dtype == "float64"
    assert frame["qty"].dtype == "Int64"
    assert frame["eng"][0] == pd.Timestamp(1772323205000000001, tz="UTC")
    assert frame["eng"].isna().tolist() == [False, True]
    assert frame["price"].sum() == pytest.approx(3.126)
    assert frame["fee"][0] == -0.5


def test_integers_carry_their_scale_in_the_name() -> None:
    frame = FILLS.to_df(price="int", engine="polars")
    assert frame["price_mills"].to_list() == [2125, 1001]
    assert frame["fee_mills"].to_list() == [-500, None]
    average = Table(OrderResult, [OrderResult.read({"avg_px": "2.125001"})])
    assert average.to_df(price="int", engine="polars")["avg_px_micros"].to_list() == [2125001]


def test_decimals_stay_exact() -> None:
    frame = FILLS.to_df(price="decimal", engine="polars")
    assert frame["price"].dtype == pl.Decimal(38, 3)
    assert frame["price"][0] == Decimal("2.125")
    assert FILLS.to_df(price="decimal")["price"][0] == Decimal("2.125")


def test_times_are_of_the_zone_that_was_asked_for() -> None:
    assert str(FILLS.to_df(tz="Europe/Berlin")["eng"].dt.tz) == "Europe/Berlin"
    frame = FILLS.to_df(tz="Europe/Berlin", engine="polars")
    assert frame["eng"].dtype == pl.Datetime("ns", "Europe/Berlin")
    assert frame["eng"].dt.epoch("ns")[0] == 1772323205000000001


def test_arrow_has_types() -> None:
    table: Any = FILLS.to_df(price="decimal", engine="arrow")
    assert table.schema.field("price").type == pa.decimal128(38, 3)
    assert table.schema.field("eng").type == pa.timestamp("ns", "UTC")
    assert table.schema.field("qty").type == pa.int64()


def test_a_level_becomes_a_price_and_lots() -> None:
    bbo = Bbo.read({"symbol": "A", "bid": ["2.1", "5"], "ask": None, "implied": {}})
    frame = Table(Bbo, [bbo]).to_df()
    assert frame[["bid", "bid_qty"]].values.tolist() == [[2.1, 5]]
    assert "ask" in frame


@pytest.mark.parametrize("engine", ["pandas", "polars", "arrow"])
def test_an_empty_table_has_its_columns(engine: Any) -> None:
    frame: Any = Table(Fill).to_df(engine=engine)
    columns = frame.column_names if engine == "arrow" else list(frame.columns)
    assert {"price", "qty", "eng", "symbol"} <= set(columns)
    assert len(frame) == 0


def test_an_engine_or_a_price_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="float, int or decimal, not 'cents'"):
        FILLS.to_df(price="cents")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="pandas, polars or arrow, not 'excel'"):
        FILLS.to_df(engine="excel")  # type: ignore[call-overload]


def test_records_show_their_units() -> None:
    shown = repr(FILLS[0])
    assert "price=$2.125/GPU-hour" in shown
    assert "qty=40 lots = 320 GPUs" in shown
    assert "fee=-$0.500" in shown
    assert "eng_ns=2026-03-01T00:00:05.000Z" in shown


def test_a_notebook_shows_a_table_and_nothing_of_it_is_markup() -> None:
    fill = Fill.read({**ROW, "tag": "<b>"})
    html = Table(Fill, [fill])._repr_html_()
    assert "<th>price</th>" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert Table(Fill, [fill] * 70)._repr_html_().count("<tr>") == 61
