"""A day sold, looked at, sealed, exported and verified from the terminal, on a practice folder."""

import io
import json
import os
import sys
from dataclasses import replace

import pytest

from app.cli import main
from app.core.beijing import business_day
from app.core.channel import Channel
from app.core.numbers import order_number
from app.core.sale import Order, Sale, State
from app.journal.writer import open_writer
from app.secrets import Vault
from app.settings import DataFolder, Settings, save
from app.staff import hashing
from app.till.entries import entry_of
from app.words import say

MORNING_MS = 1_795_310_000_000  # 2026-11-22 09:13:20 in Beijing
DAY = "2026-11-22"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(hashing.Cost, "__init__", _cheap)


def _cheap(cost):
    for name, value in (("kib", 8), ("rounds", 1), ("lanes", 1)):
        object.__setattr__(cost, name, value)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "till"
    Vault.create(made, {"wechat.api_v2_key": "k" * 32}, simulator=True)
    save(made, Settings(simulator=True))
    return made


@pytest.fixture
def mashou(folder, monkeypatch, capsys):
    def run(*argv, given="", data=folder):
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = main.run([*argv, "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def sold(folder):
    """``sold(n, state)``: writes a sale as a till would have."""

    def write(running, state=State.PAID, fen=12_850):
        journal = open_writer(
            DataFolder(folder).journal,
            Vault.unlock(folder).mac_key,
            training=True,
            now_ms=MORNING_MS,
            entropy=os.urandom,
        )
        try:
            number = order_number(training=True, at_ms=MORNING_MS, terminal="0001", epoch=7, running=running)
            order = Order(
                number, f"p{running}", Channel.WECHAT, fen, f"{running:064x}", "1001", "0001", MORNING_MS, DAY, True
            )
            begun = Sale(order)
            if not journal.story(number):
                journal.append(entry_of(begun, MORNING_MS))
            journal.append(entry_of(replace(begun, state=state, ended_ms=MORNING_MS + 3000), MORNING_MS + 3000))
        finally:
            journal.close()
        return number

    return write


def test_a_shift_is_opened_looked_at_and_sealed(mashou, sold):
    sold(1)
    assert mashou("shift", "status")[1].splitlines()[0] == say("sh.off")
    assert mashou("shift", "z")[0] == 64
    code, out, _ = mashou("shift", "open")
    assert (code, "开班" in out) == (0, True)
    assert mashou("shift", "open")[0] == 64
    code, out, _ = mashou("shift", "x")
    assert code == 0
    assert "￥128.50" in out
    code, out, _ = mashou("shift", "z", "--json")
    closed = json.loads(out)
    assert (code, closed["z"], closed["net_fen"]) == (0, 1, 12_850)
    mashou("shift", "open")
    assert json.loads(mashou("shift", "x", "--json")[1])["net_fen"] == 0


def test_an_open_sale_blocks_until_a_manager_takes_it_over(mashou, sold):
    number = sold(1, State.STUCK)
    mashou("shift", "open")
    code, out, _ = mashou("shift", "z")
    assert code == 2
    assert number in out
    assert mashou("shift", "z", "--as", "cashier", "--reason", "网断了")[0] == 64
    code, out, _ = mashou("shift", "z", "--as", "manager", "--reason", "网断了", "--json")
    closed = json.loads(out)
    assert (code, closed["forced"]["reason"]) == (0, "网断了")
    assert [one[0] for one in closed["unsettled"]] == [number]


def test_the_day_log_says_what_the_journal_says(mashou, sold):
    sold(1)
    sold(2, State.DECLINED, fen=100)
    code, out, _ = mashou("daylog", "--day", DAY, "--json")
    log = json.loads(out)
    assert code == 0
    assert log["totals"] == {"count": 1, "paid_fen": 12_850, "refunds": 0, "refunded_fen": 0, "net_fen": 12_850}
    assert [row["kind"] for row in log["rows"]] == ["paid", "declined"]
    assert log["channels"]["wechat"] == log["totals"]
    assert len(mashou("daylog", "--day", DAY)[1].splitlines()) == 3


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_an_export_is_verified_where_there_is_no_till_and_an_edited_one_is_not(mashou, sold, tmp_path, kind, qapp):
    sold(1)
    out, public, away = tmp_path / f"day.{kind}", tmp_path / "till.pem", tmp_path / "away"
    code, said, _ = mashou("export", "--day", DAY, "--format", kind, "--out", str(out))
    assert code == 0
    assert "￥128.50" in said
    assert mashou("export", "key", "--out", str(public))[0] == 0
    assert mashou("export", "verify", str(out))[0] == 0
    code, said, _ = mashou("export", "verify", str(out), "--key", str(public), data=away)
    assert (code, said.splitlines()[0]) == (0, say("vf.ok", n=1))
    assert mashou("export", "verify", str(out), data=away)[0] == 1
    data = bytearray(out.read_bytes())
    data[-3] ^= 1
    out.write_bytes(data)
    code, said, _ = mashou("export", "verify", str(out), "--key", str(public), data=away)
    assert (code, said.splitlines()[0]) == (1, say("vf.file"))
    (tmp_path / f"day.{kind}.sig").unlink()
    assert mashou("export", "verify", str(out), "--key", str(public), data=away)[0] == 1
    assert not away.exists()


def test_another_tills_key_can_be_registered(mashou, sold, tmp_path, folder):
    sold(1)
    other = tmp_path / "other"
    Vault.create(other, {"wechat.api_v2_key": "k" * 32}, simulator=True)
    save(other, Settings(simulator=True))
    out, public = tmp_path / "day.csv", tmp_path / "till.pem"
    mashou("export", "--day", DAY, "--out", str(out))
    mashou("export", "key", "--out", str(public))
    assert mashou("export", "verify", str(out), data=other)[0] == 1
    (DataFolder(other).journal).write_bytes(DataFolder(folder).journal.read_bytes())
    assert mashou("export", "trust", str(public), "--till", "0001", data=other)[0] == 0
    assert mashou("export", "verify", str(out), data=other)[0] == 0
    assert mashou("export", "trust", str(out), "--till", "0001", data=other)[0] == 64
    assert mashou("export", "trust", str(public), "--till", "../x", data=other)[0] == 64


@pytest.mark.parametrize(
    "argv",
    [
        ("export", "--day", DAY),
        ("export", "--out", "x.csv"),
        ("export", "--day", "22.11.", "--out", "x.csv"),
        ("export", "--day", DAY, "--to", "2026-11-21", "--out", "x.csv"),
        ("export", "--day", DAY, "--out", "nowhere/x.csv"),
        ("daylog", "--day", "heute"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(mashou, sold, argv, tmp_path, monkeypatch):
    sold(1)
    monkeypatch.chdir(tmp_path)
    code, out, err = mashou(*argv)
    assert (code, out) == (64, "")
    assert "Traceback" not in err
    assert err.strip()


def test_a_folder_without_a_journal_is_said_so(mashou, tmp_path):
    for argv in (("daylog", "--day", DAY), ("shift", "x"), ("export", "--day", DAY, "--out", str(tmp_path / "x.csv"))):
        code, _, err = mashou(*argv)
        assert code == 64
        assert err.strip()
    assert business_day(MORNING_MS) == DAY
