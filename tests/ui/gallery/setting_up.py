"""How a till is set up and looked after: settings, the first start, scanners, help and the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.settings.file import Trouble
from app.setup.checkup import Finding, Light, Who, both
from app.setup.diary import COMMAND_LINE, Past
from app.setup.room import SetupRoom
from app.setup.support import SupportRoom
from devices.finding import Found, Garbled, Listening, OtherCode, Shut
from devices.ports import Port
from devices.traces import Trace
from tests.ui.gallery.rooms import Never, Now, fresh_folder
from tests.ui.gallery.scene import Scene, idle
from tests.ui.pages.scanner import test_scanner_pages as scanner
from tests.ui.window.test_beginning import Loop
from ui.pages.help.page import HelpPage
from ui.pages.scanner.find import ScannerFindPage
from ui.pages.scanner.trial import ScannerTestPage
from ui.pages.settings.layout import CHANNELS
from ui.pages.settings.page import SettingsPage
from ui.pages.settings.spec import SCREENS, STEPS
from ui.pages.wizard.page import WizardPage
from ui.tokens import Theme
from ui.window import Window
from ui.window.beginning import Beginning

NOW = 1_795_000_000_000
PORT = Port("/dev/ttyUSB0", "scanner", 0x0403, 0x6001, "A1", "1-1")
MARK = "MASHOU482913"  # the page's own is another each time, and two galleries are to be alike
WECHAT, ALIPAY = "134919586213926735", "28763443825664394"
_F5, _F8 = (
    QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier) for key in (Qt.Key.Key_F5, Qt.Key.Key_F8)
)
FINDINGS = (
    Finding("settings", Light.OK, Who.NOBODY, both("doc.settings.ok")),
    Finding("wechat", Light.OK, Who.NOBODY, both("doc.channel.ok", ms=142)),
    Finding("alipay", Light.BAD, Who.NETWORK, both("doc.channel.silent", n=5)),
    Finding("unionpay", Light.BAD, Who.ACQUIRER, both("doc.channel.right", code="A6")),
    Finding("cert", Light.BAD, Who.MANAGER, both("doc.cert.early", channel="unionpay", date="2027-01-01")),
    Finding("clock", Light.WARN, Who.MANAGER, both("doc.clock.fast", n=12)),
)


PAST = (
    Past(NOW, "", COMMAND_LINE, (("pos.interface", False, True),), ()),
    Past(NOW - 60_000, "9001", "陈", (("till.cap_fen", 500_000, 800_000), ("shop.name", "", "示例商店")), ()),
    Past(NOW - 9_000_000, "9001", "陈", (("wechat.mch_id", None, "1900000109"),), ("wechat.api_v2_key",)),
    Past(NOW - 99_000_000, "", "", (("scanner.port", "", "/dev/ttyUSB0"), ("looks.theme", "system", "dark")), (), True),
)

# --- settings and the first start


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


async def _tried() -> str:
    return "sp.none.here"


def _settings(theme: Theme, language: str, parent: QWidget) -> QWidget:
    trials = dict.fromkeys(("printer", "display", "voice"), _tried)
    return SettingsPage(Now(), theme, language, parent, room=_begun(), trials=trials, scanner_pages=True)


def _screen(at: int, then: Callable[[SettingsPage], object] = lambda _page: None) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, SettingsPage)
        page.nav.pick(at)
        then(page)

    return act


def _channel(at: int, *, more: bool = False) -> Callable[[SettingsPage], None]:
    def then(page: SettingsPage) -> None:
        page.tabs.picked.emit(at)
        if more:
            page.second()

    return then


def _refused(page: SettingsPage) -> None:
    page.form.rows.editors["till.terminal"].setText("12")
    page.form.rows.editors["till.terminal"].textEdited.emit("12")
    page.save()


def _changed(page: SettingsPage) -> None:
    page.form.rows.editors["shop.name"].setText("街角小店")
    page.form.rows.editors["shop.name"].textEdited.emit("街角小店")


def _saved(page: SettingsPage) -> None:
    page._answered(page.picture, "sp.saved.later", keep_form=True)


def _broken(page: SettingsPage) -> None:
    trouble = Trouble("set.bad", "shop.store_id", 7)
    page.picture = replace(page.picture, trouble=trouble)
    page.refresh()


def _busy(page: SettingsPage) -> None:
    page.asker = Never()
    page.examine()


def _examined(page: SettingsPage | WizardPage) -> None:
    page._examined(FINDINGS)


def _settings_scenes() -> Iterator[Scene]:
    at = {screen: n for n, screen in enumerate(SCREENS)}
    for screen, n in at.items():
        yield Scene(f"settings-{n:02d}-{screen}", idle(), "settings", _settings, act=_screen(n))
    told = {
        "refused": ("till", _refused),
        "changed": ("shop", _changed),
        "saved": ("shop", _saved),
        "broken": ("shop", _broken),
        "busy": ("channels", _busy),
        "examined": ("channels", _examined),
        "tried": ("voice", lambda page: page.second()),
        "licences": ("about", lambda page: page.go_on()),
        "changes": ("about", lambda page: page._show_history(PAST)),
        "unchanged": ("about", lambda page: page.first()),
        **{f"channel-{name}": ("channels", _channel(n)) for n, name in enumerate(CHANNELS)},
        **{f"channel-{name}-more": ("channels", _channel(n, more=True)) for n, name in enumerate(CHANNELS)},
    }
    for name, (screen, then) in told.items():
        yield Scene(f"settings-{name}", idle(), "settings", _settings, act=_screen(at[screen], then))


def _begin(steps: int, then: Callable[[WizardPage], object] = lambda _page: None) -> Callable[[Window], None]:
    """The first start over the window, as it lies there."""

    def act(window: Window) -> None:
        room = _room(begun=False)
        window.cashier.view = None
        first = Beginning(window, room, Loop)
        QApplication.sendPostedEvents()  # its folder is looked at, once: it takes the window's language
        first.page.asker = Now()  # its answers come at once, not with the next event
        first.page.trials = dict.fromkeys(("scanner", "paper", "comfort"), _tried)
        for _ in range(steps):
            first.page.key(_F8)
        then(first.page)

    return act


def _wizard_scenes() -> Iterator[Scene]:
    for n, step in enumerate(STEPS):
        yield Scene(f"wizard-{n:02d}-{step}", None, act=_begin(n))
    yield Scene("wizard-examined", None, act=_begin(1, _examined))
    yield Scene("wizard-finish-examined", None, act=_begin(len(STEPS) - 1, _examined))


# --- scanners


def _find(*news: object) -> Scene:
    def make(theme: Theme, language: str, parent: QWidget) -> QWidget:
        return ScannerFindPage(scanner.Asks(), theme, language, parent, room=scanner.Room(), search=scanner.Search)

    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, ScannerFindPage)
        page.mark = MARK
        for one in news:
            if isinstance(one, str):
                page.scan(one)
            elif isinstance(one, Trace):
                page.trace(one)
            elif isinstance(one, Qt.Key):
                page.use(0)
            else:
                page._hear(one)

    return Scene("", idle(), "scanner_find", make, act=act)


def _trial(*codes: tuple[str, Trace | None]) -> Scene:
    def make(theme: Theme, language: str, parent: QWidget) -> QWidget:
        return ScannerTestPage(
            scanner.Asks(), theme, language, parent, room=scanner.Room(), today=lambda: date(2026, 11, 22)
        )

    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, ScannerTestPage)
        for code, trace in codes:
            page.scan(code)
            if trace is not None:
                page.trace(trace)

    return Scene("", idle(), "scanner_test", make, act=act)


def _scanners() -> Iterator[Scene]:
    found = Found(PORT, 115_200, ("CR", "LF"))
    listening = Listening(PORT, 9600)
    states = {
        "nothing": _find(),
        "listening": _find(listening),
        "garbled": _find(listening, Garbled(PORT, 115_200)),
        "other": _find(listening, OtherCode(PORT)),
        "noright": _find(Shut(PORT, no_right=True)),
        "shut": _find(Shut(PORT, no_right=False)),
        "found": _find(listening, found),
        "before": _find(listening, Found(PORT, 9600, (), ("STX",))),
        "kept": _find(listening, found, Qt.Key.Key_F8),
        "typing": _find(MARK),
        "wedge": _find(MARK, Trace("wedge", 12, ("Return",))),
    }
    for name, one in states.items():
        yield replace(one, name=f"scanner-find-{name}")
    good = Trace("serial", 18, ("CR", "LF"), (), (), 4, 60)
    bad = Trace("wedge", 18, ("Return",), ("Ctrl+J",), ("F5",), 14, 300)
    many = [(WECHAT, good), (ALIPAY, bad), ("6901234567892", good), ("HELLO WORLD", bad)] * 3
    yield replace(_trial(), name="scanner-test-empty")
    yield replace(_trial((WECHAT, None)), name="scanner-test-first")
    yield replace(_trial(*many), name="scanner-test-many")


# --- help


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


def _topic(at: int, *, again: bool = False) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        page = window.backroom.page
        assert isinstance(page, HelpPage)
        page.nav.pick(at)
        if again:
            page.key(_F5)

    return act


def _helps() -> Iterator[Scene]:
    for n in range(3):
        yield Scene(f"help-{n}", idle(), "help", _help, act=_topic(n))
    yield Scene("help-collected", idle(), "help", _help, act=_topic(1, again=True))


def scenes() -> Iterator[Scene]:
    yield from _settings_scenes()
    yield from _wizard_scenes()
    yield from _scanners()
    yield from _helps()
