"""One screen in one state: what is told to the real window so that it shows exactly that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.staff import Person, Role
from app.till.api import CounterView, Phase
from tests.ui import pictures
from tests.ui.pages import desk_pictures
from ui import tokens
from ui.bridge import Bridge
from ui.window import Window

SIZES = ((1024, 600), (1366, 768), (1920, 1080), (683, 384))
DOUBLED = SIZES[3]  # what a screen of 1366 x 768 holds where the system doubles every px
LANGUAGES = ("zh", "en")
COMMON = SIZES[1]
RATIOS = (1.0, 1.5, 2.0)  # the system's own scaling
ORDER = desk_pictures.NUMBER
MANAGER = Person("9001", "陈", Role.MANAGER)

Make = Callable[..., QWidget]


@dataclass(frozen=True)
class Scene:
    """``page``: of the office, with its ``make(theme, language, parent)``. ``act`` is done to the window at the end."""

    name: str
    view: CounterView | None
    page: str = ""
    make: Make | None = None
    argument: object = None
    held: bool = False  # it stands alone over the till, as the lock does
    practice: bool = False
    act: Callable[[Window], None] = lambda _window: None
    build: Callable[[Shot], QWidget] | None = None  # a window of another kind
    sizes: tuple[tuple[int, int], ...] = SIZES


@dataclass(frozen=True)
class Shot:
    """A scene under one look."""

    scene: Scene
    size: tuple[int, int] = SIZES[1]
    language: str = "zh"
    dark: bool = False

    @property
    def name(self) -> str:
        return f"{self.scene.name}-{self.size[0]}-{self.language}-{'dark' if self.dark else 'light'}"


def ratios_of(size: tuple[int, int]) -> tuple[float, ...]:
    """The common size is seen at every scaling of the system; the others as they are on a screen of theirs."""
    return RATIOS if size == COMMON else RATIOS[2:] if size == DOUBLED else RATIOS[:1]


OFFICE = ("refund", "worklist", "shift", "daylog", "reconcile", "people", "settings", "help")


def open_window(shot: Shot) -> QWidget:
    """The window as the shot wants it, shown; ``close_window`` ends it."""
    scene, bridge = shot.scene, Bridge()
    if scene.build is not None:
        return scene.build(shot)
    if scene.practice:
        bridge.practice = pictures.AskedPhone()
    window = Window(bridge, dark=shot.dark, mono=lambda: pictures.MONO, wall=lambda: pictures.WALL_MS / 1000)
    window.setMinimumSize(*tokens.least_size(RATIOS[-1]))
    window.resize(*shot.size)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setPalette(window.theme.palette())
    window.cashier.language = shot.language
    if scene.view is not None:
        window.show_view(replace(scene.view, desk=replace(scene.view.desk, language=shot.language)))
    window.show()
    if scene.make is not None:
        make = scene.make
        made = dict.fromkeys((*OFFICE, "receipt", scene.page), make)
        window.backroom.furnish(lambda: made)
        window.refresh()
        if scene.held:
            window.backroom.hold(scene.page, scene.argument)
        else:
            window.backroom.person = None if scene.page == window.backroom.door else MANAGER
            window.backroom.open(scene.page, scene.argument)
    scene.act(window)
    window.refresh()
    QApplication.sendPostedEvents()  # what is laid out with the next event is seen laid out
    return window


def close_window(window: QWidget) -> None:
    if isinstance(window, Window):
        window.practice.stop()
        window.banner.leave()
    beside = getattr(window, "gallery_window", None)
    if beside is not None:
        close_window(beside)
    window.hide()
    window.deleteLater()


def press(window: Window, *keys: Qt.Key) -> None:
    """Keys as a hand presses them, wherever they belong just then."""
    for key in keys:
        QTest.keyClick(window.focusWidget() or window, key)


def type_in(window: Window, text: str) -> None:
    QTest.keyClicks(window.focusWidget() or window, text)


def idle() -> CounterView:
    return pictures.view(Phase.IDLE)
