"""The practice phone over the control door."""

import asyncio
import dataclasses

import pytest

from app.core.channel import Channel
from app.sim.client_file import Control, NoSimulatorError, read_control
from app.sim.phone import PhoneView, SimPhone
from app.sim.remote import AskedWrongError, ask
from app.till import api


@pytest.fixture
def phone(sim, folder):
    return SimPhone.of(folder)


def do(awaitable):
    return asyncio.run(awaitable)


def test_it_has_the_shape_the_till_asks_for():
    assert [field.name for field in dataclasses.fields(PhoneView)] == [
        field.name for field in dataclasses.fields(api.PhoneView)
    ]
    for name in ("fresh_code", "look", "enter_password", "refuse", "line"):
        assert asyncio.iscoroutinefunction(getattr(SimPhone, name)), name


@pytest.mark.parametrize("channel", [Channel.WECHAT, Channel.ALIPAY])
def test_a_person_types_the_password(sim, wire, phone, channel):
    view = do(phone.fresh_code(channel, api.Customer.PASSWORD))
    assert (view.channel, view.state, view.balance_fen, view.asks_fen) == (channel, "code", 500_000, None)
    pay = wire.micropay if channel is Channel.WECHAT else wire.pay
    pay("91", view.code)
    asked = do(phone.look())
    assert (asked.state, asked.asks_fen, asked.balance_fen) == ("password", 1250, 500_000)
    do(phone.enter_password())
    paid = do(phone.look())
    assert (paid.state, paid.asks_fen, paid.balance_fen) == ("paid", None, 498_750)
    do(phone.enter_password())
    assert do(phone.look()) == paid
    assert sim.ledger() == {"91": ("PAID", 1250, 1250)}


def test_a_person_refuses(sim, wire, phone):
    view = do(phone.fresh_code(Channel.WECHAT, api.Customer.PASSWORD))
    wire.micropay("91", view.code)
    do(phone.refuse())
    assert do(phone.look()).state == "refused"
    assert wire.orderquery("91")["trade_state"] == "PAYERROR"


def test_instant_asks_above_a_thousand_yuan_and_poor_is_poor(sim, wire, phone):
    small = do(phone.fresh_code(Channel.WECHAT, api.Customer.INSTANT))
    assert wire.micropay("91", small.code, fee=100_000)["result_code"] == "SUCCESS"
    large = do(phone.fresh_code(Channel.WECHAT, api.Customer.INSTANT))
    assert wire.micropay("92", large.code, fee=100_001)["err_code"] == "USERPAYING"
    poor = do(phone.fresh_code(Channel.WECHAT, api.Customer.POOR))
    assert (wire.micropay("93", poor.code)["err_code"], poor.balance_fen) == ("NOTENOUGH", 0)
    assert do(phone.look()).state == "refused"


def test_who_types_no_password_has_the_same_purse_and_is_asked_for_good(sim, wire, phone):
    view = do(phone.fresh_code(Channel.WECHAT, api.Customer.NEVER))
    assert view.balance_fen == 500_000
    assert wire.micropay("91", view.code)["err_code"] == "USERPAYING"
    sim.clock.advance(40)
    assert do(phone.look()).state == "password"


def test_a_code_grows_old_and_money_comes_back(sim, wire, phone):
    assert do(phone.look()).state == "expired", "no code yet"
    old = do(phone.fresh_code(Channel.ALIPAY, api.Customer.INSTANT))
    sim.clock.advance(60)
    assert do(phone.look()).state == "expired"
    wire.pay("81", do(phone.fresh_code(Channel.ALIPAY, api.Customer.INSTANT)).code)
    assert do(phone.look()).balance_fen == old.balance_fen - 1250
    wire.cancel("81")
    assert do(phone.look()).balance_fen == old.balance_fen


def test_the_line_is_cut_and_mended(sim, wire, phone):
    do(phone.fresh_code(Channel.WECHAT, api.Customer.INSTANT))
    do(phone.line(False))
    assert do(phone.look()).state == "offline"
    with pytest.raises(ConnectionRefusedError):
        wire.orderquery("91")
    do(phone.line(True))
    assert do(phone.look()).state == "code"
    assert wire.orderquery("91")["err_code"] == "ORDERNOTEXIST"


def test_a_phone_without_a_simulator_is_offline_and_says_so(sim, phone):
    view = do(phone.fresh_code(Channel.ALIPAY, api.Customer.NEVER))
    sim.stop()
    assert do(phone.look()) == dataclasses.replace(view, state="offline")
    with pytest.raises(NoSimulatorError, match="does not answer"):
        do(phone.enter_password())


def test_a_code_is_never_in_what_python_prints(sim, phone):
    view = do(phone.fresh_code(Channel.ALIPAY, api.Customer.NEVER))
    assert view.code not in repr(view)


def test_the_control_door_wants_its_token(sim, folder):
    control = read_control(folder)
    with pytest.raises(AskedWrongError, match="wrong token"):
        do(ask(Control(control.port, "0" * 32), "GET", "/ledger"))
    assert control.token not in repr(control)
    assert control.token not in (folder / "client.json").read_text()


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/code", {"channel": "jd", "customer": "instant"}, "no such channel: 'jd'"),
        ("/code", {"channel": ["wechat"], "customer": "instant"}, "no such channel"),
        ("/code", {"channel": "wechat", "customer": "rich"}, "no such customer: 'rich'"),
        ("/phone/code", {"channel": "wechat", "customer": "rich"}, "no such practice customer"),
        ("/fault", {"script": "*: explode"}, "rule 1"),
        ("/code", [], "no JSON object"),
        ("/nothing", {}, "404"),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(sim, folder, path, body, why):
    with pytest.raises(AskedWrongError, match=why):
        do(ask(read_control(folder), "POST", path, body))
