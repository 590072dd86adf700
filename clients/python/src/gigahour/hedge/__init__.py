"""Hedging: from a need of GPUs to orders.

need = hedge.Need.of("H100-US", {"2027-04": 512, "2027-05": 512, "2027-06": 576})
plan = hedge.plan(need, client.instruments("H100-US-*"), market_ns=client.ping().market_ns,
                  cover="70%", limit="2.60", weeks=10)
hedge.preview(client, plan)
plan = hedge.execute(client, plan, "plan.json")
"""

from gigahour.hedge.compare import Outcome, compare, replay, sentence
from gigahour.hedge.coverage import Rung, coverage
from gigahour.hedge.execute import coming, execute
from gigahour.hedge.history import History
from gigahour.hedge.month import Month, months_of
from gigahour.hedge.need import Need, read_csv
from gigahour.hedge.plan import Plan, Planned, plan
from gigahour.hedge.preview import LegPreview, PlanPreview, preview, sell_back
from gigahour.hedge.scenarios import Scenario, Terms, parallel
from gigahour.hedge.strip import Leg, Strip, strip

__all__ = [
    "History",
    "Leg",
    "LegPreview",
    "Month",
    "Need",
    "Outcome",
    "Plan",
    "PlanPreview",
    "Planned",
    "Rung",
    "Scenario",
    "Strip",
    "Terms",
    "coming",
    "compare",
    "coverage",
    "execute",
    "months_of",
    "parallel",
    "plan",
    "preview",
    "read_csv",
    "replay",
    "sell_back",
    "sentence",
    "strip",
]
