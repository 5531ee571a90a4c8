"""What a supervisor at a terminal is told; the whole way stands in tests/e2e/test_refunds.py."""

import io
from argparse import Namespace
from pathlib import Path

import pytest

from app.cli import refunding
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused, exit_of, settled
from app.cli.teller import Teller
from app.core.channel import Channel
from app.core.events import Now
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.core.refunds import Refund, RefundState
from app.core.sale import Order, Sale, State
from app.till.views import view_of

ORDER = Order("7" * 24, "p", Channel.WECHAT, 1250, "m", "1001", "0001", 1_795_320_000_000, "2026-11-22")


def a_sale(state, refund=RefundState.DONE, alarm="", **facts):
    one = Refund(ORDER.out_trade_no + "01", 1250, 1, "r", ORDER.began_ms, state=refund, **facts)
    return Sale(ORDER, state=state, refunds=(one,), alarm=alarm, took_money=True)


def told(sale, language="zh"):
    out = io.StringIO()
    return refunding._tell_refund(sale, Teller(out, language)), out.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("sale", "code", "word"),
    [
        (a_sale(State.VOIDED), Exit.PAID, "已退 ￥12.50"),
        (a_sale(State.PAID, RefundState.REFUSED, why=Reason.PAYEE, says="账户注销"), Exit.NOT_PAID, "账户注销"),
        (a_sale(State.PAID, RefundState.REFUSED), Exit.NOT_PAID, "钱没有退"),
        (a_sale(State.PAID, RefundState.CLOSED, "wk.closed"), Exit.NOT_PAID, "钱没有退"),
        (a_sale(State.VOIDING, RefundState.ABNORMAL, "wk.abnormal"), Exit.PERSON, "勿换退款号"),
        (a_sale(State.VOIDING, RefundState.ASKED, "back.funds"), Exit.PERSON, "余额不足"),
        (a_sale(State.VOIDING, RefundState.ASKED, "back.refund"), Exit.PERSON, "勿另退"),
        (a_sale(State.VOIDING, RefundState.ASKED, "st.mismatch"), Exit.PERSON, "微信答的是 别的金额"),
    ],
)
def test_how_a_refund_ended_is_one_line_and_one_code(sale, code, word, language):
    found, text = told(sale, language)
    assert (found, text.count("\n")) == (code, 1)
    assert language == "en" or word in text


@pytest.mark.parametrize(
    ("reason", "amount", "key"),
    [
        ("", None, "back.reason"),
        (" ", None, "back.reason"),
        ("x" * 81, None, "back.reason"),
        ("x", "-1", "cli.refusal"),
    ],
)
def test_a_wrong_command_is_refused_before_anything_is_opened(tmp_path: Path, reason, amount, key):
    args = Namespace(number=ORDER.out_trade_no, reason=reason, amount=amount, who=None, voucher="V")
    for command in (refunding.refund, refunding.hold):
        with pytest.raises(Refused) as caught:
            command(Ask(tmp_path, embedded=False), args)
        assert caught.value.key == key


def shown(sale):
    return view_of(sale, (), Now(1.0, ORDER.began_ms), patience_for(Channel.WECHAT), lambda mono: mono)


def test_nothing_at_a_terminal_waits_for_a_bank_that_takes_its_days(monkeypatch):
    at_bank = shown(a_sale(State.VOIDING, RefundState.ACCEPTED))
    monkeypatch.setattr("time.time", lambda: ORDER.began_ms / 1000 + 599)
    assert (exit_of(at_bank), settled(at_bank)) == (Exit.OPEN, False)
    monkeypatch.setattr("time.time", lambda: ORDER.began_ms / 1000 + 601)
    assert (exit_of(at_bank), settled(at_bank)) == (Exit.OPEN, True)
    assert exit_of(shown(a_sale(State.VOIDING, RefundState.ABNORMAL, "wk.abnormal"))) is Exit.PERSON


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("state", "word"),
    [(State.VOIDING, "￥12.50 退款已提交"), (State.VOIDED, "已作废"), (State.PARTLY_REFUNDED, "还可退")],
)
def test_a_sale_whose_money_goes_back_has_its_line(state, word, language):
    out = io.StringIO()
    refund = RefundState.ASKED if state is State.VOIDING else RefundState.DONE
    Teller(out, language).tell(shown(a_sale(state, refund)))
    assert word in out.getvalue() or language == "en"
