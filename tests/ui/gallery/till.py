"""The till's own faces: every phase, what stands over it, and training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.core.channel import Channel
from app.core.reasons import Reason
from app.till.api import Customer, Lamp, Light, Phase, Totals
from app.words import say
from tests.ui import pictures
from tests.ui.gallery.scene import Scene
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window

LAMPS = (
    Lamp("scanner", Light.STOPPED, "scanner.gone"),
    Lamp("wechat", Light.STOPPED, "r.keys", (("channel", "wechat"),)),
    Lamp("alipay", Light.STOPPED, "chan.down", (("channel", "alipay"), ("n", "3"))),
    Lamp("unionpay", Light.SLOW, "chan.slow", (("channel", "unionpay"),)),
    Lamp("journal", Light.SLOW, "disk.low", (("size", "480 MB"),)),
)


def _typed(text: str):
    def act(window: Window) -> None:
        for key in text:
            window.type_key(key)

    return act


def _help(window: Window) -> None:
    window.cashier.help = True


def _list(window: Window) -> None:
    window.cashier.phone_wanted = False


def _phone(state: str, channel: Channel = Channel.ALIPAY, customer: Customer | None = None):
    def act(window: Window) -> None:
        if customer is not None:
            window.practice.behave(list(Customer).index(customer))
        window._bridge.phone.emit(pictures.phone(state, channel))

    return act


def _banner(kind: Kind, key: str, **values: object):
    def act(window: Window) -> None:
        window.banner.say(BannerFace(kind, say(key, window.cashier.language, **values)))

    return act


def _cursor(window: Window) -> None:
    window.sales.move_cursor(1)
    window.sales.move_cursor(1)


def _one_sale() -> object:
    return pictures.view(Phase.IDLE, open=(), totals=Totals(1, 1250), done=(pictures.sale(Phase.PAID, fen=1250),))


def scenes() -> Iterator[Scene]:
    view, sale = pictures.view, pictures.sale
    for n, phase in enumerate(Phase):
        yield Scene(f"till-{n:02d}-{phase}", view(phase))
    yield Scene("till-30-opening", None, act=_typed("12"))
    yield Scene("till-31-typing", view(Phase.IDLE), act=_typed("128.5"))
    yield Scene("till-32-cap", view(Phase.READY, amount_fen=560_000, confirm_cap=True))
    yield Scene("till-33-long", view(Phase.READY, amount_fen=9_999_999_999))
    yield Scene("till-34-refused", pictures.refused(Phase.READY, "collect"))
    yield Scene("till-35-refused-pending", pictures.refused(Phase.PENDING, "twice"))
    yield Scene("till-36-refused-paid", pictures.refused(Phase.PAID, "noamount"))
    yield Scene("till-37-recovered", view(Phase.PAID, sale=sale(Phase.PAID, recovered=True), open=()))
    limit = sale(Phase.REVERSING, reason=Reason.LIMIT)
    yield Scene("till-38-unsigned", view(Phase.REVERSING, sale=limit))
    yield Scene("till-39-accepted", view(Phase.UNKNOWN, sale=sale(Phase.UNKNOWN, deadline=None)))
    yield Scene("till-40-help", view(Phase.IDLE), act=_help)
    yield Scene("till-41-dead", view(Phase.PENDING), act=lambda window: window.fail("win.dead"))
    yield Scene("till-42-closing", view(Phase.PENDING), act=lambda window: window.close())
    yield Scene("till-43-empty-day", view(Phase.IDLE, open=(), done=()))
    yield Scene("till-44-one-sale", _one_sale())
    yield Scene("till-45-lamps", replace(view(Phase.IDLE), lamps=LAMPS))
    yield Scene("till-46-cursor", view(Phase.IDLE), act=_cursor)
    yield Scene("till-47-stumble", view(Phase.IDLE), act=_banner(Kind.SUPERVISOR, "win.stumble"))
    yield Scene("till-48-wait", view(Phase.IDLE), act=_banner(Kind.INFORMATION, "win.opening.wait"))
    with_printer = replace(view(Phase.IDLE), lamps=(*view(Phase.IDLE).lamps, Lamp("printer", Light.OK, "printer.ok")))
    yield Scene("till-50-printer", with_printer)
    bare = tuple(lamp for lamp in view(Phase.IDLE).lamps if lamp.name not in frozenset(Channel))
    yield Scene("till-51-no-channel", replace(view(Phase.IDLE), lamps=bare))
    yield Scene("till-49-recovering", replace(view(Phase.IDLE), recovering=2))
    for n, reason in enumerate(Reason):
        yield Scene(f"till-6{n:02d}-no-{reason}", view(Phase.DECLINED, sale=sale(Phase.DECLINED, reason=reason)))
    training = {"training": True}
    for n, state in enumerate(("code", "password", "paid", "refused", "expired", "offline")):
        phase = Phase.PENDING if state == "password" else Phase.PAID if state == "paid" else Phase.READY
        channel = tuple(Channel)[n % 3]
        yield Scene(f"till-8{n}-phone-{state}", view(phase, **training), practice=True, act=_phone(state, channel))
    yield Scene("till-90-training-list", view(Phase.PENDING, **training), practice=True, act=_list)
    notice = _banner(Kind.DOUBT, "win.swallowed")
    yield Scene("till-92-training-notice", view(Phase.PENDING, **training), practice=True, act=notice)
    yield Scene("till-91-training-idle", view(Phase.IDLE, **training), practice=True, act=_phone("code"))
