import pytest

from app.core.money import show_yuan
from tests.ui.gallery.eye import look
from ui import tokens
from ui.views.frame import frame
from ui.widgets.amount import SIGN, AmountDisplay, AmountFace, _width
from ui.widgets.base import advance

SUMS = [1, 12_850, 123_456, 12_345_678, 100_000_000, 1_000_000_000, 9_999_999_999]
SIZES = [(1366, 768), (1920, 1080), (1024, 600), (960, 540), (1280, 720)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fen", SUMS)
def test_every_sum_stands_whole_beside_its_label(qtbot, size, fen):
    theme = tokens.theme(*size, dark=False)
    display = AmountDisplay(theme)
    qtbot.addWidget(display)
    display.resize(frame(*size).amount.size())
    text = show_yuan(fen)
    chosen = display.size_for(text)
    wide = _width(text, theme.figures(chosen)) + advance(SIGN, theme.font(chosen / 2)) + theme.px(12)
    assert wide <= display.width() - theme.px(64 + 210)
    assert chosen == 96 or fen > 1_000_000


def test_the_sum_is_read_out_whole(qtbot):
    display = AmountDisplay(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(display)
    display.set_face(AmountFace("应收", "", "128.5", "0", caret=True))
    assert display.accessibleName() == "应收 ¥128.50"


def test_training_paints_stripes_over_the_same_rectangle(qtbot):
    display = AmountDisplay(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(display)
    display.resize(942, 128)
    display.set_face(AmountFace("应收", "", "1.00"))
    plain = display.grab().toImage()
    display.set_face(AmountFace("应收", "不动真钱", "1.00", training="训练模式"))
    striped = display.grab().toImage()
    colours = {striped.pixelColor(x, 8).name() for x in range(300, 500)}
    assert len(colours) > 1
    assert {plain.pixelColor(x, 8).name() for x in range(300, 500)} == {"#ffffff"}


def test_no_figure_moves_when_the_next_is_typed(qtbot):
    """Light figures yet to come stand in the places of the bold ones."""
    display = AmountDisplay(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(display)
    display.resize(942, 128)
    places = []
    for typed, missing in (("128", ".00"), ("128.", "00"), ("128.5", "0"), ("128.50", "")):
        display.set_face(AmountFace("", typed=typed, missing=missing, caret=True))
        runs = [run for run in look(display).runs if run.text in "0123456789."]
        assert len(runs) == len("128.50")
        places.append(sorted(run.ink.center().x() for run in runs))
    for seen in places[1:]:
        assert all(abs(now - before) <= 4 for now, before in zip(seen, places[0], strict=True))
