"""The manager's day on the screen: what is asked, shown, filtered and exported."""

import asyncio
import itertools
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from app.core.channel import Channel
from app.core.sale import State
from app.core.shift_sums import Kind, Sum
from app.journal.api import Head
from app.office.daybook import NoBook
from app.office.daylog import Adding, DayLog, Query, Row, wanted
from app.office.export import Exported, Format
from app.office.signing import About
from ui.pages.daylog.faces import chart_face, day_words, row_face, sums_of, totals_face
from ui.pages.daylog.page import DayLogPage
from ui.tokens import theme

MORNING_MS = 1_795_310_000_000  # 2026-11-22 09:13:20 in Beijing
DAY = "2026-11-22"
HOUR = 3_600_000


def row(n=1, kind=Kind.PAID, fen=1000, channel=Channel.WECHAT, *, hours=0, operator="1001"):
    number = f"7261122000748210{n:08d}"
    refund = f"{number}01" if kind in {Kind.VOIDED, Kind.REFUNDED} else ""
    return Row(
        MORNING_MS + n + hours * HOUR,
        DAY,
        kind,
        State.PAID,
        channel,
        fen,
        None,
        number,
        "",
        refund,
        operator,
        "0007",
        1,
    )


ROWS = (
    row(1, fen=12_850),
    row(2, fen=4200, channel=Channel.ALIPAY, hours=3),
    row(3, Kind.DECLINED, fen=1500, hours=3),
    row(4, Kind.REFUNDED, fen=2800, hours=4, operator="2001"),
    row(5, None, fen=700, hours=5),
)


def log_of(query, rows=ROWS):
    adding, found = Adding(), []
    for one in rows:
        if wanted(one, query):
            adding.add(one)
            found.append(one)
    head = Head(602, "9f3c71e0" * 8)
    return DayLog(query, tuple(found), adding.sheet, adding.unsettled, head, 1, ("1001", "2001"), ("0007",), (1, 2))


class Book:
    """Remembers what was asked."""

    def __init__(self, rows=ROWS):
        self.rows = rows
        self.asked = []
        self.exports = []
        self.answer = None
        self.no = None

    def today(self):
        return DAY

    async def load(self, query):
        self.asked.append(query)
        return self.no or log_of(query, self.rows)

    async def export(self, query, kind, target, language, progress):
        self.exports.append((query, kind, target, language, progress))
        return self.answer


class Here:
    """Answers at once; ``late`` keeps them until they are told."""

    def __init__(self):
        self.late = None

    def ask(self, work, done, failed=None):
        if self.late is None:
            done(asyncio.run(work()))
        else:
            self.late.append((work, done))

    def tell(self, at=0):
        work, done = self.late.pop(at)
        done(asyncio.run(work()))


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def here():
    return Here()


@pytest.fixture
def page(qtbot, book, here):
    made = DayLogPage(here, theme(1366, 768, dark=False), "zh", book=book)
    qtbot.addWidget(made)
    made.resize(1366, 668)
    made.show()
    made.enter()
    return made


def press(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    return page.key(QKeyEvent(QKeyEvent.Type.KeyPress, key, modifier))


def test_it_opens_on_today_and_steps_back_but_not_into_the_future(page, book):
    assert book.asked[-1] == Query(DAY, DAY)
    page.steps.step(1)
    assert len(book.asked) == 1
    QTest.mouseClick(page.steps, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert book.asked[-1].first_day == "2026-11-21"


def test_a_filter_narrows_rows_and_sums_alike(page):
    page.filters["channel"].choose(Channel.ALIPAY)
    assert [one.channel for one in page.log.rows] == [Channel.ALIPAY]
    assert page.totals.face.net == "￥42.00"
    page.filters["channel"].choose(None)
    page.filters["kind"].choose(frozenset({None}))
    assert [one.kind for one in page.log.rows] == [None]
    page.filters["kind"].choose(frozenset())
    QTest.keyClicks(page.sums, "100-200")
    assert [one.fen for one in page.log.rows] == [12_850]
    page.filters["operator"].choose("2001")
    assert page.log.rows == ()
    assert page.rows.empty == "没有符合筛选的流水。"


def test_what_is_not_settled_is_said_under_the_sums(page):
    assert page.totals.face.under
    assert page.totals.face.rows[-1].cells == ("2", "170.50", "−28.00", "142.50")


def test_an_answer_that_comes_late_is_not_shown_over_a_newer_one(page, here):
    here.late = []
    page.show_day("2026-11-20")
    page.show_day("2026-11-21")
    here.tell(1)
    here.tell(0)
    assert page.log.query.first_day == "2026-11-21"


def test_a_journal_that_cannot_be_read_is_a_sentence(page, book):
    book.no = NoBook("journal.gone.say")
    page.show_day("2026-11-20")
    assert "账本" in page.rows.empty
    assert not page.press.isEnabled()
    assert not (press(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier) and page.card.isVisible())


def test_a_line_leads_to_its_sale_newest_first(page, qtbot):
    with qtbot.waitSignal(page.go) as went:
        QTest.keyClick(page.rows, Qt.Key.Key_Space)
    assert went.args == ["refund", ROWS[-1].out_trade_no]


def test_a_hundred_thousand_lines_scroll_to_either_end(qtbot, here):
    many = tuple(row(n, hours=0) for n in range(100_000))
    page = DayLogPage(here, theme(1366, 768, dark=False), "zh", book=Book(many))
    qtbot.addWidget(page)
    page.resize(1366, 668)
    page.enter()
    QTest.keyClick(page.rows, Qt.Key.Key_End)
    assert page.rows.row_at(page.rows.cursor_at) == many[0]
    assert page.rows.first + page.rows.in_sight == len(many)
    page.rows.grab()
    QTest.keyClick(page.rows, Qt.Key.Key_Home)
    assert page.rows.first == 0


def done(path):
    about = About("0007", "店", DAY, DAY, 5, 2, 17_050, 1, 2800, 14_250, 1, 602, "9f", 0, True, "csv")
    return Exported(path, path.with_name(path.name + ".sig"), about, renamed=False)


def test_an_export_is_asked_for_and_its_end_is_told(page, book, tmp_path):
    assert press(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.card.isVisible()
    page.card.formats.pick(0)
    assert page.card.path.text().endswith(".csv")
    page.card.path.setText(str(tmp_path / "day.csv"))
    book.answer = done(tmp_path / "day.csv")
    assert press(page, Qt.Key.Key_F8)
    assert book.exports[0][1:4] == (Format.CSV, tmp_path / "day.csv", "zh")
    assert "已导出 5 笔，合计 ￥142.50。" in page.card.face.says
    press(page, Qt.Key.Key_Escape)
    assert not page.card.isVisible()


def test_a_running_export_shows_how_far_it_is_and_can_be_stopped(page, book, here, tmp_path):
    page.open_export()
    here.late = []
    press(page, Qt.Key.Key_F8)
    assert press(page, Qt.Key.Key_F8)
    assert len(here.late) == 1, "a second press begins no second export"
    page.progress.tell(20, 80)
    page._show_progress()
    assert page.card.face.running == 0.25
    press(page, Qt.Key.Key_Escape)
    assert not page.progress.going()
    book.answer = NoBook("ex.stop")
    here.tell()
    assert page.card.face.says == ("已停止导出，没有留下半个文件。",)
    assert not page.card.face.wrong
    assert isinstance(book.exports[0][2], Path)


def test_a_full_disk_is_said_in_the_card(page, book):
    page.open_export()
    book.answer = NoBook("ex.nospace", (("size", "12 MB"),))
    page.card.begin()
    assert page.card.face.wrong
    assert "12 MB" in page.card.face.says[0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 668), (1024, 512), (960, 457), (1920, 980)])
def test_every_control_stands_in_the_page_at_every_size(page, size, language):
    page.set_look(theme(size[0], round(size[1] * 1.15), dark=False), language)
    page.resize(*size)
    page.open_export()
    parts = [page.steps, *page.filters.values(), page.sums, page.press]
    for left, right in itertools.pairwise(parts):
        assert left.geometry().right() < right.geometry().left()
    for part in (*parts, page.chart, page.totals, page.rows, page.card):
        assert page.rect().contains(part.geometry())
    page.grab()


def test_the_chart_names_the_busiest_hour_and_its_scale_is_round():
    face = chart_face(log_of(Query(DAY, DAY)).sheet, "zh")
    assert face.busiest == "最忙 9 点"
    assert [bar.hour for bar in face.bars] == list(range(8, 22))
    assert sum(sum(bar.fen) for bar in face.bars) == 17_050
    assert face.top_fen == 16_000


@pytest.mark.parametrize("fen", [0, 1, 10_000, 10_001, 99_999, 123_456, 10**9, 10**12 + 1])
def test_no_bar_is_taller_than_the_scale(fen):
    adding = Adding()
    adding.add(row(fen=fen))
    top = chart_face(adding.sheet, "zh").top_fen
    assert fen <= top <= max(10_000, 2 * fen)
    assert top % 200 == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", (0, 0)),
        ("10-200", (1000, 20_000)),
        ("10-", (1000, 0)),
        ("-200", (0, 20_000)),
        ("12.5", (1250, 1250)),
        ("a", None),
        ("1-2-3", None),
        ("-", None),
    ],
)
def test_sums_are_read_as_people_type_them(text, found):
    assert sums_of(text) == found


def test_a_row_says_what_it_is_without_its_colour():
    faces = [row_face(one, "zh") for one in ROWS]
    assert [face.word for face in faces] == ["已收款", "已收款", "没有付成", "退一部分", "未了结"]
    assert faces[3].amount == "−28.00"
    assert faces[3].note.startswith("退 ")
    assert day_words(DAY, "zh") == "2026-11-22 周日"
    assert totals_face(log_of(Query(DAY, DAY)), "en").rows[-1].label == "Total"
    assert log_of(Query(DAY, DAY)).unsettled == Sum(1, 700)
