"""What stands beside the till: the customer's display and the mini window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from app.till.api import CounterView, Phase
from app.till.customer import Following, scene
from app.words import say
from tests.ui import pictures
from tests.ui.gallery.rooms import folder
from tests.ui.gallery.scene import COMMON, Scene, Shot, open_window
from tests.ui.mini.scenes import scenes as mini_scenes
from ui import tokens
from ui.customer.board import CustomerBoard
from ui.customer.display import customer_theme
from ui.customer.face import customer_face
from ui.mini.place import Place
from ui.mini.window import Mini
from ui.views.here import Here
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window

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


SCREENS = (COMMON, (1920, 1080))  # it has a size of its own on each


def _board(phase: Phase, **more: object):
    def build(shot: Shot) -> QWidget:
        view = pictures.view(phase, language=shot.language, **more)
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
        window = open_window(Shot(scene_, COMMON, shot.language, shot.dark))
        mini = Mini(window, Place(folder()))
        mini._theme = lambda: tokens.theme(*shot.size, dark=shot.dark)  # the offscreen platform's own screen is small
        mini._fit()
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


def scenes() -> Iterator[Scene]:
    for name, told in mini_scenes().items():
        yield Scene(f"mini-{name}", None, build=_mini(told), sizes=SCREENS)
    small = ((800, 480), (1024, 600), COMMON, (1920, 1080))  # seven inches are the smallest that are sold
    for phase in PHASES:
        yield Scene(f"customer-{phase}", None, build=_board(phase), sizes=small)
    yield Scene("customer-long", None, build=_board(Phase.READY, amount_fen=999_999_999), sizes=small)
    yield Scene("customer-training", None, build=_board(Phase.PENDING, training=True), sizes=small)
