"""The mini window: always on top, beside another program, and never in that program's way.

It holds no state and no rule: keys, clicks and pictures are the full window's, which is hidden meanwhile. It takes the
focus when a person clicks it and at no other time.
"""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.words import say
from ui import tokens
from ui.mini.card import HEIGHT, MiniCard
from ui.mini.face import mini_face
from ui.mini.place import Place, on_screen
from ui.tokens import CARD_RADIUS, Theme
from ui.widgets.base import card
from ui.widgets.buttons import KeyButton
from ui.window import Window

SIZE: Final = (360, 200)  # px at u = 1
EDGE: Final = 2
KEEP_MS: Final = 500  # after the last move, before the place is written down
TICK_SLACK_MS: Final = 15  # past the full second, so that the next number is due
BUTTON_TEXT: Final = 18
_LISTS: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space})  # they move in a list that is not here


class Cell(KeyButton):
    """One half of the lower edge; flat, with a line between."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if self.face is None:
            return
        c, filled = self.theme.colours, self.face.filled and self.face.enabled
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), c.accent if filled else c.sunken if self.isDown() else c.surface)
        ink = c.onaccent if filled else c.ink if self.face.enabled else c.ink3
        self._paint_label(painter, QRectF(self.rect()), ink)
        painter.end()


class Mini(QWidget):
    """``left``: a person wants the full window."""

    left = Signal()

    def __init__(self, window: Window, place: Place) -> None:
        super().__init__(
            None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._window, self._place = window, place
        self.theme = self._theme()
        self.card = MiniCard(self.theme, self)
        self.buttons = (Cell(self.theme, self, size=BUTTON_TEXT), Cell(self.theme, self, size=BUTTON_TEXT))
        for n, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, n=n: self._press(n))
        self._grip: QPoint | None = None  # where the hand holds the window, from its corner
        self._tick, self._kept = self._timer("tick", self.refresh), self._timer("place", self._keep_place)
        self._fit()

    # --- what is shown

    @Slot()
    def refresh(self) -> None:
        """Put the full window's state on this one. Nothing here raises the window or asks for the focus."""
        if not self.isVisible():
            return
        if self._theme() != self.theme:
            self._fit()
        cashier, banner = self._window.cashier, self._window.banner
        here = cashier.here()
        notice = banner.face.text if banner.face is not None else ""
        face = mini_face(cashier.view, here, notice, locked=self._window.door.is_open)
        self._acts = face.acts
        in_words = self.theme.keys.in_words  # the banner's notice speaks of this computer's keys already
        told = (in_words(face.told[0]), in_words(face.told[1])) if face.stage.refusal else face.told
        self.card.set_face(replace(face, line=in_words(face.line), told=told))
        for button, shown in zip(self.buttons, face.buttons, strict=True):
            button.set_face(shown)
        self.setWindowTitle(say("mini.title", here.language))
        self.setToolTip(say("mini.full", here.language))
        self._start_tick(here.mono, here.wall_ms)
        self.update()

    def _start_tick(self, mono: float, wall_ms: int) -> None:
        view = self._window.cashier.view
        sale = view.sale if view is not None else None
        wait = 1000 - wall_ms % 1000
        if sale is not None and sale.deadline is not None and sale.deadline > mono:
            wait = int((sale.deadline - mono) % 1.0 * 1000)
        self._tick.start(wait + TICK_SLACK_MS)

    def _theme(self) -> Theme:
        """At the scale of the screen it stands on, in the full window's colours, with the shop's own keys."""
        size, full = self.screen().size(), self._window.theme
        return tokens.theme(size.width(), size.height(), dark=full.colours is tokens.DARK, keys=full.keys)

    def _fit(self) -> None:
        self.theme = t = self._theme()
        self.setFixedSize(t.px(SIZE[0]), t.px(SIZE[1]))
        edge, top = t.px(EDGE), t.px(EDGE) + t.px(HEIGHT)
        line = max(1, t.px(1))
        inside = self.width() - 2 * edge
        self.card.set_theme(t)
        self.card.setGeometry(edge, edge, inside, top - edge)
        half = (inside - line) // 2
        low = self.height() - edge - top - line
        for button, x, width in zip(
            self.buttons, (edge, edge + half + line), (half, inside - half - line), strict=True
        ):
            button.set_theme(t)
            button.setGeometry(x, top + line, width, low)
        self.card.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """The edge, and the lines between the parts."""
        t, c = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(rect, t.px(CARD_RADIUS), t.px(CARD_RADIUS))
        painter.setClipPath(path)
        painter.fillRect(rect, c.line)
        for button in self.buttons:
            if button.face is None:
                painter.fillRect(button.geometry(), c.surface)
        card(painter, rect, "transparent", t.px(CARD_RADIUS), edge=c.edge, width=t.px(EDGE))
        painter.end()

    # --- what a person does

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if self._window.door.is_open or (control and event.key() == Qt.Key.Key_M):
            self.left.emit()
        elif event.key() in _LISTS:
            event.ignore()
        else:
            self._window.keyPressEvent(event)
            self._after()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.activateWindow()
        self._grip = event.globalPosition().toPoint() - self.pos()
        if self._window.door.is_open:
            self.left.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._grip is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        to = event.globalPosition().toPoint() - self._grip
        if (to - self.pos()).manhattanLength() < QApplication.startDragDistance():
            return
        if QGuiApplication.platformName() != "offscreen" and self.windowHandle().startSystemMove():
            self._grip = None  # the system carries it from here; where no program may, we do
        else:
            self.move(to)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self.left.emit()

    def _press(self, n: int) -> None:
        act = self._acts[n]
        if act is not None:
            self._window.do(act)
            self._after()

    def _after(self) -> None:
        """What has no room here opens the full window: the office, the page of keys."""
        if self._window.door.is_open or self._window.cashier.help:
            self.left.emit()
        else:
            self.refresh()

    # --- Qt's own

    def showEvent(self, event: QShowEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._fit()
        self.move(on_screen(self._place.read(), self.size()))
        self.refresh()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        if self.isVisible():
            self._kept.start(KEEP_MS)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._tick.stop()
        if self._kept.isActive():
            self._keep_place()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The till is closed in its full window, which says what is still open."""
        event.ignore()
        self.left.emit()

    @Slot()
    def _keep_place(self) -> None:
        self._kept.stop()
        self._place.keep(self.pos())

    def _timer(self, name: str, due: object) -> QTimer:
        timer = QTimer(self)
        timer.setObjectName(name)
        timer.setSingleShot(True)
        timer.timeout.connect(due)
        return timer
