"""Where each part of the window stands (look.md §3 and §6). Pure: the same size is always the same frame."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect

from ui.tokens import touch, unit

LOW: Final = 720  # px at u = 1: a task bar is in sight
NARROW: Final = 1200
MARGIN: Final = 16
SIDE_WIDTH: Final = 296
LIST_WIDTH, LIST_NARROW = 376, 320
STATUS_HEIGHT: Final = 44
TABS_HEIGHT: Final = 44
AMOUNT_HEIGHT, AMOUNT_LOW = 128, 112
BUTTON_HEIGHT, BUTTON_LOW = 72, 64
PHONE_HEIGHT: Final = 468  # the phone is painted smaller where there is less room
BEHAVIOUR_HEIGHT, BEHAVIOUR_LEAST = 60, 48
ASK_HEIGHT: Final = 36


@dataclass(frozen=True, slots=True)
class Frame:
    u: float
    amount: QRect
    stage: QRect
    side: QRect
    buttons: tuple[QRect, QRect, QRect]
    list: QRect
    status: QRect
    tabs: tuple[QRect, QRect]  # training: phone, list
    list_under_tabs: QRect
    phone: QRect
    behaviours: tuple[QRect, ...]
    ask: QRect


def frame(width: int, height: int) -> Frame:
    """What is left over widens and heightens the stage; every other part keeps its size."""
    u = unit(width, height)
    full_width, full_height = width / u, height / u
    low, narrow = full_height < LOW, full_width < NARROW

    def at(x: float, y: float, w: float, h: float) -> QRect:
        left, top = round(x * u), round(y * u)
        return QRect(left, top, round((x + w) * u) - left, round((y + h) * u) - top)

    status_height, tabs_height = touch(STATUS_HEIGHT, u), touch(TABS_HEIGHT, u)
    list_width = LIST_NARROW if narrow else LIST_WIDTH
    left_width = full_width - list_width - 3 * MARGIN
    stage_width = left_width - SIDE_WIDTH - MARGIN
    amount_height = AMOUNT_LOW if low else AMOUNT_HEIGHT
    button_height = BUTTON_LOW if low else BUTTON_HEIGHT
    buttons_at = full_height - status_height - MARGIN - button_height
    stage_at = MARGIN + amount_height + MARGIN
    stage_height = buttons_at - MARGIN - stage_at
    side_at = MARGIN + stage_width + MARGIN
    list_at = MARGIN + left_width + MARGIN
    list_height = full_height - status_height - 2 * MARGIN
    button_width = (stage_width - MARGIN) / 2
    below_tabs = MARGIN + tabs_height + 8
    half = (list_width - 8) / 2
    bottom = MARGIN + list_height
    phone_height = min(PHONE_HEIGHT, bottom - below_tabs - ASK_HEIGHT - 2 * BEHAVIOUR_LEAST - 8)
    ask_at = below_tabs + phone_height
    row = min(BEHAVIOUR_HEIGHT, (bottom - ask_at - ASK_HEIGHT - 8) / 2)
    return Frame(
        u=u,
        amount=at(MARGIN, MARGIN, left_width, amount_height),
        stage=at(MARGIN, stage_at, stage_width, stage_height),
        side=at(side_at, stage_at, SIDE_WIDTH, stage_height),
        buttons=(
            at(MARGIN, buttons_at, button_width, button_height),
            at(MARGIN + button_width + MARGIN, buttons_at, button_width, button_height),
            at(side_at, buttons_at, SIDE_WIDTH, button_height),
        ),
        list=at(list_at, MARGIN, list_width, list_height),
        status=at(0, full_height - status_height, full_width, status_height),
        tabs=(at(list_at, MARGIN, half, tabs_height), at(list_at + half + 8, MARGIN, half, tabs_height)),
        list_under_tabs=at(list_at, below_tabs, list_width, list_height - tabs_height - 8),
        phone=at(list_at, below_tabs, list_width, phone_height),
        behaviours=tuple(
            at(list_at + (n % 2) * (half + 8), ask_at + ASK_HEIGHT + (n // 2) * (row + 8), half, row) for n in range(4)
        ),
        ask=at(list_at, ask_at, list_width, ASK_HEIGHT),
    )
