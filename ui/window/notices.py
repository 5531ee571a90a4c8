"""Where a notice stands, so that it hides no amount, no key and no line of a sale.

Beside the till it stands under the list's rows, which gives up its oldest for it as a smaller list would. Where
something else stands in the list's place (the office, the first start, the customer's phone in training) it lies over
the lamps at the foot, in one line if it can.
"""

from typing import Final

from PySide6.QtCore import QObject, QRect, Slot
from PySide6.QtWidgets import QWidget

from ui.widgets.banner import Banner
from ui.widgets.sale_list import FOOT, SaleList
from ui.widgets.status_bar import StatusBar

EDGE: Final = 8  # px at u = 1 that it keeps from the edges of the list, and of the window


class Notices(QObject):
    def __init__(self, banner: Banner, sales: SaleList, status: StatusBar, window: QWidget) -> None:
        super().__init__(window)
        self._banner, self._sales, self._status, self._window = banner, sales, status, window
        banner.changed.connect(self.place)

    @Slot()
    def place(self) -> None:
        banner, sales = self._banner, self._sales
        if banner.face is None:
            sales.reserve(0)
            return
        t, beside = banner.theme, self._list_in_sight()
        edge = t.px(EDGE)
        if beside:
            at = sales.geometry()
            height = banner.height_in(at.width() - 2 * edge)
            top = at.bottom() + 1 - t.px(FOOT) - edge - height
            banner.setGeometry(QRect(at.left() + edge, top, at.width() - 2 * edge, height))
        else:
            left, most = t.px(EDGE), self._window.width() - 2 * t.px(EDGE)
            width = min(round(self._status.clear_of(left + banner.width_of_line())) - left, most)
            height = max(banner.height_in(width), self._status.height())
            banner.setGeometry(QRect(left, self._window.height() - height, width, height))
        sales.reserve(banner.height() + 2 * edge if beside else 0)
        banner.raise_()

    def _list_in_sight(self) -> bool:
        """Whether a finger on the list's middle would touch the list."""
        return self._window.childAt(self._sales.geometry().center()) is self._sales
