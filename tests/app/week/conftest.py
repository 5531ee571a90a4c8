"""A small week, played once; and a desk over a copy of its bills."""

import io

import pytest

from app.week.play import play
from tests.app.week.desk import SALES, SEED, Desk


@pytest.fixture(scope="session")
def week(tmp_path_factory):
    folder = tmp_path_factory.mktemp("week") / "w"
    return play(folder, SEED, sales=SALES, days=2, back_office=2)


@pytest.fixture
def desk(week, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))  # the practice people need no PIN
    made = Desk(week, tmp_path, capsys)
    yield made
    made.close()
