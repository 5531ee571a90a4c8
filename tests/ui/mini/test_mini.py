"""The mini window as a cashier meets it: what stands there, what a click and a key do, and what never happens."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.settings import Keys, Settings
from app.till.api import Phase
from app.words import keys, say
from tests.ui import pictures
from tests.ui.mini.scenes import scenes
from ui import tokens
from ui.mini.card import MiniCard
from ui.mini.face import mini_face
from ui.mini.place import NAME, Place, on_screen
from ui.views import actions
from ui.views.actions import Act
from ui.views.here import Here
from ui.widgets.glyphs import Glyph
from ui.widgets.stage import Tone

# What Qt's offscreen platform says of any window that is to stay on top.
pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)


def face_of(picture, language="zh", notice="", **more):
    return mini_face(picture, Here(language, pictures.MONO, pictures.WALL_MS, pictures.MONO, **more), notice)


@pytest.mark.parametrize(
    ("phase", "tone", "glyph", "acts"),
    [
        (Phase.READY, Tone.WHITE, Glyph.SCAN, (Act.STOP, Act.EDIT)),
        (Phase.PENDING, Tone.AMBER, Glyph.RING, (Act.STOP, Act.NEXT)),
        (Phase.PAID, Tone.GREEN, Glyph.TICK, (Act.NEXT, Act.DIGITS)),
        (Phase.DECLINED, Tone.GREY, Glyph.CROSS, (Act.OTHER, Act.AGAIN)),
        (Phase.REVERSING, Tone.AMBER, Glyph.ARROW, (Act.NEXT, Act.OTHER)),
        (Phase.STUCK, Tone.RED, Glyph.OCTAGON, (Act.NEXT, Act.OFFICE)),
    ],
)
def test_the_six_stages(phase, tone, glyph, acts):
    face = face_of(pictures.view(phase))
    assert (face.stage.tone, face.stage.glyph, face.acts) == (tone, glyph, acts)
    assert face.others == "另有 1 笔"


def test_every_button_does_what_the_full_window_allows():
    for name, (picture, typed, _) in scenes().items():
        if picture is None or typed:
            continue
        face = face_of(picture)
        here = Here("zh", pictures.MONO, pictures.WALL_MS, pictures.MONO)
        for act, button in zip(face.acts, face.buttons, strict=True):
            assert (act is None) == (button is None), name
            assert act is None or actions.allowed(act, picture, here), name


def test_a_sum_that_another_program_asked_for_is_not_changed_here():
    assert face_of(pictures.view(Phase.READY, request="pos-1")).acts == (Act.STOP, None)
    cap = pictures.view(Phase.READY, amount_fen=560_000, confirm_cap=True, request="pos-1")
    assert face_of(cap).acts == (Act.STOP, Act.CONFIRM)


def test_a_scan_that_was_not_taken_and_a_notice_stand_over_the_word():
    refused = face_of(pictures.refused(Phase.PENDING, "twice"))
    assert refused.told == (say("scan.twice.head"), say("scan.twice.do"))
    assert refused.stage.tone is Tone.AMBER, "the state is told all the same"
    assert face_of(pictures.view(Phase.PENDING), notice="请再扫一次。").told == ("请再扫一次。", "")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1024, 600), (960, 540), (1366, 768), (1920, 1080), (2732, 1536)])
def test_every_text_fits(qapp, language, size):
    card = MiniCard(tokens.theme(*size, dark=False))
    over = []
    for name, (picture, *_) in scenes().items():
        face = face_of(picture, language)
        over += [(name, part, block.lines) for part, block in card.blocks(face).items() if not block.fits]
    refusals = sorted({key.split(".")[1] for key in keys("scan.")} - {"chanoff", "chandown"})
    values = (("n", "17"), ("amount", "￥10,000,000.00"))
    for key in refusals:
        face = face_of(pictures.refused(Phase.PENDING, key, *values), language)
        over += [(key, part, block.lines) for part, block in card.blocks(face).items() if not block.fits]
    assert over == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_label_fits_its_button(mini, counter, window, qapp, language):
    window.cashier.keep_language()
    window.cashier.language = language
    over = []
    for name, (picture, *_) in scenes().items():
        if picture is None:
            continue
        counter.show_view(picture)
        qapp.processEvents()
        over += [
            (name, one.face.label)
            for one in mini.buttons
            if one.face is not None and one.text_width() > one.width() - 12
        ]
    assert over == []


def test_nothing_moves_from_state_to_state(mini, counter, qapp):
    places = set()
    for phase in (Phase.READY, Phase.PENDING, Phase.PAID, Phase.DECLINED, Phase.REVERSING, Phase.STUCK):
        counter.show_view(pictures.view(phase))
        qapp.processEvents()
        places.add((mini.geometry().getRect(), mini.card.geometry().getRect(), mini.buttons[0].geometry().getRect()))
    assert len(places) == 1
    assert min(one.height() / mini.theme.u for one in mini.buttons) >= 44


def test_no_state_takes_the_focus(mini, counter, qapp, qtbot, monkeypatch):
    asked = []
    for name in ("activateWindow", "raise_", "setFocus"):
        monkeypatch.setattr(mini, name, lambda name=name: asked.append(name))
    before = QGuiApplication.focusWindow()
    for picture, *_ in scenes().values():
        if picture is not None:
            counter.show_view(picture)
            qapp.processEvents()
    mini.hide()
    mini.show()
    qapp.processEvents()
    assert asked == []
    assert QGuiApplication.focusWindow() is before
    assert mini.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert mini.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert not mini.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus, "a click must be able to give it the focus"


def test_one_click_and_the_amount_is_typed(mini, counter, qapp, qtbot):
    counter.show_view(pictures.view(Phase.IDLE))
    qapp.processEvents()
    QTest.mouseClick(mini.card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(mini.isActiveWindow)
    for figure in "12.5":
        QTest.keyClick(mini, figure)
    assert mini.card.face.amount.typed == "12.5"
    QTest.keyClick(mini, Qt.Key.Key_Return)
    assert ("enter_amount", 1250) in counter.asked


def test_keys_and_buttons_are_the_full_windows(mini, counter, qapp):
    counter.show_view(pictures.view(Phase.PENDING))
    qapp.processEvents()
    QTest.keyClick(mini, Qt.Key.Key_F2)
    QTest.mouseClick(mini.buttons[1], Qt.MouseButton.LeftButton)
    assert [one[0] for one in counter.asked] == ["stop", "next_customer"]
    QTest.keyClick(mini, Qt.Key.Key_Down)
    QTest.keyClick(mini, Qt.Key.Key_Space)
    assert len(counter.asked) == 2, "there is no list here to move in"
    counter.show_view(pictures.view(Phase.READY, request="pos-1"))
    qapp.processEvents()
    QTest.keyClick(mini, Qt.Key.Key_Escape)
    assert len(counter.asked) == 2, "the sum is another program's"


def test_the_ways_back_to_the_full_window(mini, window, counter, qapp, qtbot):
    counter.show_view(pictures.view(Phase.PENDING))
    qapp.processEvents()
    for go in (
        lambda: QTest.keyClick(mini, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier),
        lambda: QTest.mouseDClick(mini.card, Qt.MouseButton.LeftButton),
        mini.close,
        lambda: QTest.keyClick(mini, Qt.Key.Key_F1),
    ):
        with qtbot.waitSignal(mini.left):
            go()
    assert mini.isVisible(), "whoever owns it decides"
    window.cashier.help = False


def test_locked_it_sells_nothing_and_leads_back(mini, window, counter, qapp, qtbot):
    counter.show_view(pictures.view(Phase.IDLE))
    window.backroom.show()
    qapp.processEvents()
    mini.refresh()
    assert mini.card.face.stage.head == "先登录"
    with qtbot.waitSignal(mini.left):
        QTest.keyClick(mini, "5")
    with qtbot.waitSignal(mini.left):
        QTest.mouseClick(mini.card, Qt.MouseButton.LeftButton)
    assert counter.asked == []
    window.backroom.hide()


def test_it_is_moved_by_hand_and_remembers_its_place(mini, qapp, qtbot, tmp_path, window):
    start = mini.pos()
    QTest.mousePress(mini.card, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(mini.card, QPoint(20, 20))
    qtbot.waitUntil(lambda: mini.pos() != start)
    QTest.mouseRelease(mini.card, Qt.MouseButton.LeftButton)
    moved = mini.pos()
    mini.hide()
    assert Place(tmp_path).read() == moved
    mini.show()
    assert mini.pos() == moved


def test_a_place_that_is_no_place_is_the_corner(qapp, tmp_path):
    screen = QGuiApplication.primaryScreen().availableGeometry()
    size = QSize(315, 175)
    corner = on_screen(None, size)
    assert QRect(corner, size).right() < screen.right()
    for text in ("", "{}", '{"x": "1", "y": 2}', '{"x": 1e400, "y": 2}', '{"x": 99999999, "y": 1}', "[" * 300):
        (tmp_path / NAME).write_text(text, encoding="utf-8")
        assert Place(tmp_path).read() is None
    away = on_screen(QPoint(screen.right() + 5_000, -5_000), size)
    assert screen.contains(QRect(away, size)), "a screen that is gone takes no window with it"
    Place(tmp_path / "nowhere").keep(QPoint(1, 2))


def test_the_ring_counts_by_itself(mini, counter, qapp, clocks, qtbot):
    counter.show_view(pictures.view(Phase.PENDING))
    qapp.processEvents()
    assert mini.card.face.stage.seconds == 38
    clocks.pass_(5)
    qtbot.waitUntil(lambda: mini.card.face.stage.seconds == 33)


def test_hidden_it_does_nothing(mini, counter, qapp):
    mini.hide()
    assert not mini._tick.isActive()
    before = mini.card.face
    counter.show_view(pictures.view(Phase.PAID))
    qapp.processEvents()
    assert mini.card.face is before
    assert QApplication.activeWindow() is not mini


def test_the_shops_own_keys_stand_on_the_buttons_and_in_the_words(mini, window, counter, qapp):
    window.take_settings(replace(Settings(simulator=True), keys=Keys(stop="F12", next="F2")))
    counter.show_view(pictures.view(Phase.PENDING))
    qapp.processEvents()
    assert [button.chip for button in mini.buttons] == ["F12", "F2"]
    asked = len(counter.asked)
    QTest.keyClick(mini, Qt.Key.Key_F3)
    assert len(counter.asked) == asked, "a key that was moved away means nothing"
    QTest.keyClick(mini, Qt.Key.Key_F12)
    assert len(counter.asked) == asked + 1
    counter.show_view(pictures.refused(Phase.PENDING, "open"))
    qapp.processEvents()
    assert "F2" in mini.card.face.told[1]
    assert "F3" not in mini.card.face.told[1]
