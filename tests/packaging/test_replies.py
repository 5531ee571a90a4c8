"""docs/replies.md says what the tables say."""

import importlib.util
import re
from importlib import import_module
from pathlib import Path

import pytest

from app.channels.books import BillFault
from app.core.answers import Found, Pay, Repaid, Undone, Verdict

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def replies():
    spec = importlib.util.spec_from_file_location("mashou_replies", ROOT / "packaging" / "replies.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_document_is_up_to_date(replies):
    assert replies.DOCUMENT.read_text(encoding="utf-8") == replies.document(), "run packaging/replies.py"


def test_every_answer_has_exactly_one_class(replies):
    kinds = [(type(kind), kind) for enum in (Pay, Found, Undone, Repaid) for kind in enum]
    assert set(replies.CLASS_OF) == set(kinds)
    assert sum(len(some) for some in replies._CLASSES.values()) == len(kinds)


def test_every_code_of_every_table_stands_in_the_document(replies):
    text = replies.document()
    for room in replies.rooms():
        part = text[text.index(f"## {replies.TITLES.get(room, room)}\n") :]
        for _, rows in replies.tables(import_module(f"app.channels.{room}.table")):
            assert [code for code, _ in rows if code and f"| `{code}` " not in part] == []


@pytest.mark.parametrize("needed", ["PAY", "QUERY", "REFUND"])
def test_each_room_has_its_tables(replies, needed):
    for room in replies.rooms():
        assert needed in dict(replies.tables(import_module(f"app.channels.{room}.table"))), room


def test_no_row_is_without_its_sentence(replies):
    silent = []
    for room in replies.rooms():
        for name, rows in replies.tables(import_module(f"app.channels.{room}.table")):
            for code, held in rows:
                verdict, _, _, zh, en = replies.cells(held)
                if verdict == Verdict.DECLINED and name == "PAY" and "—" in (zh, en):
                    silent.append((room, code))
    assert silent == []


def test_every_fault_of_a_bill_has_a_sentence(replies):
    silent = {fault for fault in BillFault if "—" in replies._bill(fault)}
    assert silent <= {BillFault.FORGED}, "its words come with reconciliation"


def test_only_a_payment_that_unionpay_took_in_is_being_charged(replies):
    assert replies.sentences(Pay.ACCEPTED, None, "unionpay")[1] == "Charging"
    assert "Alipay" in replies.sentences(Pay.ACCEPTED, None, "alipay")[1]
    assert replies.sentences(Repaid.ACCEPTED, None, "unionpay")[1] == "—"


def states_of(transitions):
    return set(re.findall(r"\b([A-Z_]{5,})\b", re.sub(r":.*", "", transitions)))


def test_wechat_is_revoked_and_never_closed(replies):
    for room in ("wechat_v2", "wechat_v3"):
        listed = set(import_module(f"app.channels.{room}.table").TRADE_STATE)
        assert states_of(replies.DIAGRAMS[room][0]) == listed - {"CLOSED"}


def test_alipay_ends_closed_when_revoked_and_when_fully_refunded(replies):
    transitions = replies.DIAGRAMS["alipay"][0]
    assert states_of(transitions) == set(import_module("app.channels.alipay.table").TRADE_STATUS)
    closing = [line for line in transitions.splitlines() if "--> TRADE_CLOSED" in line]
    assert len(closing) == 2


def test_a_closed_wechat_order_is_marked_as_what_cannot_come(replies):
    assert "| `CLOSED` ※ | declined | returned |" in replies.document()


def test_every_room_has_its_diagram(replies):
    assert set(replies.rooms()) == set(replies.DIAGRAMS)
