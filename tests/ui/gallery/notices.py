"""What the till says when it cannot start, stands still, or is being explained: notices over it, and the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.till.api import Phase
from app.words import has, say
from tests.ui import pictures
from tests.ui.gallery.office import worklist
from tests.ui.gallery.rooms import fresh_folder
from tests.ui.gallery.scene import Scene, idle, type_in
from tests.ui.pages import desk_pictures
from ui.pages.help.tour import KEYS
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window
from ui.window.passphrase import PassphraseCard, What
from ui.window.touring import Touring

VALUES = (
    *(("n", "5"), ("name", "shop.name"), ("path", "/var/lib/mashou"), ("place", ""), ("line", "7")),
    *(("want", ""), ("size", "480 MB"), ("why", ""), ("channel", "wechat")),
)
# Words keys that keep a till from opening, or stop it: boot.CannotStart's, the bridge's and the window's own.
STANDS_STILL = (
    *("win.dead", "win.two", "app.two.say", "app.broken", "app.practice.say"),
    *("journal.damaged.say", "journal.newer.say", "journal.gone.say", "journal.copied.say", "journal.locked.say"),
    *("disk.full.say", "disk.error.say", "disk.low.say", "disk.place.say"),
    *("set.missing", "set.unreadable", "set.syntax", "set.unknown", "set.bad", "set.pace.real", "set.simulator.away"),
    *("keys.missing.say", "keys.mixed.say", "keys.damaged.say", "keys.gone.say", "keys.newer.say", "keys.wrong.say"),
    *("keyring.none.say", "keyring.locked.say", "keyring.slow.say", "keyring.plain.say"),
    *("passphrase.file.say", "passphrase.none.say", "passphrase.empty.say", "passphrase.differ.say"),
)
BANNERS = (
    *(("app.restarted.say", Kind.DOUBT), ("win.swallowed", Kind.DOUBT), ("win.stumble", Kind.SUPERVISOR)),
    ("win.opening.wait", Kind.INFORMATION),
)


def _still(key: str) -> Callable[[Window], None]:
    return lambda window: window.fail(key, VALUES)


def _banner(key: str, kind: Kind) -> Callable[[Window], None]:
    return lambda window: window.banner.say(BannerFace(kind, say(key, window.cashier.language)))


def _passphrase(what: What) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        window.gallery_card = PassphraseCard(window, what, window.cashier.language)
        type_in(window, "correct horse")

    return act


def _stop(at: int) -> Callable[[Window], None]:
    def act(window: Window) -> None:
        window._bridge.phone.emit(pictures.phone("code"))
        touring = Touring(window, fresh_folder())
        touring.begin()
        for _ in range(at):
            touring.tour.go_on()

    return act


def scenes() -> Iterator[Scene]:
    for key in STANDS_STILL:
        assert has(key) or has(f"{key}.is"), key
        yield Scene(f"still-{key.removesuffix('.say')}", None, act=_still(key))
    for key, kind in BANNERS:
        yield Scene(f"banner-{key.removesuffix('.say')}", pictures.view(Phase.PENDING), act=_banner(key, kind))
    for key in ("page.nocode", "page.unread"):
        act = _banner(key, Kind.INFORMATION)
        yield Scene(f"banner-{key}", idle(), "worklist", worklist(*desk_pictures.work()), act=act)
    for what in What:
        yield Scene(f"passphrase-{what}", None, act=_passphrase(what))
    for at, key in enumerate(KEYS):
        view = pictures.view(Phase.IDLE, training=True)
        yield Scene(f"tour-{at}-{key}", view, practice=True, act=_stop(at))
