from dataclasses import replace

import pytest

from app.core.channel import Channel
from app.core.reasons import Reason
from app.till.api import Lamp, Light, Phase, Refusal
from app.words import LANGUAGES, has, say
from tests.ui import pictures
from ui.views.entry import Entry
from ui.views.here import AMBER, GREEN, GREY, RED, Here
from ui.views.stage import stage_face
from ui.widgets.glyphs import Glyph
from ui.widgets.stage import Tone

HERE = Here(mono=pictures.MONO, wall_ms=pictures.WALL_MS, view_at=pictures.MONO)
OF_A_SALE = [phase for phase in Phase if phase not in (Phase.IDLE, Phase.READY)]


def face(phase, here=HERE, **more):
    return stage_face(pictures.view(phase, sale=pictures.sale(phase, **more)), here)


@pytest.mark.parametrize("phase", Phase)
def test_green_is_paid_and_nothing_else(phase):
    assert (stage_face(pictures.view(phase), HERE).tone is Tone.GREEN) == (phase in (Phase.PAID, Phase.PARTIAL))


def test_every_phase_has_one_colour_and_its_shape():
    shapes = {Tone.GREEN: {Glyph.TICK}, Tone.RED: {Glyph.OCTAGON}, Tone.GREY: {Glyph.CROSS}}
    shapes |= {Tone.AMBER: {Glyph.RING, Glyph.ARROW}, Tone.WHITE: {Glyph.ENTER, Glyph.SCAN}}
    groups = [AMBER, RED, GREY, GREEN, {Phase.IDLE, Phase.READY}]
    assert sorted(phase for group in groups for phase in group) == sorted(Phase)
    for phase in Phase:
        shown = stage_face(pictures.view(phase), HERE)
        assert shown.glyph in shapes[shown.tone], phase


@pytest.mark.parametrize("phase", OF_A_SALE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_are_the_page_of_words_own(phase, language):
    shown = face(phase, replace(HERE, language=language), deadline=pictures.MONO + 20, answered_fen=12_000)
    values = {"channel": say("name.alipay", language), "amount": "￥128.50", "amount2": "￥120.00"}
    if phase is Phase.PARTIAL:
        values |= {"amount": "￥28.50", "left": "￥100.00"}
    values |= {"reason": Reason.BALANCE, "n": 12 if phase is Phase.OFFLINE else 20}
    wanted = tuple(say(f"st.{phase}.{part}", language, **values) for part in ("head", "is", "do"))
    if phase is Phase.PAID:  # nothing prints yet, so no slip is promised
        wanted = (*wanted[:2], say("win.paid.do", language))
    assert (shown.head, shown.first, shown.second) == wanted


@pytest.mark.parametrize(("light", "promised"), [(Light.OK, True), (Light.SLOW, True), (Light.OFF, False)])
def test_a_slip_is_promised_only_where_there_is_a_printer(light, promised):
    picture = pictures.view(Phase.PAID)
    shown = stage_face(replace(picture, lamps=(*picture.lamps, Lamp("printer", light, "printer.ok"))), HERE)
    assert (shown.second == say("st.paid.do", "zh")) is promised


def test_no_sentence_counts_seconds_that_nobody_counts():
    for phase in (Phase.UNKNOWN, Phase.PENDING):
        shown = face(phase, deadline=None)
        assert shown.seconds is None
        assert shown.glyph is Glyph.ARROW
        assert "自动撤销" not in shown.first + shown.second


def test_alipay_accepted_asks_for_the_bill_after_its_minute():
    assert "请看顾客手机账单" in face(Phase.UNKNOWN, deadline=None, alarm="st.accepted").second
    assert "请看顾客手机账单" not in face(Phase.UNKNOWN, deadline=None).second


@pytest.mark.parametrize(
    ("passed", "seconds"), [(0, 38), (0.5, 38), (0.7, 37), (36.7, 1), (37.5, 1), (37.6, None), (99, None)]
)
def test_the_ring_counts_down_to_one_and_then_the_arrow_takes_its_place(passed, seconds):
    shown = face(Phase.PENDING, replace(HERE, mono=pictures.MONO + passed))
    assert shown.seconds == seconds
    assert shown.glyph is (Glyph.RING if seconds else Glyph.ARROW)


def test_past_d2_nobody_waits_so_nothing_is_counted():
    assert {face(phase).seconds for phase in (Phase.REVERSING, Phase.WAIT15, Phase.QUARANTINE)} == {None}


def test_a_refusal_replaces_the_sentences_and_never_the_word():
    plain = face(Phase.PENDING)
    shown = stage_face(pictures.refused(Phase.PENDING, "twice"), HERE)
    assert (shown.head, shown.tone, shown.seconds) == (plain.head, plain.tone, plain.seconds)
    assert (shown.first, shown.second, shown.refusal) == (say("scan.twice.head"), say("scan.twice.do"), True)
    seen = replace(HERE, refusal_seen=1)
    assert not stage_face(pictures.refused(Phase.PENDING, "twice"), seen).refusal


def test_the_same_refusal_twice_is_seen_twice():
    seen = replace(HERE, refusal_seen=1)
    assert stage_face(pictures.refused(Phase.PENDING, "twice", serial=2), seen).refusal


def test_a_refused_channel_with_no_other_one_offers_cash():
    picture = pictures.refused(Phase.READY, "chandown", ("channel", "wechat"), ("channels", ""))
    assert "现金" in stage_face(picture, HERE).second
    assert "：或" not in stage_face(picture, HERE).second


def test_a_reason_without_a_verdict_stands_in_the_small_line_only():
    shown = face(Phase.REVERSING, reason=Reason.LIMIT)
    assert shown.note == say("r.limit.head")
    assert shown.head == say("st.reversing.head")


def test_a_declined_sale_without_a_reason_still_says_what_to_do():
    shown = face(Phase.DECLINED, reason=None)
    assert shown.head == say("r.wallet.head")
    assert shown.second == say("r.wallet.do")


def test_a_stopped_journal_takes_the_stage_between_sales_only():
    lamps = (Lamp("journal", Light.STOPPED, "journal.damaged", (("n", "7"),)),)
    picture = replace(pictures.view(Phase.PENDING), lamps=lamps)
    assert stage_face(picture, HERE).tone is Tone.AMBER


def test_a_full_disk_says_so_where_the_amount_is_typed():
    lamps = (Lamp("journal", Light.STOPPED, "disk.full"),)
    assert stage_face(replace(pictures.view(Phase.IDLE), lamps=lamps), HERE).first == say("disk.full.say")


@pytest.mark.parametrize("key", ["win.dead", "app.two.say", "journal.newer.say", "keyring.locked.say"])
def test_a_till_that_cannot_go_on_is_red_and_says_why(key):
    shown = stage_face(None, replace(HERE, dead=key))
    assert shown.tone is Tone.RED
    assert shown.head
    assert shown.first
    assert shown.second


def test_a_mismatch_of_the_sum_names_both_sums():
    assert "￥1.00" in face(Phase.MISMATCH, answered_fen=100).first
    assert "￥128.50" not in face(Phase.MISMATCH).first


def test_typing_over_a_final_stage_asks_for_the_amount():
    typing = replace(HERE, entry=Entry("5"))
    assert stage_face(pictures.view(Phase.PAID), typing).tone is Tone.WHITE
    assert stage_face(pictures.view(Phase.PENDING), typing).tone is Tone.AMBER


def test_every_note_there_could_be_is_there():
    assert [phase for phase in OF_A_SALE if not has(f"note.{phase}")] == []


def test_the_windows_own_notice_goes_before_the_tills():
    notice = replace(HERE, notice=Refusal("zero"))
    assert stage_face(pictures.refused(Phase.IDLE, "noamount"), notice).first == say("scan.zero.head")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", ["set.bad", "set.syntax", "set.unknown"])
def test_a_settings_file_that_stands_in_for_nothing_is_told_with_its_line(key, language):
    values = (("name", "shop.store_id"), ("path", "/till"), ("place", ""), ("want", ""), ("line", "7"))
    shown = stage_face(None, Here(language, mono=pictures.MONO, dead=key, dead_values=values))
    assert shown.head == say("win.still.head", language)
    assert shown.first.startswith(say("set.place", language, line=7))
    assert "{" not in shown.first
    assert shown.second == say("win.still.do", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_till_without_a_channel_never_says_that_it_is_ready(language):
    view = pictures.view(Phase.IDLE)
    bare = replace(view, lamps=tuple(lamp for lamp in view.lamps if lamp.name not in frozenset(Channel)))
    here = replace(HERE, language=language)
    face = stage_face(bare, here)
    assert (face.first, face.second) == (say("win.channels.is", language), say("win.channels.do", language))
    assert stage_face(view, here).first == say("st.idle.is", language)
