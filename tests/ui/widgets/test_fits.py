"""Every word of the till stands in its place, in both languages, at every size: nothing is clipped or elided."""

from dataclasses import replace

import pytest

from app.core.channel import Channel
from app.core.reasons import Reason
from app.till.api import Customer, Lamp, Light, Phase
from app.words import keys, say
from tests.ui import pictures
from ui import tokens
from ui.views import actions, edges
from ui.views.entry import Entry
from ui.views.frame import frame
from ui.views.here import Here
from ui.views.practice import behaviour_faces, phone_face
from ui.views.sales import list_face, row
from ui.views.stage import stage_face
from ui.views.story import steps_face
from ui.widgets.banner import Banner, BannerFace, Kind
from ui.widgets.base import advance, line_height
from ui.widgets.buttons import KeyButton
from ui.widgets.help_card import BETWEEN, ROW_LEAST, TOP, WORD_AT, HelpCard
from ui.widgets.phone import BODY_HEIGHT, PhonePanel
from ui.widgets.sale_list import PADDING, TEXT_AT, SaleList
from ui.widgets.stage import StageCard, head_block, sentence_blocks
from ui.widgets.status_bar import StatusBar
from ui.widgets.steps import SaleSteps
from ui.window.notices import EDGE

SIZES = [(1366, 768), (1920, 1080), (1280, 720), (1024, 600), (960, 540), (683, 384)]
LANGUAGES = ["zh", "en"]
LAMP_VALUES = (("channel", "wechat"), ("n", "70"))
LONGEST = 999_999_999  # fen; more is behind the cap of every shop


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request):
    return request.param


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def theme(qapp, size):
    return tokens.theme(*size, dark=False)


def here(language, **more):
    return Here(language, pictures.MONO, pictures.WALL_MS, pictures.MONO, **more)


def stage(qtbot, theme, size):
    card = StageCard(theme)
    qtbot.addWidget(card)
    card.resize(frame(*size).stage.size())
    return card


def overflow(card, face) -> list[str]:
    """What of ``face`` does not stand whole in its place on ``card``."""
    theme, out = card.theme, []
    head = head_block(face, theme, card.word_room().width())
    if not head.fits:
        out.append(f"head: {face.head}")
    width = card.refusal_width() if face.refusal else card.sentences().width()
    blocks = sentence_blocks(face, theme, width)
    out += [f"sentence: {' | '.join(block.lines)}" for block in blocks if not block.fits]
    fonts = [theme.font(block.size, bold=n == 0) for n, block in enumerate(blocks)]
    for block, font in zip(blocks, fonts, strict=True):
        out += [f"too wide: {line}" for line in block.lines if advance(line, font) > width + 1]
    height = sum(len(b.lines) * line_height(f) for b, f in zip(blocks, fonts, strict=True)) + theme.px(10)
    if card.sentences().top() + height > card.height():
        out.append(f"too high: {face.first} {face.second}")
    return out


@pytest.mark.parametrize("phase", Phase)
def test_each_stage_is_whole(qtbot, theme, size, language, phase):
    card = stage(qtbot, theme, size)
    longest = Channel.UNIONPAY
    for deadline in (pictures.MONO + 44, None):
        for recovered in (False, True):
            more = {"channel": longest, "fen": LONGEST, "deadline": deadline, "recovered": recovered}
            sale = None if phase in (Phase.IDLE, Phase.READY) else pictures.sale(phase, alarm="st.x", **more)
            face = stage_face(pictures.view(phase, sale=sale, amount_fen=LONGEST), here(language))
            assert overflow(card, face) == []


@pytest.mark.parametrize("reason", Reason)
def test_each_refusal_of_a_channel_is_whole(qtbot, theme, size, language, reason):
    sale = pictures.sale(Phase.DECLINED, reason=reason)
    face = stage_face(pictures.view(Phase.DECLINED, sale=sale), here(language))
    assert overflow(stage(qtbot, theme, size), face) == []


def test_each_refusal_of_a_scan_is_whole(qtbot, theme, size, language):
    card = stage(qtbot, theme, size)
    values = (("n", "17"), ("amount", "￥10,000,000.00"), ("channel", "unionpay"), ("channels", "wechat,alipay"))
    for key in {key.split(".")[1] for key in keys("scan.")}:
        face = stage_face(pictures.refused(Phase.READY, key, *values), here(language))
        assert overflow(card, face) == [], key


def test_what_stops_the_till_is_whole(qtbot, theme, size, language):
    card = stage(qtbot, theme, size)
    values = tuple((name, "12") for name in ("n", "m", "name", "path", "place", "want"))
    for key in ("win.dead", "win.two", "app.twouser.say", "keyring.locked.say", "keys.mixed.say", "disk.error.say"):
        face = stage_face(None, here(language, dead=key, dead_values=values))
        assert overflow(card, face) == [], key
    for entry in (Entry(), Entry("12.5")):
        assert overflow(card, stage_face(None, here(language, entry=entry))) == []
        assert overflow(card, stage_face(pictures.view(Phase.IDLE), here(language, entry=entry))) == []
    cap = pictures.view(Phase.IDLE, amount_fen=LONGEST, confirm_cap=True)
    assert overflow(card, stage_face(cap, here(language))) == []


def test_no_button_is_too_small_for_its_words(qtbot, theme, size, language):
    rects = frame(*size).buttons
    for phase in Phase:
        for entry in (Entry(), Entry("1")):
            faces = actions.faces(pictures.view(phase), here(language, entry=entry))
            for face, rect in zip(faces, rects, strict=True):
                button = KeyButton(theme)
                qtbot.addWidget(button)
                button.set_face(face)
                assert button.text_width() <= rect.width() - theme.px(24), face


def test_every_row_keeps_words_and_amount_apart(qtbot, theme, size, language):
    rows = SaleList(theme)
    qtbot.addWidget(rows)
    rows.resize(frame(*size).list.size())
    views = [pictures.sale(phase, channel=Channel.UNIONPAY, fen=123_456) for phase in pictures.STATES]
    views += [pictures.sale(Phase.DECLINED, reason=reason, fen=12_345_678) for reason in Reason]
    for sale in views:
        shown = row(sale, here(language))
        below = rows.below_of(shown, worded=bool(rows.word_of(shown)[0]))
        amount = advance(shown.amount, theme.figures(22, bold=shown.ours))
        room = rows.width() - theme.px(TEXT_AT + PADDING)
        assert advance(below, theme.font(15)) + amount <= room, below
    short = row(pictures.sale(Phase.PENDING), here(language))
    assert rows.word_of(short) == (short.word, tokens.BODY)


def test_the_steps_stand_above_the_order_number(qtbot, theme, size, language):
    column = SaleSteps(theme)
    qtbot.addWidget(column)
    column.resize(frame(*size).side.size())
    for phase in Phase:
        sale = None if phase in (Phase.IDLE, Phase.READY) else pictures.sale(phase, channel=Channel.UNIONPAY)
        column.set_face(steps_face(pictures.view(phase, sale=sale), here(language)))
        assert all(len(column.text_lines(step)) <= 2 for step in column.face.steps)
        height = sum(23 * len(column.text_lines(s)) + (20 if s.under else 0) + 18 for s in column.face.steps)
        foot = 24 + 26 * (len(column.face.order) + 1)
        assert theme.px(24 + 37 + height + foot) <= column.height() + theme.px(18), phase


def test_the_lamps_leave_room_for_the_desk(qtbot, theme, size, language):
    bar = StatusBar(theme)
    qtbot.addWidget(bar)
    bar.resize(frame(*size).status.size())
    for training in (False, True):
        bar.set_face(edges.status_face(pictures.view(Phase.IDLE, training=training), here(language)))
        desk = bar.clock_rect().left() - theme.px(20) - advance(bar.face.desk, theme.font(tokens.STATUS))
        assert bar.lamp_rects()[-1].right() <= desk


def test_every_lamp_word_is_known(language):
    for key in ("r.keys", "chan.down", "chan.slow", "clock.stop", "clock.warn", "scanner.gone", "disk.full"):
        lamp = Lamp("wechat", Light.STOPPED, key, (("channel", "wechat"), ("n", "70")))
        face = edges.lamp_face(lamp, language)
        assert face.word
        assert bool(face.sentence) == (key != "chan.slow")
        assert "{" not in face.word + face.sentence


def test_the_page_of_keys_is_whole(qtbot, theme, size, language):
    side = frame(*size).side
    face = edges.help_face(pictures.view(Phase.IDLE, training=True), here(language))
    for _, word in face.keys:
        assert advance(word, theme.font(17)) <= side.width() - theme.px(WORD_AT + 8), word
    card = HelpCard(theme)
    qtbot.addWidget(card)
    card.set_face(face)
    card.resize(side.size())
    for lamp in ((), *((Lamp("wechat", Light.SLOW, key, LAMP_VALUES),) for key in ("chan.down", "printer.off"))):
        said = tuple(edges.lamp_face(one, language).sentence for one in lamp)
        card.set_face(replace(face, notices=said))
        keys_high = card.row(side.height()) * len(face.keys)
        assert card.row(side.height()) >= theme.px(ROW_LEAST)
        told = len(card.told()) * line_height(theme.font(tokens.EVIDENCE))
        assert theme.px(TOP) + keys_high + theme.px(BETWEEN) + told <= side.height() + theme.px(BETWEEN), said
        assert len(card.told()) >= len(said)


def test_a_notice_takes_no_more_than_a_few_rows_of_the_list(qtbot, theme, size, language):
    at = frame(*size).list
    banner = Banner(theme)
    qtbot.addWidget(banner)
    close = say("win.close.goeson", language, n=12, m=10)
    told = (close, say("pos.taken", language), *(say(f"win.{key}", language) for key in ("stumble", "swallowed")))
    for text in told:
        banner.face = BannerFace(Kind.DOUBT, text)
        width = at.width() - 2 * theme.px(EDGE)
        assert banner.height_in(width) <= at.height() / 3, text
        assert all(advance(line, theme.font(18)) <= width for line in banner.lines(width))


def test_the_amounts_label_stands_beside_the_sum(theme, language):
    for training in (False, True):
        for phase in Phase:
            picture = replace(pictures.view(phase, training=training), attempt=12)
            face = edges.amount_face(picture, here(language))
            assert advance(face.under, theme.font(18)) <= theme.px(210)
            assert advance(face.label, theme.font(24, bold=True)) <= theme.px(210)


def test_the_phones_words_stand_on_its_glass(qtbot, theme, size, language):
    at = frame(*size)
    smaller = replace(theme, u=at.phone.height() / BODY_HEIGHT)
    panel = PhonePanel(smaller)
    qtbot.addWidget(panel)
    panel.resize(at.phone.size())
    for state in ("code", "password", "paid", "refused", "expired", "offline"):
        for customer in Customer:
            face = phone_face(pictures.phone(state), customer, "练习小店", language, tuple(Channel))
            panel.set_face(face)
            room = panel.glass().width() - smaller.px(16)
            texts = (face.tap, face.balance, face.manner, face.pay_to, face.password)
            assert max(advance(text, smaller.font(18)) for text in texts) <= room
            places = panel.places()
            for name, word in (("pay", face.yes), ("refuse", face.no)):
                if name in places:
                    assert advance(word, smaller.font(18, bold=True)) <= places[name].width() - smaller.px(8)
    for face, rect in zip(behaviour_faces(Customer.POOR, language, line_up=False), at.behaviours, strict=True):
        button = KeyButton(smaller, size=18)
        qtbot.addWidget(button)
        button.set_face(face)
        assert button.text_width() <= rect.width() - theme.px(4), face


def test_the_lists_foot_keeps_count_and_sum_apart(theme, size, language):
    picture = pictures.view(Phase.IDLE, totals=replace(pictures.view(Phase.IDLE).totals, count=1234, paid_fen=LONGEST))
    face = list_face(picture, here(language))
    wide = advance(face.count, theme.font(18)) + advance(face.total, theme.figures(22)) + theme.px(4)
    assert wide + theme.px(2 * PADDING + 8) <= frame(*size).list.width()
