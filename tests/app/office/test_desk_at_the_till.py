"""The supervisor's desk over the real till: found, given back, seen to its end, and stuck ones on the worklist."""

import pytest

from app.core.adviser import Way
from app.core.policy import patience_for
from app.core.sale import State
from app.core.staff import Act, Approval, Person, Role
from app.office.desk import SaleDesk
from app.till.back import TillMoneyBack
from tests.app.till.conftest import codes, open_shop, shop  # noqa: F401 - fixtures

BOSS = Person("2001", "练习主管", Role.SUPERVISOR)


async def here(work):
    """The till's loop is on virtual time, which no other thread keeps."""
    return work()


@pytest.fixture
def desk(shop, monkeypatch):  # noqa: F811 - the fixture
    monkeypatch.setattr("app.office.desk.in_thread", here)
    return SaleDesk(
        shop.path,
        terminal="0007",
        clock=shop.clock,
        patience=patience_for,
        back=TillMoneyBack(shop.engine),
        acts=shop.counter,
        keep=shop.engine.keeper.keep,
    )


def test_a_sale_is_found_refunded_and_seen_to_its_end(shop, codes, desk):  # noqa: F811 - fixtures
    shop.charge(1250, codes("wechat"))
    shop.advance(1)
    number = shop.sale().out_trade_no
    (found,) = shop.run(desk.find(number[-4:])).rows
    assert found.state is State.PAID
    picture = shop.run(desk.look(number))
    assert picture.advice.recommended is Way.FULL
    yes = Approval(
        Act.REFUND, number, 1250, "ap.reason.return", BOSS, "1" * 32, shop.clock.mono(), shop.clock.channel_ms()
    )
    assert shop.run(desk.refund(number, 1250, "ap.reason.return", yes)) is None
    moving = shop.run(desk.look(number))
    assert moving.is_moving
    assert moving.advice.recommended is Way.NOTHING
    assert shop.run(desk.refund(number, 1250, "ap.reason.return", yes)) is not None
    shop.advance(120)
    done = shop.run(desk.look(number))
    assert (done.sale.state, done.sale.refunded_fen) == (State.VOIDED, 1250)
    keys = [step.what.key for step in done.story]
    assert keys[-3:] == ["desk.step.asked", "desk.step.accepted", "desk.step.done"]
    assert done.advice.head.key == "adv.refund.none"
    assert shop.run(desk.work()).tasks == ()


def test_money_by_hand_says_at_its_end_whether_cash_may_be_given(shop, codes, desk):  # noqa: F811 - fixtures
    shop.charge(1250, codes("wechat"))
    shop.advance(1)
    number = shop.sale().out_trade_no
    asked_at = shop.clock.mono(), shop.clock.channel_ms()
    yes = Approval(Act.HOLD, number, 1250, "bank is shut", BOSS, "2" * 32, *asked_at)
    assert shop.run(desk.hold(number, 1250, "bank is shut", "V-7", yes)) is None
    shop.advance(300)
    (task,) = shop.run(desk.work()).tasks
    assert task.trouble.value == "cash"
    assert shop.run(desk.look(number)).advice.head.key == "back.held"
    assert [step.what.key for step in shop.run(desk.look(number)).story][-2:] == ["desk.step.hand", "desk.step.given"]
    assert shop.run(desk.note(number, "2001", "paid, slip 7 signed"))
    assert shop.run(desk.work()).tasks == ()
