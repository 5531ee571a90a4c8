"""The keyboard's gate: every key event passes here before any shortcut or widget sees it.

Bar codes of a keyboard-wedge scanner leave as ``scanned``; what a human typed goes on, unchanged and in order, at most
``devices.wedge.HOLD_MS`` later, to whatever has the focus by then. So a scan needs no focus and is never text.

How the events run (Qt 6): the platform sends ShortcutOverride, then KeyPress, to the focus *window*; the window hands
both on to shortcuts and the focus widget. The gate accepts the first (no shortcut fires) and keeps a copy of the
second. The copy, sent to the window later, takes the whole way again, shortcuts included, once. Events that a program
sends to a *widget* are no keyboard's and pass.

Input methods. Certain: Qt asks the focus widget before each key whether it takes one, and the gate answers no for
every widget without the property ``TAKES_INPUT_METHOD``; keys then come plain on every platform. Where it is set,
digits come plain while nothing is being composed, and a method that commits a code in one piece is caught; letters of
a bar code, or digits amid a composition, go to the method unseen. Uncertain: methods that grab keys at the X server
before Qt (root-style XIM) and the system's on-screen keyboards.
"""

import itertools
import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, assert_never, cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent, QWindow

from devices.api import Scan
from devices.traces import Trace
from devices.wedge import Decision, Kind, Read, Stroke, Swallowed, Typed, Wedge, Why, gap_ms

TAKES_INPUT_METHOD: Final = "takesInputMethod"
"""Dynamic property of a widget that people write Chinese in. No amount, search or PIN field has it."""
MIN_COMMITTED_DIGITS: Final = 12
"""An input method that commits this many digits at once was fed by a scanner; people commit words."""

_PRESS: Final = QEvent.Type.KeyPress
_RELEASE: Final = QEvent.Type.KeyRelease
_OVERRIDE: Final = QEvent.Type.ShortcutOverride
_IM_QUERY: Final = QEvent.Type.InputMethodQuery
_IM: Final = QEvent.Type.InputMethod
_WATCHED: Final = frozenset({_PRESS, _RELEASE, _OVERRIDE, _IM_QUERY, _IM})
_GO_ON: Final = QEvent.Type(QEvent.registerEventType())

_ENDS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_MODIFIERS: Final = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock,
        Qt.Key.Key_unknown,
    }
)
_COMMANDS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)

_log = logging.getLogger(__name__)


class KeyGate(QObject):
    """Made once, after the application; works until ``close``. Lives in the window's thread."""

    scanned = Signal(object)  # Scan
    traced = Signal(object)  # devices.traces.Trace: how a code came, after its ``scanned``
    swallowed = Signal(object)  # Why: keys no human pressed and no bar code is made of; say "scan again"

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        self._application = application
        self._wedge = Wedge()
        self._serial = 0
        self._held: dict[int, tuple[QWindow, QKeyEvent]] = {}  # by serial, until the wedge decides
        self._ready: deque[tuple[QWindow, QKeyEvent] | Scan | Trace | Why] = deque()  # decided, waiting for their turn
        self._event_ms = _platform_clock()
        self._passing: QEvent.Type | None = None  # the type of our own copy, until it has reached its window
        self._turned = False
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setTimerType(Qt.TimerType.PreciseTimer)
        self._hold.timeout.connect(self._hold_over)
        application.installEventFilter(self)

    def close(self) -> None:
        """Lets everything pass from now on. What is held is decided first."""
        self._hold.stop()
        self._queue(self._wedge.expire())
        self._go_on()
        self._application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind not in _WATCHED:
            return False
        if kind is _IM_QUERY:
            return _refuse_input_method(watched, cast("QInputMethodQueryEvent", event))
        if kind is _IM:
            return self._committed(cast("QInputMethodEvent", event))
        return isinstance(watched, QWindow) and self._gated(watched, cast("QKeyEvent", event))

    def event(self, event: QEvent) -> bool:
        if event.type() == _GO_ON:
            self._go_on()
            return True
        return super().event(event)

    def _gated(self, window: QWindow, event: QKeyEvent) -> bool:
        kind = event.type()
        if kind is self._passing:
            self._passing = None
            return False
        if kind is _OVERRIDE:
            event.accept()  # "no shortcut, I want the key itself": the KeyPress follows, to be held
        else:
            self._take(window, event)
        return True

    def _take(self, window: QWindow, event: QKeyEvent) -> None:
        self._serial += 1
        self._held[self._serial] = (window, event.clone())
        self._queue(self._wedge.feed(_stroke(self._serial, event, self._event_ms(event))))
        due = self._wedge.due_ms
        self._turned = False
        if due is None:
            self._hold.stop()
        else:
            self._hold.start(max(0, due - _now_ms()))

    @Slot()
    def _hold_over(self) -> None:
        """After a stall the rest of a burst may wait in the queue behind this timer: one more turn of the loop."""
        if not self._turned:
            self._turned = True
            self._hold.start(0)
            return
        self._queue(self._wedge.expire())

    def _queue(self, decisions: list[Decision]) -> None:
        """Sends nothing from inside another event: a slot could open a dialog there, and later keys would overtake."""
        for decision in decisions:
            held = [self._held.pop(stroke.serial) for stroke in decision.strokes]
            match decision:
                case Typed():
                    self._ready += held
                case Read(text, _, leaked):
                    if leaked:
                        _log.warning("wedge: %d first characters of a scan were taken for typing", leaked)
                    self._ready.append(Scan(text=text, source="wedge", at_mono=time.monotonic()))
                    self._ready.append(_trace(decision.strokes, [event for _, event in held]))
                case Swallowed(why):
                    self._tell_swallowed(why, len(held))
                case _:
                    assert_never(decision)
        if self._ready:
            self._wake()

    def _wake(self) -> None:
        QCoreApplication.postEvent(self, QEvent(_GO_ON), Qt.EventPriority.HighEventPriority.value)

    def _tell_swallowed(self, why: Why, events: int) -> None:
        if why is not Why.AFTER_SCAN:
            _log.warning("wedge: swallowed %d key events: %s", events, why)
            self._ready.append(why)

    def _go_on(self) -> None:
        while self._ready:
            match self._ready.popleft():
                case Scan() as scan:
                    self.scanned.emit(scan)
                case Trace() as trace:
                    self.traced.emit(trace)
                case Why() as why:
                    self.swallowed.emit(why)
                case window, event:
                    focus = cast("QWindow | None", QGuiApplication.focusWindow())
                    self._send(focus or window, event)

    def _send(self, window: QWindow, event: QKeyEvent) -> None:
        if not shiboken6.isValid(window):
            return
        self._passing = event.type()
        QCoreApplication.sendEvent(window, event)
        self._passing = None

    def _committed(self, event: QInputMethodEvent) -> bool:
        text = event.commitString()
        if len(text) < MIN_COMMITTED_DIGITS or not (text.isascii() and text.isdigit()):
            return False
        self._ready.append(Scan(text=text, source="wedge", at_mono=time.monotonic()))
        self._wake()
        event.setCommitString("")
        return False  # the widget still hears that the composition is over


def _trace(strokes: Sequence[Stroke], events: Sequence[QKeyEvent]) -> Trace:
    """Which end keys stood behind the text, and how far apart the keys were."""
    presses = [(stroke, event) for stroke, event in zip(strokes, events, strict=True) if stroke.press]
    plain = [stroke for stroke, _ in presses if stroke.kind is not Kind.MODIFIER]
    gaps = [gap_ms(before, after) for before, after in itertools.pairwise(plain)]
    ends = tuple(Qt.Key(event.key()).name.removeprefix("Key_") for stroke, event in presses if stroke.kind is Kind.END)
    length = sum(stroke.kind is Kind.TEXT for stroke in plain)
    return Trace("wedge", length, ends, longest_gap_ms=max(gaps, default=0), whole_ms=sum(gaps))


def _refuse_input_method(watched: QObject, event: QInputMethodQueryEvent) -> bool:
    if not event.queries() & Qt.InputMethodQuery.ImEnabled or watched.property(TAKES_INPUT_METHOD):
        return False
    watched.event(event)  # its other answers (cursor, hints) stay its own
    event.setValue(Qt.InputMethodQuery.ImEnabled, False)
    event.accept()
    return True


def _stroke(serial: int, event: QKeyEvent, at_ms: int) -> Stroke:
    kind = _kind(event)
    return Stroke(
        serial=serial,
        key=event.nativeScanCode() or int(event.key()),
        kind=kind,
        press=event.type() is _PRESS,
        at_ms=at_ms,
        seen_ms=_now_ms(),
        char=event.text() if kind is Kind.TEXT else "",
        repeat=event.isAutoRepeat(),
    )


def _kind(event: QKeyEvent) -> Kind:
    key = event.key()
    if key in _MODIFIERS:
        return Kind.MODIFIER
    if event.modifiers() & _COMMANDS:
        return Kind.CONTROL
    if key in _ENDS:
        return Kind.END
    text = event.text()
    return Kind.TEXT if text and text.isprintable() else Kind.CONTROL


def _platform_clock() -> Callable[[QKeyEvent], int]:
    """When a key was struck, in 32-bit milliseconds.

    Qt's Windows platform stamps a key only when it takes the message (qwindowskeymapper.cpp passes no time), so after a
    stall all keys would seem struck at once. Windows knows when a message was born, to 10–16 ms (GetMessageTime).
    """
    if sys.platform == "win32" and QGuiApplication.platformName() == "windows":
        import ctypes  # noqa: PLC0415 - Windows only

        message_time = ctypes.windll.user32.GetMessageTime
        return lambda _event: message_time() & 0xFFFF_FFFF
    return QKeyEvent.timestamp


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
