"""What can be pressed inside a widget that paints all of it itself: keys of a pad, tabs, hints, rows.

Each is reached by the keyboard elsewhere, so Tab need not lead there: figures are typed, a tab is Ctrl+PageDown, a hint
shows its own key, a list has its arrows, the practice customer's phone Alt and a figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from ui.pages.daylog import rows as daylog
from ui.pages.daylog.controls import ARROW, DayStepper, Picker
from ui.pages.reconcile import table as reconcile
from ui.widgets.keypad import Keypad
from ui.widgets.phone import PhonePanel
from ui.widgets.pin_pad import PinPad
from ui.widgets.sale_list import Row, SaleList
from ui.widgets.status_bar import StatusBar
from ui.widgets.tab_bar import TabBar

Places = Iterator[tuple[str, QRectF]]

# They touch one another, and why a press of the wrong one does no harm.
TOUCH_ON_PURPOSE = {
    TabBar: "the wrong page is seen, and left by the next press",
    SaleList: "the wrong sale is seen before anything is done with it",
    daylog.RowTable: "the same",
    reconcile.LineTable: "the first press only moves the cursor",
    PhonePanel: "practice, and no money",
}


def painted(widget: QWidget) -> Places:
    """Name and place in ``widget`` of all that it reacts to."""
    match widget:
        case Keypad() | PinPad():
            yield from ((name, QRectF(place)) for name, place in widget.keys().items())
        case PhonePanel():
            yield from widget.places().items()
        case TabBar():
            yield from ((tab.name or "till", place) for tab, place in widget.placed())
        case StatusBar():
            yield from ((hint.act, at) for hint, at in zip(widget.face.hints, widget.touch_rects(), strict=True))
        case SaleList():
            yield from ((item.out_trade_no, place) for item, place in widget.placed() if isinstance(item, Row))
        case daylog.RowTable():
            yield from _rows(widget, daylog.HEAD, daylog.ROW)
        case reconcile.LineTable():
            yield from _rows(widget, reconcile.HEAD, reconcile.ROW)
        case DayStepper():
            wide, whole = widget.theme.px(ARROW), QRectF(widget.rect())
            yield "earlier", QRectF(0, 0, wide, whole.height())
            yield "later", QRectF(whole.right() - wide, 0, wide, whole.height())
        case Picker():
            yield "open", QRectF(widget.rect())
        case _:
            return


def _rows(table: daylog.RowTable | reconcile.LineTable, head: int, row: int) -> Places:
    px, shown = table.theme.px, table.in_sight
    for n in range(shown):
        yield f"row {n}", QRectF(0, px(head) + n * px(row), table.width(), px(row))
