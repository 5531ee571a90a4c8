"""``mashou find``, ``sale`` and ``worklist`` over a folder with a journal, beside whatever writes it."""

import json
from dataclasses import replace

import pytest

from app.cli import main as cli
from app.core.sale import State
from app.journal.api import Entry
from app.journal.writer import open_writer
from app.settings import DataFolder, Settings, Till, save
from app.till.clock import Clock
from app.till.entries import entry_of
from tests.app.core.test_adviser import a_sale, numbered_now


@pytest.fixture
def folder(tmp_path):
    place = DataFolder(tmp_path / "till")
    save(place.path, replace(Settings(), till=Till(terminal="0003")))
    return place


@pytest.fixture
def journal(folder):
    opened = open_writer(folder.journal, b"k" * 32, training=False, now_ms=1, entropy=bytes, ballast_bytes=0)
    yield opened
    opened.close()


@pytest.fixture
def sale(journal):
    """Sold a minute ago, by the clock of the command."""
    paid = numbered_now(a_sale(), Clock().channel_ms() - 60_000)
    began = paid.order.began_ms
    journal.append(entry_of(replace(paid, state=State.INTENT, paid_ms=None), began), entry_of(paid, began + 5_000))
    return paid


@pytest.fixture
def mashou(folder, capsys):
    """``mashou(words...)`` in the folder: exit code, what it printed, what it complained."""

    def run(*argv):
        code = cli.run(["--data", str(folder.path), *map(str, argv)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_find_takes_what_a_slip_shows(mashou, sale):
    number = sale.order.out_trade_no
    for text in (number, number[-4:], "128.50"):
        code, out, _ = mashou("find", text)
        assert code == 0
        assert number in out
        assert "已收款" in out
    ((row,),) = [json.loads(mashou("find", "--json", "128.5")[1])]
    assert (row["out_trade_no"], row["amount_fen"], row["left_fen"]) == (number, 12_850, 12_850)


def test_find_says_why_there_is_none(mashou, sale):
    assert mashou("find", "9999")[:2] == (1, "本机没有这个单号，请核对小票和门店。\n")
    assert mashou("find", "nonsense", "--language", "en")[0] == 1
    assert mashou("find", "--json", "9999")[1] == "[]\n"


def test_a_payment_code_is_never_repeated(mashou, sale):
    code, out, err = mashou("find", "130123456789012345")
    assert code == 1
    assert "130123456789012345" not in out + err


def test_sale_tells_the_story_and_the_way_to_take(mashou, sale):
    code, out, _ = mashou("sale", sale.order.out_trade_no)
    assert code == 0
    assert "已收款，已入账" in out
    assert " * 全额退款" in out
    assert " - 撤销" in out
    told = json.loads(mashou("sale", "--json", sale.order.out_trade_no)[1])
    assert [step["key"] for step in told["story"]] == ["step.intent", "step.paid"]
    assert told["advice"]["recommended"] == "full"
    assert [way["open"] for way in told["advice"]["ways"]] == [True, True, False]


def test_sale_wants_one(mashou, sale, journal):
    code, _, err = mashou("sale", "9999")
    assert (code, err) == (64, "本机没有这个单号，请核对小票和门店。\n")


def test_the_worklist_ends_with_2_while_somebody_is_needed(mashou, sale, journal):
    assert mashou("worklist")[:2] == (0, "没有待办。\n")
    stuck = replace(sale, state=State.STUCK, alarm="st.stuck", reverses=3, says="no right")
    journal.append(entry_of(stuck, Clock().channel_ms()))
    body = {"out_trade_no": sale.order.out_trade_no, "by": "2001", "text": "rang the bank"}
    journal.append(Entry("work.note", Clock().channel_ms(), body))
    code, out, _ = mashou("worklist")
    assert code == 2
    for said in ("待办 1 件，涉及 ￥128.50", "通道拒绝撤销请求：no right", "撤销 3 次", "2001  rang the bank"):
        assert said in out
    (task,) = json.loads(mashou("worklist", "--json", "--language", "en")[1])
    assert (task["trouble"], task["by"]) == ("refused", "2001")
    assert task["do"] == "Manager checks rights and certificate; hourly retries."


def test_a_folder_without_a_journal_is_said(tmp_path, capsys):
    assert cli.run(["--data", str(tmp_path / "none"), "find", "1234"]) == 64
    assert capsys.readouterr().err
