"""Where everything on the refund page stands, for any size down to the smallest till's."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect

from ui.tokens import Theme

MARGIN: Final = 16
PADDING: Final = 24
LEFT_SHARE: Final = 0.39
CARD_MOST: Final = 80
CARD_LEAST: Final = 58
CARD_GAP: Final = 12
TITLE: Final = 34
HEAD: Final = 28
LABEL: Final = 26
FIELD: Final = 48
REASON_GAP: Final = 8
PRESS: Final = 72
GAP: Final = 14


@dataclass(frozen=True, slots=True)
class Places:
    left: QRect
    right: QRect
    search: QRect
    sale: QRect
    title: QRect
    head: QRect
    cards: QRect
    amount_label: QRect
    amount: QRect
    check: QRect
    reason_label: QRect
    reasons: QRect
    own_words: QRect
    foot: QRect
    press: QRect


def places(theme: Theme, width: int, height: int) -> Places:
    """For a page of ``width`` x ``height`` px. What is left over in height stands above the foot."""
    px = theme.px
    tall = height - px(2 * MARGIN)
    left = QRect(px(MARGIN), px(MARGIN), round((width - px(3 * MARGIN)) * LEFT_SHARE), tall)
    right_x = left.right() + 1 + px(MARGIN)
    right = QRect(right_x, px(MARGIN), width - px(MARGIN) - right_x, tall)
    search = QRect(left.x() + px(PADDING), left.y() + px(PADDING), left.width() - px(2 * PADDING), px(FIELD))
    sale_y = search.bottom() + 1 + px(20)
    sale = QRect(search.x(), sale_y, search.width(), left.bottom() + 1 - px(20) - sale_y)
    x, wide = right.x() + px(PADDING), right.width() - px(2 * PADDING)
    title = QRect(x, right.y() + px(16), wide, px(TITLE))
    head = QRect(x, title.bottom() + 1, wide, px(HEAD))
    fixed = px(16 + TITLE + HEAD + 6) + px(2 * CARD_GAP) + px(GAP + LABEL + 2 * FIELD + REASON_GAP + GAP + PRESS + 20)
    tall_card = max(px(CARD_LEAST), min(px(CARD_MOST), (tall - fixed) // 3))
    cards = QRect(x, head.bottom() + 1 + px(6), wide, 3 * tall_card + 2 * px(CARD_GAP))
    label_y = cards.bottom() + 1 + px(GAP)
    narrow = min(px(220), wide * 3 // 10)
    field_y = label_y + px(LABEL)
    amount = QRect(x, field_y, narrow, px(FIELD))
    below = QRect(x, field_y + px(FIELD + REASON_GAP), narrow, px(FIELD))
    reason_x = amount.right() + 1 + px(24)
    reason_w = x + wide - reason_x
    foot_y = right.bottom() + 1 - px(20) - px(PRESS)
    press_w = min(px(296), wide * 2 // 5)
    press = QRect(x + wide - press_w, foot_y, press_w, px(PRESS))
    return Places(
        left=left,
        right=right,
        search=search,
        sale=sale,
        title=title,
        head=head,
        cards=cards,
        amount_label=QRect(x, label_y, narrow, px(LABEL)),
        amount=amount,
        check=QRect(x, below.y(), reason_w, px(28)),
        reason_label=QRect(reason_x, label_y, reason_w, px(LABEL)),
        reasons=QRect(reason_x, field_y, reason_w, px(2 * FIELD + REASON_GAP)),
        own_words=below,
        foot=QRect(x, foot_y, wide - press_w - px(24), px(PRESS)),
        press=press,
    )
