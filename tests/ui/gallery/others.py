"""What stands beside the till, and how it is set up: the customer's display, the mini window, settings, help."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from functools import cache

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.setup.room import SetupRoom
from app.setup.support import SupportRoom
from app.till.api import CounterView, Phase
from app.till.customer import Following, scene
from app.words import say
from tests.ui import pictures
from tests.ui.gallery.office import Now, folder, fresh_folder
from tests.ui.gallery.scene import SIZES, Scene, Shot, idle, open_window
from tests.ui.mini.scenes import scenes as mini_scenes
from ui.customer.board import CustomerBoard
from ui.customer.display import customer_theme
from ui.customer.face import customer_face
from ui.mini.place import Place
from ui.mini.window import Mini
from ui.pages.help.page import HelpPage
from ui.pages.settings.page import SettingsPage
from ui.pages.settings.spec import SCREENS, STEPS
from ui.pages.wizard.page import WizardPage
from ui.tokens import Theme
from ui.views.here import Here
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window

NOW = 1_795_000_000_000

PHASES = (
    Phase.IDLE,
    Phase.READY,
    Phase.SENT,
    Phase.PENDING,
    Phase.UNKNOWN,
    Phase.PAID,
    Phase.DECLINED,
    Phase.NOTSENT,
    Phase.REVERSING,
    Phase.STUCK,
    Phase.VOIDED,
)


def _board(phase: Phase):
    def build(shot: Shot) -> QWidget:
        view = pictures.view(phase, language=shot.language)
        here = Here(shot.language, mono=pictures.MONO, wall_ms=pictures.WALL_MS)
        board = CustomerBoard(customer_theme(*shot.size, dark=shot.dark))
        board.resize(*shot.size)
        following = Following("", asked=True).after(view)
        board.set_face(customer_face(scene(view, following), view, here))
        board.show()
        return board

    return build


def _mini(told: tuple[CounterView | None, str, str]):
    picture, typed, extra = told

    def build(shot: Shot) -> QWidget:
        scene_ = Scene("", picture, act=_typing(typed, extra))
        window = open_window(Shot(scene_, SIZES[1], shot.language, shot.dark))
        mini = Mini(window, Place(folder()))
        mini.show()
        mini.gallery_window = window  # it lives as long
        return mini

    return build


def _typing(typed: str, extra: str):
    def act(window: Window) -> None:
        for key in typed:
            window.type_key(key)
        match extra:
            case "dead":
                window.fail("win.dead")
            case "notice":
                window.banner.say(BannerFace(Kind.DOUBT, say("win.swallowed", window.cashier.language)))
            case "locked":
                window.backroom.show()

    return act


# --- setting up


@cache
def _begun() -> SetupRoom:
    """One for all pictures: sealing a new till's keys is slow on purpose."""
    return _room(begun=True)


def _room(*, begun: bool) -> SetupRoom:
    room = SetupRoom(fresh_folder(), lambda: NOW, prompt=lambda: "correct horse battery staple")
    if begun:
        asyncio.run(room.change({"shop": {"name": "示例商店"}}))
        asyncio.run(room.begin())
    return room


def _settings(theme: Theme, language: str, parent: QWidget) -> QWidget:
    return SettingsPage(Now(), theme, language, parent, room=_begun())


def _wizard(theme: Theme, language: str, parent: QWidget) -> QWidget:
    return WizardPage(Now(), theme, language, parent, room=_room(begun=False))


def _screen(at: int):
    return lambda window: window.backroom.page.nav.pick(at)


def _steps(many: int):
    return lambda window: [window.backroom.page.key(_F8) for _ in range(many)]


_F8 = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier)


def _help(theme: Theme, language: str, parent: QWidget) -> QWidget:
    place = fresh_folder()
    log = place / "log"
    log.mkdir(parents=True)
    lines = [
        {"at": f"2026-11-22T10:00:{n:02d}.000+08:00", "level": level, "from": "mashou.boot", "says": "the till is open"}
        for n, level in enumerate(("INFO", "WARNING", "ERROR") * 4)
    ]
    (log / "mashou-20261122.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return HelpPage(Now(), theme, language, parent, room=SupportRoom(place, lambda: NOW), has_tour=True)


def _setting_up() -> Iterator[Scene]:
    for n, screen in enumerate(SCREENS):
        yield Scene(f"settings-{n:02d}-{screen}", idle(), "settings", _settings, act=_screen(n))
    for n, step in enumerate(STEPS):
        yield Scene(f"wizard-{n:02d}-{step}", idle(), "wizard", _wizard, held=True, act=_steps(n))
    for n in range(3):
        yield Scene(f"help-{n}", idle(), "help", _help, act=lambda window, n=n: window.backroom.page.nav.pick(n))


def scenes() -> Iterator[Scene]:
    yield from _setting_up()
    for name, told in mini_scenes().items():
        yield Scene(f"mini-{name}", None, build=_mini(told))
    for phase in PHASES:
        yield Scene(f"customer-{phase}", None, build=_board(phase))
