"""What is said, when, and the sounds in its place."""

from __future__ import annotations

import io
import wave
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.channel import Channel
from app.till.api import Lamp, Light, Phase
from tests.ui import pictures
from ui.speech import player
from ui.speech.lines import RESULTS, Announcer, Chime, Says
from ui.speech.player import play
from ui.speech.sounds import NOTES, sound

IDLE = pictures.view(Phase.IDLE, open=(), done=())
WALL = pictures.WALL_MS


def view(phase, *, number=5000, where="open", **more):
    """A picture in which one new sale stands in the list of open or of done ones, and on the stage."""
    sale = replace(
        pictures.sale(phase, **more),
        out_trade_no=f"42611220003548034{number:07d}",
        number=number,
        began_ms=WALL + number,
    )
    return replace(IDLE, phase=phase, sale=sale, **{where: (sale,)})


def told(views, language="zh", says=Says.ALL):
    announcer = Announcer()
    lines = [line for one in (IDLE, *views) for line in announcer.hear(one, language, says, WALL)]
    return [line.text for line in lines]


def test_a_paid_sale_is_said_once_with_channel_and_sum():
    paid = view(Phase.PAID, where="done", fen=1250)
    assert told([view(Phase.SENT, fen=1250), paid, paid, paid]) == ["支付宝收款，十二元五角"]
    assert told([view(Phase.SENT, fen=1250), paid], "en") == ["Alipay, received twelve yuan fifty"]
    wechat = view(Phase.PAID, where="done", fen=20_000, channel=Channel.WECHAT)
    assert told([wechat]) == ["微信收款，二百元"]  # paid at once: it was never seen running


def test_a_sale_that_went_to_the_list_is_said_when_its_money_comes():
    sent = view(Phase.PENDING)
    away = replace(sent, phase=Phase.IDLE, sale=None)
    paid = replace(IDLE, done=view(Phase.PAID, where="done").done)
    assert told([sent, away, paid], says=Says.RESULTS) == ["支付宝收款，一百二十八元五角"]


def test_what_was_paid_before_the_start_or_found_at_it_is_silent():
    announcer = Announcer()
    before = pictures.view(Phase.IDLE)
    assert announcer.hear(before, "zh", Says.ALL, WALL) == []
    assert announcer.hear(before, "zh", Says.ALL, WALL) == []
    recovered = pictures.view(Phase.PAID, sale=pictures.sale(Phase.PAID, recovered=True))
    assert announcer.hear(recovered, "zh", Says.ALL, WALL) == []
    old = replace(before, phase=Phase.PAID, sale=replace(pictures.sale(Phase.PAID), out_trade_no="1" * 24))
    assert announcer.hear(old, "zh", Says.ALL, WALL) == []


@pytest.mark.parametrize(
    ("phase", "line", "chime"),
    [
        (Phase.DECLINED, "没有收款，请换一种方式", Chime.NOT_PAID),
        (Phase.NOTSENT, "没有收款，请换一种方式", Chime.NOT_PAID),
        (Phase.REVERSING, "这笔不收了，可以换方式付", Chime.NOT_PAID),
        (Phase.LATEBACK, "款项已退回，一百二十八元五角", Chime.NOT_PAID),
        (Phase.VOIDED, "已退款，一百二十八元五角", Chime.NOT_PAID),
        (Phase.STUCK, "请主管到收银台", Chime.CALL),
        (Phase.MISMATCH, "请主管到收银台", Chime.CALL),
    ],
)
def test_every_end_has_its_line_and_its_sound(phase, line, chime):
    announcer = Announcer()
    announcer.hear(IDLE, "zh", Says.RESULTS, WALL)
    (said,) = announcer.hear(view(phase), "zh", Says.RESULTS, WALL)
    assert (said.text, said.chime) == (line, chime)


def test_hints_are_said_only_where_they_are_wanted():
    assert told([view(Phase.PENDING)], says=Says.RESULTS) == []
    assert told([view(Phase.PENDING), view(Phase.UNKNOWN)]) == ["请在手机上确认付款", "正在确认，请稍等"]
    assert (
        told([view(Phase.PENDING), view(Phase.PAID, where="done"), view(Phase.STUCK, number=6000)], says=Says.OFF) == []
    )


def test_training_says_so_first():
    training = replace(view(Phase.PAID, where="done"), desk=pictures.desk(training=True))
    assert told([training]) == ["训练：支付宝收款，一百二十八元五角"]


def test_a_scanner_that_goes_is_told_once_each_time():
    gone = replace(IDLE, lamps=(Lamp("scanner", Light.STOPPED, "scanner.gone"),))
    assert told([gone, gone, IDLE, gone]) == ["扫码枪断开了", "扫码枪断开了"]


phases = st.lists(st.tuples(st.sampled_from(list(Phase)), st.integers(1, 3), st.booleans()), max_size=14)


@given(phases, st.sampled_from(list(Says)))
@settings(deadline=None, derandomize=True, max_examples=400)
def test_a_sum_is_said_of_nothing_but_a_durable_paid_and_once(story, says):
    announcer = Announcer()
    announcer.hear(IDLE, "zh", says, WALL)
    paid_said = []
    for phase, number, recovered in story:
        if phase in (Phase.IDLE, Phase.READY):
            picture = IDLE
        else:
            made = view(phase, number=5000 + number)
            picture = replace(made, sale=replace(made.sale, recovered=recovered), open=())
        for line in announcer.hear(picture, "zh", says, WALL):
            assert says is not Says.OFF
            if "收款，一百" in line.text:
                assert phase is Phase.PAID
                assert not recovered
                paid_said.append(line.about)
    assert len(paid_said) == len(set(paid_said))


def test_every_result_of_a_sale_has_a_line():
    assert set(pictures.FINAL_PHASES) - set(RESULTS) == set()


@pytest.mark.parametrize("chime", list(Chime))
def test_each_sound_is_a_wave_file_of_its_own_under_two_seconds(chime):
    with wave.open(io.BytesIO(sound(chime, 80))) as file:
        seconds = file.getnframes() / file.getframerate()
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert seconds == pytest.approx(sum(part for _, part in NOTES[chime]), abs=0.01)
        assert seconds < 2
        loud = max(abs(int.from_bytes(file.readframes(1), "little", signed=True)) for _ in range(5_000 // 2))
        assert 1_000 < loud < 32_767 * 0.7
    assert len({sound(one, 80) for one in Chime}) == len(Chime)
    assert set(sound(chime, 0)[44:]) == {0}


@pytest.mark.parametrize(("command", "heard"), [(("true",), True), (("false",), False), (("/no/such/player",), False)])
def test_a_players_answer_is_believed_and_its_file_is_gone(monkeypatch, tmp_path, command, heard):
    monkeypatch.setattr(player, "player", lambda: command)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert play(sound(Chime.PAID, 10)) is heard
    assert list(tmp_path.iterdir()) == []


def test_a_player_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(player, "player", lambda: ("tail", "-f"))
    monkeypatch.setattr(player, "PLAY_SECONDS", 0.2)
    assert play(sound(Chime.PAID, 10)) is False


def test_a_system_without_a_player_is_silent(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert player.player() == ()
    assert play(b"") is False
