"""What the customer sees: the sum, what to do, the result; never a word of the staff's, never somebody else's sale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.core.channel import Channel
from app.till.api import Phase
from app.till.customer import Following, Moment, scene
from app.till.poles import pole_face
from app.words import keys, say
from devices.poles import PoleLight
from tests.ui import pictures
from ui.customer.board import AMOUNT_SIZES, DO_SIZES, HEAD_SIZES
from ui.customer.display import CustomerDisplay, customer_theme
from ui.customer.face import customer_face
from ui.customer.screens import pick
from ui.views.here import Here
from ui.widgets.base import advance, fit
from ui.widgets.glyphs import Glyph
from ui.widgets.stage import Tone

HERE = Here(mono=pictures.MONO, wall_ms=pictures.WALL_MS)
TONES = {
    Phase.IDLE: Tone.WHITE,
    Phase.READY: Tone.WHITE,
    Phase.PAID: Tone.GREEN,
    Phase.DECLINED: Tone.GREY,
    Phase.NOTSENT: Tone.GREY,
    Phase.PENDING: Tone.AMBER,
    Phase.UNKNOWN: Tone.AMBER,
    Phase.REVERSING: Tone.AMBER,
    Phase.VOIDED: Tone.GREY,
}
STAFF = ("主管", "店长", "账本", "F2", "F3", "Enter", "扫码枪", "余额", "上限", "supervisor", "journal", "manager")


def seen(phase, *, before=None, **more):
    view = pictures.view(phase, **more)
    return view, (before or Following("", asked=True)).after(view)


def face(phase, language="zh", **more):
    view, following = seen(phase, **more)
    return customer_face(scene(view, following), view, replace(HERE, language=language))


@pytest.mark.parametrize(("phase", "tone"), TONES.items())
def test_each_moment_has_the_colour_of_its_meaning(phase, tone):
    assert face(phase).tone is tone


def test_green_is_paid_and_nothing_else():
    assert {phase for phase in Phase if face(phase).tone is Tone.GREEN} == {Phase.PAID}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("phase", list(Phase))
def test_no_word_of_the_staffs_and_no_reason_reaches_the_customer(phase, language):
    shown = face(phase, language)
    told = f"{shown.head} {shown.do} {shown.label}".lower()
    assert shown.head
    assert not [word for word in STAFF if word.lower() in told]


def test_the_password_is_asked_with_the_channel_and_the_seconds():
    shown = face(Phase.PENDING)
    assert (shown.head, shown.do) == ("请在手机上输入密码", "到时没付，这一笔自动取消")
    assert (shown.mark, shown.mark_name, shown.seconds, shown.unit) == (Channel.ALIPAY, "支付宝", 38, "秒")
    assert (shown.label, shown.amount, shown.glyph) == ("应付", "128.50", Glyph.RING)
    assert 0.8 < shown.left < 0.9


def test_an_idle_till_greets_with_the_shops_name():
    shown = face(Phase.IDLE)
    assert (shown.head, shown.do, shown.amount) == ("欢迎光临", "街角小店", "")


def test_an_old_sale_that_the_cashier_looks_up_is_not_shown():
    view = pictures.view(Phase.PAID, open=())
    old = Following("", asked=False).after(view)
    assert scene(view, old).moment is Moment.IDLE
    recovered = pictures.view(Phase.PAID, sale=pictures.sale(Phase.PAID, recovered=True), open=())
    assert scene(recovered, Following("", asked=True).after(recovered)).moment is Moment.IDLE


def test_the_sale_that_was_seen_running_is_followed_to_its_end_and_the_next_purchase_forgets_it():
    pending, paid = pictures.view(Phase.PENDING), pictures.view(Phase.PAID)
    following = Following().after(pending).after(paid)
    assert scene(paid, following).moment is Moment.PAID
    ready = pictures.view(Phase.READY)
    assert following.after(ready) == Following(asked=True)
    assert scene(ready, following.after(ready)).moment is Moment.READY


def test_training_says_so():
    assert face(Phase.READY, training=True).training == "练习，不动真钱"
    assert face(Phase.READY).training == ""


@given(st.lists(st.sampled_from(list(Phase)), max_size=12), st.booleans())
@settings(deadline=None, derandomize=True, max_examples=300)
def test_whatever_comes_paid_shows_only_for_a_sale_that_is_paid(phases, recovered):
    following = Following()
    for phase in phases:
        view = pictures.view(phase)
        if view.sale is not None and recovered:
            view = replace(view, sale=replace(view.sale, recovered=True))
        following = following.after(view)
        shown = scene(view, following)
        assert (shown.moment is Moment.PAID) <= (phase is Phase.PAID and not recovered)
        pole = pole_face(shown, "zh")
        assert (pole.light is PoleLight.RECEIVED) == (shown.moment is Moment.PAID)
        assert bool(pole.figures) == bool(pole.upper)


@pytest.mark.parametrize(
    ("phase", "upper", "lower", "figures"),
    [
        (Phase.IDLE, "", "欢迎光临", ""),
        (Phase.READY, "应付  128.50", "请出示付款码", "128.50"),
        (Phase.PENDING, "应付  128.50", "请在手机上输密码", "128.50"),
        (Phase.PAID, "已付  128.50", "谢谢惠顾", "128.50"),
        (Phase.DECLINED, "", "没有付款，请换方式", ""),
        (Phase.REVERSING, "", "已停收，可换方式付", ""),
        (Phase.VOIDED, "已退  128.50", "谢谢惠顾", "128.50"),
        (Phase.STUCK, "应付  128.50", "请稍等", "128.50"),
    ],
)
def test_the_poles_two_lines(phase, upper, lower, figures):
    shown = pole_face(scene(*seen(phase)), "zh")
    assert (shown.upper, shown.lower, shown.figures) == (upper, lower, figures)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_of_a_pole_has_room_on_it(language):
    for key in keys("cus.pole."):
        text = say(key, language, amount="9,999.99")
        cells = len(text.encode("gb2312")) if language == "zh" else len(text)
        assert cells <= 20, text


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (1024, 600), (800, 480), (1080, 1920)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_stands_on_every_screen(qapp, size, language):
    t = customer_theme(*size, dark=False)
    room = size[0] - t.px(80) * 2 - t.px(240) - t.px(72)
    for phase in Phase:
        shown = face(phase, language)
        if shown.amount:
            assert fit(shown.head, t, HEAD_SIZES, room, bold=True, balance=True).fits, shown.head
            marked = advance(shown.mark_name, t.font(DO_SIZES[0][0], bold=True)) + t.px(20) if shown.mark else 0
            assert fit(shown.do, t, DO_SIZES, room - marked, bold=False).fits, shown.do
            sum_room = size[0] - 2 * t.px(80) - advance(shown.label, t.font(48)) - t.px(48)
            least = t.font(AMOUNT_SIZES[-1], bold=True)
            assert advance("999,999.99", least) + advance("¥", t.font(60)) + t.px(24) <= sum_room


@pytest.mark.parametrize(
    ("names", "own", "wanted", "picked"),
    [
        (("A", "B"), "A", "auto", "B"),
        (("A",), "A", "auto", None),
        (("A", "B", "C"), "A", "C", "C"),
        (("A", "B"), "A", "A", None),  # never over the till itself
        (("A", "B"), "A", "Z", None),
        (("A", "B"), "A", "off", None),
        ((), "", "auto", None),
    ],
)
def test_which_screen_is_the_customers(names, own, wanted, picked):
    assert pick(names, own, wanted) == picked


@pytest.fixture
def display(qtbot, monkeypatch):
    till = QWidget()
    qtbot.addWidget(till)
    till.resize(400, 300)
    till.show()
    till.setFocus()
    clock = [pictures.MONO]
    made = CustomerDisplay(till, language=lambda: "zh", dark=lambda: False, mono=lambda: clock[0])
    made.clock = clock
    monkeypatch.setattr("ui.customer.display.pick", lambda names, _own, wanted: None if wanted == "off" else names[0])
    yield made
    made.close()


def test_the_display_takes_no_focus_and_no_key(display, qapp):
    before = qapp.focusWidget()
    display.use("auto")
    display.show_view(pictures.view(Phase.READY))
    assert display.board.isVisible()
    assert display.board.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert display.board.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert qapp.focusWidget() is before


def test_a_till_that_is_dragged_onto_the_customers_screen_has_it(display, monkeypatch):
    display.use("auto")
    assert display.board.isVisible()
    monkeypatch.setattr("ui.customer.display.pick", lambda *_: None)
    display._till.windowHandle().screenChanged.emit(display._till.screen())
    assert not display.board.isVisible()


def test_the_countdown_goes_on_between_two_pictures(display):
    display.use("auto")
    display.show_view(pictures.view(Phase.PENDING))
    assert display.board.face.seconds == 38
    display.clock[0] += 7
    display.refresh()
    assert display.board.face.seconds == 31
    assert "请在手机上输入密码" in display.board.accessibleName()


def test_a_till_that_stands_still_asks_the_customer_to_wait(display):
    display.use("auto")
    display.show_view(pictures.view(Phase.PAID))
    display.fail("win.dead", ())
    assert (display.board.face.head, display.board.face.amount) == ("请稍等一下", "")


def test_the_screen_is_left_when_the_setting_says_so_and_a_trial_says_it_is_one(display):
    display.use("auto")
    assert display.try_out()
    assert (display.board.face.head, display.board.face.amount) == ("顾客屏测试", "128.50")
    display.use("off")
    assert not display.board.isVisible()
    assert not display.try_out()
