from dataclasses import replace

import pytest

from app.core.channel import Channel
from app.core.codes import AuthCode, NotTaken, OwnReceipt, PaymentCode
from app.core.sale import Order, Sale, State
from app.till.lamps import Health
from app.till.scanning import No, what_it_is, whether_asked, which_way, whose_it_was
from app.till.stage import Stage, doubted, entered
from app.words import has, say

CODE = PaymentCode(Channel.WECHAT, AuthCode("110101199003074477"))
ASKING = entered(900, 500_000)
ORDER = Order("n", "p", Channel.WECHAT, 900, "", "1001", "0007", 0, "2026-11-22")
LOOKALIKE = NotTaken("idcard", payment=CODE)


@pytest.mark.parametrize(
    ("read", "stage", "found"),
    [
        (CODE, ASKING, CODE),
        (OwnReceipt("n"), ASKING, No("receipt")),
        (NotTaken("short", (("n", "3"),)), ASKING, No("short", (("n", "3"),))),
        (LOOKALIKE, ASKING, No("idcard")),
        (LOOKALIKE, doubted(ASKING), CODE),
        (LOOKALIKE, Stage(), CODE),  # nobody asked: "amount first" is the better answer, and comes next
        (NotTaken("idcard"), doubted(ASKING), No("idcard")),  # an ID card that is no payment code either
    ],
)
def test_what_was_read(read, stage, found):
    assert what_it_is(read, stage) == found


@pytest.mark.parametrize(
    ("state", "purchase", "stage", "no"),
    [
        (State.PENDING, "p", replace(ASKING, purchase="p"), No("twice")),
        (State.PENDING, "other", replace(ASKING, purchase="p"), No("other")),
        (State.PENDING, "other", Stage(), No("twice")),
        (State.REVERSING, "p", replace(ASKING, purchase="p"), No("twice")),
        (State.PAID, "p", ASKING, No("used")),
        (State.DECLINED, "p", ASKING, No("used")),
        (State.NOT_SENT, "p", ASKING, None),
    ],
)
def test_whose_code_it_was(state, purchase, stage, no):
    assert whose_it_was(Sale(replace(ORDER, purchase=purchase), state), stage) == no
    assert whose_it_was(None, stage) is None


@pytest.mark.parametrize("state", list(State))
def test_a_scan_counts_only_while_the_stage_asks(state):
    shown = Sale(ORDER, state)
    before_d2 = state in {State.INTENT, State.PENDING, State.UNKNOWN}
    assert whether_asked(ASKING, shown, "") is None
    assert whether_asked(replace(ASKING, asking=False), shown, "") == No("open" if before_d2 else "noamount")


def test_no_other_channel_to_name():
    assert which_way(Channel.WECHAT, {Channel.WECHAT: Health(silent=3)}) == No(
        "chandown", (("channel", "wechat"), ("channels", ""))
    )


def test_a_code_before_the_amount_was_checked_is_not_called_too_large():
    above = replace(ASKING, asking=False, confirm_cap=True)
    assert whether_asked(above, None, "￥5,000.00") == No("cap", (("amount", "￥5,000.00"),))
    assert has("scan.cap.head")
    assert "F7" in say("scan.cap.do"), "one more key takes it: no most is named and nobody called"
