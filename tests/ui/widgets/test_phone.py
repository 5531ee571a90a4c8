from dataclasses import replace

import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.core.channel import Channel
from app.till.api import Customer, Light, Phase
from tests.ui import pictures
from ui import tokens
from ui.views.practice import phone_face, wallets
from ui.widgets.phone import PhoneFace, PhonePanel

SIZES = [(1366, 768), (1920, 1080), (1024, 600), (960, 540)]


def panel(qtbot, state="code", channel=Channel.ALIPAY, size=(1366, 768), dark=False):
    theme = tokens.theme(*size, dark=dark)
    made = PhonePanel(theme)
    qtbot.addWidget(made)
    made.resize(theme.px(376), theme.px(468))
    made.set_face(phone_face(pictures.phone(state, channel), Customer.INSTANT, "练习小店", "zh", tuple(Channel)))
    return made


def read(widget) -> dict[str, str]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = memoryview(image.constBits()).cast("B", (image.height(), image.bytesPerLine()))
    return {str(found.format): found.text for found in zxingcpp.read_barcodes(rows)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("channel", list(Channel))
def test_a_scanner_reads_both_codes_off_the_screen(qtbot, size, dark, channel):
    found = read(panel(qtbot, channel=channel, size=size, dark=dark))
    assert len(found) == 2, found
    assert set(found.values()) == {pictures.phone(channel=channel).code}


@pytest.mark.parametrize("state", ["password", "paid", "refused", "expired", "offline"])
def test_a_phone_that_shows_no_code_has_none_to_read(qtbot, state):
    assert read(panel(qtbot, state)) == {}


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("code", {"wechat", "alipay", "unionpay", "scan"}),
        ("password", {"wechat", "alipay", "unionpay", "pay", "refuse"}),
        ("paid", {"wechat", "alipay", "unionpay", "fresh"}),
    ],
)
def test_what_can_be_touched_is_what_is_shown(qtbot, state, offered):
    shown = panel(qtbot, state)
    assert set(shown.places()) == offered
    for name, rect in shown.places().items():
        with qtbot.waitSignal(shown.touched) as touched:
            qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
        assert touched.args == [name]


def test_the_phone_has_the_wallets_that_the_till_takes():
    lamps = pictures.view(Phase.READY).lamps
    assert wallets(lamps) == tuple(Channel)
    unset = tuple(replace(lamp, light=Light.OFF) if lamp.name == "unionpay" else lamp for lamp in lamps)
    assert wallets(unset) == (Channel.WECHAT, Channel.ALIPAY)


def test_a_code_is_shown_in_full_nowhere_but_as_bars():
    face = phone_face(pictures.phone(), Customer.INSTANT, "练习小店", "zh", tuple(Channel))
    assert face.code not in repr(face)
    assert face.code not in (face.masked + face.tap + face.title)
    assert "PhoneFace" in repr(PhoneFace())
