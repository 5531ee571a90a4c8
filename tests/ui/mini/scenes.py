"""What a mini window is looked at with: every stage, and what only it has. Name -> (picture, typed, extra)."""

from __future__ import annotations

from app.till.api import CounterView, Phase
from tests.ui import pictures


def scenes() -> dict[str, tuple[CounterView | None, str, str]]:
    out: dict[str, tuple[CounterView | None, str, str]] = {
        f"{n:02d}-{phase}": (pictures.view(phase), "", "") for n, phase in enumerate(Phase)
    }
    recovered = pictures.sale(Phase.PAID, recovered=True)
    out |= {
        "30-opening": (None, "12", ""),
        "31-typing": (pictures.view(Phase.IDLE), "128.5", ""),
        "32-cap": (pictures.view(Phase.READY, amount_fen=560_000, confirm_cap=True), "", ""),
        "33-long": (pictures.view(Phase.READY, amount_fen=999_999_999), "", ""),
        "34-refused": (pictures.refused(Phase.READY, "collect"), "", ""),
        "35-refused-pending": (pictures.refused(Phase.PENDING, "twice"), "", ""),
        "36-refused-paid": (pictures.refused(Phase.PAID, "noamount"), "", ""),
        "37-recovered": (pictures.view(Phase.PAID, sale=recovered, open=()), "", ""),
        "38-asked": (pictures.view(Phase.READY, request="pos-1"), "", ""),
        "39-accepted": (pictures.view(Phase.UNKNOWN, sale=pictures.sale(Phase.UNKNOWN, deadline=None)), "", ""),
        "40-dead": (pictures.view(Phase.PENDING), "", "dead"),
        "41-notice": (pictures.view(Phase.PENDING), "", "notice"),
        "42-locked": (pictures.view(Phase.IDLE), "", "locked"),
        "50-training": (pictures.view(Phase.READY, training=True), "", ""),
        "51-training-pending": (pictures.view(Phase.PENDING, training=True), "", ""),
    }
    return out
