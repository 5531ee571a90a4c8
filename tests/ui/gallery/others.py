"""What stands beside the till: the customer's display."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from app.till.api import Phase
from app.till.customer import Following, scene
from tests.ui import pictures
from tests.ui.gallery.scene import Scene, Shot
from ui.customer.board import CustomerBoard
from ui.customer.display import customer_theme
from ui.customer.face import customer_face
from ui.views.here import Here

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


def scenes() -> Iterator[Scene]:
    for phase in PHASES:
        yield Scene(f"customer-{phase}", None, build=_board(phase))
