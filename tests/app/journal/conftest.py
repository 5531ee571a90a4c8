"""Journals in a folder of their own, with chance and time given."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.journal.api import Entry, SaleLine
from app.journal.writer import Journal, open_writer

KEY = b"k" * 32
NOW = 1_763_787_055_123  # 2025-11-22 12:50:55 at UTC+8
DAY = "2025-11-22"


def make_line(n: int, state: str = "INTENT", *, is_open: bool = True, **facts: object) -> SaleLine:
    held: dict[str, object] = {
        "out_trade_no": f"7{n:023d}",
        "number": n,
        "purchase": f"p{n}",
        "channel": "wechat",
        "amount_fen": 100 * n,
        "state": state,
        "is_open": is_open,
        "refunded_fen": 0,
        "day": DAY,
        "began_ms": NOW + n,
        "code_mark": f"{n:064x}",
        **facts,
    }
    return SaleLine(**held)


def make_entry(n: int, state: str = "INTENT", *, is_open: bool = True, **facts: object) -> Entry:
    sale = make_line(n, state, is_open=is_open, **facts)
    return Entry(f"sale.{state.lower()}", NOW + n, {"no": sale.out_trade_no, "state": state}, sale)


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """``entry(n, state, is_open=..., **facts)``: one about sale ``n``."""
    return make_entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[..., Journal]]:
    """``opened()``: the journal of this test, closed at its end."""
    journals: list[Journal] = []

    def open_it(where: Path = path, **named: object) -> Journal:
        asked = {"training": True, "now_ms": NOW, "entropy": os.urandom, "ballast_bytes": 0, **named}
        journal = open_writer(where, KEY, **asked)
        journals.append(journal)
        return journal

    yield open_it
    for journal in journals:
        journal.close()
