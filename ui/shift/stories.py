"""The shift's stories, in order: each a customer, what goes wrong, and what the till makes of it.

A story is a script over a ``Hand``: it acts, and yields what it waits for. The names are words keys ``shift.<name>``.
"""

from collections.abc import Callable
from typing import Final

from app.core.channel import Channel
from app.till.api import Customer, Phase
from ui.shift.hand import Hand, Script
from ui.views.actions import Act

Story = Callable[[Hand], Script]

WECHAT, ALIPAY = Channel.WECHAT, Channel.ALIPAY
GIVEN_BACK: Final = (Phase.REVERSED0, Phase.REVERSED1, Phase.REVERSEDQ)
LETTING_GO: Final = (Phase.REVERSING, Phase.WAIT15, Phase.QUARANTINE)
PRODUCT: Final = "6901028075831"  # an EAN-13 as on any packet


def paid_at_once(hand: Hand) -> Script:
    hand.picture("idle")
    hand.type("18")
    hand.picture("typing")
    hand.key(Act.CLEAR)
    yield from hand.amount("18.00")
    yield from hand.customer(WECHAT, Customer.INSTANT)
    hand.picture("ready")
    hand.scan()
    yield hand.phase(Phase.PAID)
    hand.picture("paid")


def paid_after_a_password(hand: Hand) -> Script:
    yield from hand.pay("128.50", ALIPAY, Customer.PASSWORD)
    yield hand.phase(Phase.PENDING)
    yield hand.phone_shows("password")
    hand.picture("pending")
    yield from hand.enter_password()
    yield hand.phase(Phase.PAID)


def password_never_typed(hand: Hand) -> Script:
    yield from hand.pay("46", ALIPAY, Customer.NEVER)
    yield hand.phase(Phase.PENDING)
    yield hand.phase(*GIVEN_BACK)
    hand.picture("revoked")


def too_little_money(hand: Hand) -> Script:
    yield from hand.pay("15", ALIPAY, Customer.POOR)
    yield hand.phase(Phase.DECLINED)
    hand.picture("declined")
    hand.key(Act.OTHER)
    yield hand.phase(Phase.READY)
    yield from hand.customer(WECHAT, Customer.INSTANT)
    hand.scan()
    yield hand.phase(Phase.PAID)


def wrong_codes(hand: Hand) -> Script:
    yield from hand.amount("9.90")
    hand.window.scan(PRODUCT, "practice")
    yield hand.refused("product")
    hand.picture("wrong-code")
    hand.key(Act.STOP)
    yield hand.phase(Phase.IDLE)
    yield from hand.customer(WECHAT, Customer.INSTANT)
    hand.scan()
    yield hand.refused("noamount")
    hand.picture("amount-first")


def the_queue_goes_on(hand: Hand) -> Script:
    yield from hand.pay("210", ALIPAY, Customer.PASSWORD)
    yield hand.phone_shows("password")
    hand.key(Act.NEXT)
    yield hand.phase(Phase.IDLE)
    hand.picture("next-customer")
    yield from hand.enter_password()
    yield hand.settled()


def stopped_by_the_cashier(hand: Hand) -> Script:
    yield from hand.pay("30", WECHAT, Customer.NEVER)
    yield hand.phase(Phase.PENDING)
    hand.key(Act.STOP)
    yield hand.phase(*LETTING_GO)
    hand.picture("letting-go")
    yield hand.phase(*GIVEN_BACK)


def answer_lost_after_the_money_moved(hand: Hand) -> Script:
    yield from hand.fault("wechat.pay: lose-answer x1")
    yield from hand.pay("20", WECHAT, Customer.INSTANT)
    yield hand.phase(Phase.UNKNOWN, Phase.OFFLINE)
    hand.picture("unknown")
    yield hand.phase(Phase.PAID)


def request_lost(hand: Hand) -> Script:
    yield from hand.fault("alipay.pay: lose-request x1")
    yield from hand.pay("21", ALIPAY, Customer.INSTANT)
    yield hand.phase(*LETTING_GO)
    yield hand.phase(Phase.QUARANTINE)
    hand.picture("watching")
    yield hand.phase(*GIVEN_BACK)


def forged_answer(hand: Hand) -> Script:
    yield from hand.fault("wechat.pay: bad-signature; wechat.query: bad-signature x1")
    yield from hand.pay("22", WECHAT, Customer.INSTANT)
    yield hand.phase(Phase.UNSAFE)
    hand.picture("forged")
    yield hand.phase(Phase.PAID)


def line_down(hand: Hand) -> Script:
    yield from hand.amount("23")
    yield from hand.customer(WECHAT, Customer.INSTANT)
    code = hand.phone.code if hand.phone is not None else ""
    yield from hand.fault("*: off")
    hand.window.scan(code, "practice")
    yield hand.phase(Phase.NOTSENT)
    hand.picture("not-sent")


def reversed_at_the_third_try(hand: Hand) -> Script:
    yield from hand.fault("wechat.reverse: recall x2")
    yield from hand.pay("24", WECHAT, Customer.NEVER)
    yield hand.phase(Phase.PENDING)
    hand.key(Act.STOP)
    yield hand.phase(*GIVEN_BACK)


def paid_after_the_stop(hand: Hand) -> Script:
    yield from hand.fault("wechat.reverse: recall x2; wechat.query: http-500 x1")
    yield from hand.pay("25", WECHAT, Customer.PASSWORD)
    yield hand.phone_shows("password")
    hand.key(Act.STOP)
    yield hand.phase(*LETTING_GO)
    yield from hand.enter_password()
    yield hand.phase(Phase.LATEPAID)
    hand.picture("late-paid")
    yield hand.phase(Phase.LATEBACK, *GIVEN_BACK)
    hand.picture("late-back")


def supervisor_is_needed(hand: Hand) -> Script:
    yield from hand.fault("alipay.pay: lose-answer; alipay.query: http-500; alipay.reverse: no-balance")
    yield from hand.pay("26", ALIPAY, Customer.INSTANT)
    yield hand.phase(*LETTING_GO)
    yield from hand.fault("alipay.reverse: no-balance")
    yield hand.phase(Phase.STUCK)
    hand.picture("supervisor")


STORIES: Final[tuple[Story, ...]] = (
    paid_at_once,
    paid_after_a_password,
    too_little_money,
    wrong_codes,
    the_queue_goes_on,
    answer_lost_after_the_money_moved,
    forged_answer,
    stopped_by_the_cashier,
    password_never_typed,
    reversed_at_the_third_try,
    paid_after_the_stop,
    line_down,
    request_lost,
    supervisor_is_needed,
)
