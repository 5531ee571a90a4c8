"""The day after on the screen: what is found first, what is listed, what is fetched and taken in."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from app.channels.books import BillRow, RowKind
from app.core.channel import Channel
from app.core.staff import Act, Approval, Person, Role
from app.office.recon.day import ChannelDay, DayResult
from app.office.recon.desk import DayPicture, Said
from app.office.recon.lines import Facing
from app.office.recon.match import Sources, reckon
from app.office.recon.signing import SIGNS, Resolution, SignedOff, subject, whole_day
from app.office.recon.values import Booked, Stand
from app.office.recon.window import window_of
from ui.pages.reconcile.faces import Mood, channels, lines, verdict
from ui.pages.reconcile.page import ReconcilePage
from ui.tokens import theme

DAY = "2026-11-22"
NOON_MS = 1_795_320_000_000
NUMBER = "426112200034821000012337"


def booked(channel=Channel.WECHAT, *, number=NUMBER, at_ms=NOON_MS, fen=1880):
    return Booked(channel, number, fen, Stand.KEPT, DAY, at_ms)


def row(channel=Channel.WECHAT, *, number=NUMBER, fen=1880):
    return BillRow(RowKind.PAYMENT, channel, number, "4200001", fen, 0, NOON_MS)


def one_day(channel, sales, rows, resolved=None):
    facing = Facing(window_of(channel, DAY), frozenset({"0003"}))
    return ChannelDay(reckon(facing, Sources(sales, rows)), None, resolved or {}, None)


LEVEL = one_day(Channel.WECHAT, [booked()], [row()])
MISSING = one_day(Channel.ALIPAY, [booked(Channel.ALIPAY)], [])
LATE = one_day(Channel.UNIONPAY, [booked(Channel.UNIONPAY, at_ms=NOON_MS + 41_000_000)], [])


def picture(*days, lacking=(), said=()):
    return DayPicture(DAY, DayResult(DAY, days, lacking), said)


class Books:
    """An office that remembers what it was asked."""

    def __init__(self, found):
        self.found, self.asked = found, []

    def yesterday(self):
        return DAY

    def latest(self):
        return DAY

    async def look(self, day):
        self.asked.append(("look", day))
        return self.found

    async def fetch(self, day):
        self.asked.append(("fetch", day))
        return self.found

    async def explain(self, one, line, approval):
        self.asked.append(("explain", line.key, approval))
        return self.found

    async def sign(self, seen, approval):
        self.asked.append(("sign", seen.day, approval))
        return self.found

    async def take(self, day, paths):
        self.asked.append(("take", day, tuple(paths)))
        return self.found


class Asker:
    """Answers at once, or when it is told to."""

    def __init__(self, *, late=False):
        self.late, self.waiting = late, []

    def ask(self, work, done, failed=None):
        if self.late:
            self.waiting.append((work, done))
        else:
            done(asyncio.run(work()))


@pytest.fixture
def page_of(qtbot):
    def make(found, *, asker=None, files=(), language="zh", approve=None):
        books = Books(found)
        made = ReconcilePage(
            asker or Asker(),
            theme(1366, 768, dark=False),
            language,
            books=books,
            approve=approve,
            pick_files=lambda _parent, _title: list(files),
        )
        qtbot.addWidget(made)
        made.resize(1366, 668)
        made.books = books
        made.enter()
        made.show()
        return made

    return make


def press(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    return page.key(QKeyEvent(QEvent.Type.KeyPress, key, modifier))


@pytest.mark.parametrize(
    ("found", "mood", "says"),
    [
        (picture(LEVEL), Mood.LEVEL, "对平"),
        (picture(LEVEL, MISSING), Mood.ACT, "有 1 条要处理，差 +￥18.80"),
        (picture(LEVEL, LATE), Mood.WAITS, "1 条等次日账单"),
        (picture(LEVEL, lacking=(Channel.ALIPAY,)), Mood.WAITS, "还缺账单：支付宝"),
        (picture(), Mood.PLAIN, "没有要对的"),
        (DayPicture(DAY, None, (Said("journal.damaged.say", is_wrong=True),)), Mood.ACT, "对不了"),
        (None, Mood.PLAIN, "正在对账"),
    ],
)
def test_the_verdict_says_what_to_do_first(found, mood, says):
    face = verdict(found, "zh")
    assert face.mood is mood
    assert says in face.head


def test_a_line_explained_by_hand_wants_nobody_any_more():
    line = MISSING.reckoning.lines[0]
    explained = one_day(
        Channel.ALIPAY,
        [booked(Channel.ALIPAY)],
        [],
        {line.key: Resolution(line.key, "收单机构已补款", "9001", "9001", NOON_MS)},
    )
    result = picture(explained).result
    assert verdict(picture(explained), "zh").mood is Mood.LEVEL
    [face] = lines(result, "zh")
    assert "收单机构已补款" in face.do
    assert face.mood is Mood.PLAIN


def test_each_channel_shows_both_sums_and_their_difference():
    cards = channels(picture(LEVEL, MISSING, lacking=(Channel.UNIONPAY,)).result, "zh")
    assert [(card.channel, card.mood) for card in cards] == [
        (Channel.WECHAT, Mood.LEVEL),
        (Channel.ALIPAY, Mood.ACT),
        (Channel.UNIONPAY, Mood.WAITS),
    ]
    assert [amount for _, amount in cards[1].rows] == ["￥18.80", "￥0.00", "+￥18.80"]


def test_what_needs_somebody_stands_first():
    faces = lines(picture(LATE, MISSING).result, "zh")
    assert [face.mood for face in faces] == [Mood.ACT, Mood.WAITS]


def test_the_page_opens_on_yesterday_and_fetches_with_f5(page_of):
    page = page_of(picture(LEVEL))
    assert page.books.asked == [("look", DAY)]
    assert press(page, Qt.Key.Key_F5)
    assert page.books.asked[-1] == ("fetch", DAY)
    assert not press(page, Qt.Key.Key_F6)


def test_files_are_taken_in_for_the_day_on_the_screen(page_of):
    page = page_of(picture(LEVEL), files=(Path("a.csv"), Path("b.zip")))
    page.steps.step(-1)
    assert press(page, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert page.books.asked[-1] == ("take", "2026-11-21", (Path("a.csv"), Path("b.zip")))


def test_no_file_picked_asks_nothing(page_of):
    page = page_of(picture(LEVEL))
    page.import_button.click()
    assert page.books.asked == [("look", DAY)]


def test_while_it_matches_a_second_press_asks_nothing_and_an_old_answer_is_not_shown(page_of):
    asker = Asker(late=True)
    page = page_of(picture(LEVEL), asker=asker)
    assert len(asker.waiting) == 1
    press(page, Qt.Key.Key_F5)
    page.fetch_button.click()
    assert len(asker.waiting) == 1
    page.show_day("2026-11-20")
    (_, first), (_, second) = asker.waiting
    first(picture(MISSING))
    assert page.picture is None
    second(picture(LEVEL))
    assert page.picture == picture(LEVEL)


def test_a_sale_of_the_list_opens_on_its_own_page(page_of, qtbot):
    page = page_of(picture(MISSING))
    with qtbot.waitSignal(page.go) as told:
        QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert told.args == ["refund", NUMBER]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "微信、支付宝 2026-11-22 的账单次日 10:00 后才有，到时再取。 "),
        ("en", "WeChat, Alipay's bill for 2026-11-22 is there from 10:00 on the next day; fetch it then. "),
    ],
)
def test_what_several_channels_say_alike_is_one_sentence_and_stands_out(language, told):
    said = [Said("bill.notyet", (("channel", f"name.{c}"), ("date", DAY)), is_wrong=True) for c in ("wechat", "alipay")]
    wrong = Said("bill.keys", (("channel", "name.unionpay"), ("date", DAY)), is_wrong=True)
    face = verdict(picture(LEVEL, said=(*said, wrong)), language)
    assert face.under.startswith(told)
    assert face.is_wrong
    assert not verdict(picture(LEVEL, said=(Said("bill.none", (("channel", "name.wechat"),)),)), language).is_wrong


def test_a_file_that_was_refused_is_told_under_the_verdict(page_of):
    page = page_of(picture(LEVEL, said=(Said("wf.merchant", (("mch", "1900000109"),), is_wrong=True),)))
    assert page.verdict.face.under == "商户号是 1900000109，不是本店。 请在商户平台重新下载，不要打开另存。"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_paints_in_both_languages_and_schemes(page_of, language):
    page = page_of(picture(LEVEL, MISSING, LATE), language=language)
    page.set_look(theme(1366, 768, dark=True), language)
    assert not page.grab().toImage().allGray()


class Yes:
    """A manager who says yes, or not; remembers what was asked."""

    def __init__(self, *, yes=True):
        self.yes, self.asked = yes, []

    def __call__(self, act, named, amount_fen, reason, answer, *, operator=""):
        self.asked.append((act, named, amount_fen, reason))
        boss = Person("9001", "王店长", Role.MANAGER)
        answer(Approval(act, named, amount_fen, reason, boss, "1" * 32, 0.0, NOON_MS) if self.yes else None)


def test_the_line_under_the_cursor_is_explained_with_a_reason_and_a_yes_to_just_this_line(page_of):
    yes = Yes()
    page = page_of(picture(LEVEL, MISSING), approve=yes)
    line = MISSING.reckoning.lines[0]
    assert press(page, Qt.Key.Key_F8)
    assert yes.asked == [], "no reason, no question"
    typed(page, "收单机构 已补款")
    assert press(page, Qt.Key.Key_F8)
    assert yes.asked == [(Act.RESOLVE, subject(Channel.ALIPAY, DAY, line), 1880, "收单机构 已补款")]
    assert page.books.asked[-1][:2] == ("explain", line.key)
    assert page.reason.text() == ""


def typed(page, text):
    page.reason.setText(text)
    page.reason.textEdited.emit(text)


def test_where_the_yes_fails_nothing_is_written_and_the_reason_stays(page_of):
    page = page_of(picture(LEVEL, MISSING), approve=Yes(yes=False))
    typed(page, "已补款")
    page.explain_button.click()
    assert page.books.asked == [("look", DAY)]
    assert page.reason.text() == "已补款"


def test_a_refused_explanation_is_told_and_keeps_its_words(page_of):
    page = page_of(picture(MISSING, said=(Said("pin.expired", is_wrong=True),)), approve=Yes())
    typed(page, "已补款")
    page.explain_button.click()
    assert page.verdict.face.under
    assert page.reason.text() == "已补款"


def test_what_is_explained_asks_for_no_words(page_of):
    line = MISSING.reckoning.lines[0]
    done = one_day(Channel.ALIPAY, [booked(Channel.ALIPAY)], [], {line.key: Resolution(line.key, "x", "9001", "w", 1)})
    page = page_of(picture(done), approve=Yes())
    assert not page.reason.isVisible()
    assert not page.explain_button.isVisible()


def test_a_sale_the_journal_lost_is_entered_again_instead(page_of):
    lost = one_day(Channel.WECHAT, [], [row()])
    yes = Yes()
    page = page_of(DayPicture(DAY, DayResult(DAY, (lost,), (), frozenset({NUMBER}))), approve=yes)
    assert page.explain_button.face.label == "补记这一笔"
    assert not page.reason.isVisible()
    assert press(page, Qt.Key.Key_F8)
    assert [asked[2:] for asked in yes.asked] == [(1880, "rc.rebuild")]


def test_a_level_day_is_signed_off_with_one_yes(page_of):
    yes = Yes()
    page = page_of(picture(LEVEL), approve=yes)
    assert press(page, Qt.Key.Key_F9)
    assert yes.asked == [(Act.RESOLVE, whole_day(DAY), 0, SIGNS)]
    assert page.books.asked[-1][:2] == ("sign", DAY)


@pytest.mark.parametrize("found", [picture(MISSING), picture(LEVEL, lacking=(Channel.ALIPAY,)), picture()])
def test_a_day_that_is_not_level_is_not_signed(page_of, found):
    yes = Yes()
    page = page_of(found, approve=yes)
    press(page, Qt.Key.Key_F9)
    assert yes.asked == []
    assert not page.sign_button.isVisible()


def test_who_signed_and_when_stands_there_afterwards(page_of):
    done = replace(LEVEL, signed=SignedOff(Channel.WECHAT, DAY, "", 1, 1, "9001", "王店长", NOON_MS, "ab"))
    page = page_of(picture(done), approve=Yes())
    assert page.signed == "王店长 已确认对账，11-22 12:00"
    assert not page.sign_button.isVisible()


def test_a_second_touch_opens_the_sale_and_the_first_only_chooses_it(page_of):
    page = page_of(picture(MISSING), approve=Yes())
    heard = []
    page.go.connect(lambda *told: heard.append(told))
    at = QPoint(30, page.table.theme.px(60))
    QTest.mouseClick(page.table, Qt.MouseButton.LeftButton, pos=at)
    assert heard == []
    QTest.mouseClick(page.table, Qt.MouseButton.LeftButton, pos=at)
    assert heard == [("refund", NUMBER)]
