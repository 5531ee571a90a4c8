"""A notice hides nothing that a cashier reads or presses: it stands under the list's rows, or over the lamps."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt

from app.till.api import Phase
from app.words import say
from tests.ui import pictures
from ui.widgets.banner import BannerFace, Kind
from ui.widgets.sale_list import FOOT, Row

SIZES = ((1024, 600), (1366, 768), (1920, 1080), (960, 540))


def tell(window, key="win.stumble"):
    window.banner.say(BannerFace(Kind.DOUBT, say(key)))
    return window.banner.geometry()


def rows(window):
    """Each row in sight, in the window's px."""
    at = window.sales.geometry().topLeft()
    return [place.toRect().translated(at) for item, place in window.sales.placed() if isinstance(item, Row)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("phase", [Phase.IDLE, Phase.PENDING, Phase.PAID])
def test_no_part_of_the_till_lies_under_a_notice(show, phase, size):
    window = show(pictures.view(phase))
    window.resize(*size)
    notice = tell(window)
    parts = [window.amount, window.stage, window.keypad, window.steps, *window.buttons, window.status]
    assert [part for part in parts if part.isVisible() and part.geometry().intersects(notice)] == []
    assert window.sales.geometry().contains(notice)
    assert rows(window)
    assert not any(row.intersects(notice) for row in rows(window))
    foot = QRect(0, window.sales.geometry().bottom() + 1 - window.theme.px(FOOT), window.width(), window.height())
    assert not foot.intersects(notice), "the day's sum stays in sight"


def test_the_rows_it_took_come_back_when_it_leaves(show):
    window = show(pictures.view(Phase.IDLE))
    before = rows(window)
    tell(window)
    assert rows(window) == before[: len(rows(window))], "no row moves"
    assert len(rows(window)) < len(before)
    window.banner.leave()
    assert rows(window) == before


def test_figures_can_be_touched_while_it_stands(show, qtbot):
    window = show(pictures.view(Phase.IDLE))
    tell(window)
    seven = window.keypad.mapTo(window, QPoint(window.theme.px(30), window.theme.px(50)))
    assert window.childAt(seven) is window.keypad
    qtbot.mouseClick(window.keypad, Qt.MouseButton.LeftButton, pos=window.keypad.mapFrom(window, seven))
    assert window.amount.face.typed == "7"


@pytest.mark.parametrize("size", SIZES)
def test_over_the_office_it_stands_on_the_lamps(show, size):
    window = show(pictures.view(Phase.PAID))
    window.resize(*size)
    window.backroom.show()
    window.backroom.raise_()
    notice = tell(window, "page.nocode")
    assert window.childAt(notice.center()) is window.banner
    assert window.status.geometry().adjusted(0, -2, 0, 2).contains(notice), "the page above it stays whole"


def test_it_comes_along_when_the_office_opens_over_it(show):
    window = show(pictures.view(Phase.PAID))
    before = tell(window)
    window.backroom.show()
    window.backroom.raise_()
    window.refresh()
    assert window.banner.geometry() != before
    assert window.childAt(window.banner.geometry().center()) is window.banner
    assert window.sales._reserved == 0
