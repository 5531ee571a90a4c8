import io
from dataclasses import replace

import pytest

from app.cli.teller import Teller
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.sale import State
from app.till.api import Phase, Refusal, SaleView
from app.words import has

SALE = SaleView(
    out_trade_no="700326112258170004170001",
    number=10_417,
    channel=Channel.WECHAT,
    amount_fen=100_507,
    state=State.PENDING,
    phase=Phase.PENDING,
    reason=None,
    says="",
    began_ms=0,
    ended_ms=None,
    refunded_fen=0,
    deadline=1038.2,
    patience=45.0,
    release=None,
    silent_for=7.0,
    story=(),
    recovered=False,
    alarm="",
)
_SCANS = "product collect short long used twice other noamount zero over chanoff chandown receipt open blocked amount"
SCANS = tuple(_SCANS.split())
VALUES = (("n", "12"), ("amount", "￥1.00"), ("channel", "wechat"), ("channels", "wechat,alipay"))


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Gone(io.StringIO):
    def write(self, text):
        raise BrokenPipeError


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def paper(clock):
    out = io.StringIO()
    return Teller(out, "zh", now=lambda: clock[0])


@pytest.fixture
def terminal(clock):
    return Teller(Terminal(), "zh", now=lambda: clock[0])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("phase", [p for p in Phase if p not in {Phase.IDLE, Phase.READY}])
def test_every_stage_of_a_sale_can_be_told(phase, language):
    for reason in (None, Reason.BALANCE):
        for alarm in ("", "st.stuck", "st.offline", "st.accepted", "st.mismatch", "st.contradict", "wk.refused"):
            out = io.StringIO()
            sale = replace(SALE, phase=phase, reason=reason, alarm=alarm, says="CHANNEL")
            Teller(out, language, now=lambda: 1000.0).tell(sale)
            assert "{" not in out.getvalue()
            assert len(out.getvalue().splitlines()) >= 2


@pytest.mark.parametrize("key", SCANS)
def test_every_refusal_can_be_told(paper, key):
    assert has(f"scan.{key}.head")
    assert "{" not in paper.refusal(Refusal(key, VALUES, 1))


def test_a_sale_is_told_once_per_phase(paper):
    for _ in range(3):
        paper.tell(SALE)
    paper.tell(replace(SALE, phase=Phase.PAID, state=State.PAID))
    lines = paper._out.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0] == "微信 ￥1,005.07，单号 700326112258170004170001"
    assert lines[1].startswith("0417  请顾客输入密码            微信正在等顾客在手机上确认 ￥1,005.07。")


def test_an_alarm_is_told_beside_the_stage(paper):
    paper.tell(replace(SALE, phase=Phase.UNKNOWN, alarm="st.accepted"))
    assert "支付宝已受理，正在确认。" in paper._out.getvalue()


def test_an_alarm_that_comes_later_is_told_once(paper):
    paper.tell(replace(SALE, phase=Phase.UNKNOWN))
    for _ in range(2):
        paper.tell(replace(SALE, phase=Phase.UNKNOWN, alarm="st.accepted"))
    assert len(paper._out.getvalue().splitlines()) == 3
    assert "请看顾客手机账单" in paper._out.getvalue().splitlines()[-1]


def test_a_channel_cannot_steer_the_terminal(paper):
    paper.tell(replace(SALE, phase=Phase.UNKNOWN, says="x\x1b[2J\u202ey"))
    assert "x [2J y" in paper._out.getvalue()


def test_the_channels_own_words_stand_where_something_is_open_or_refused(paper):
    paper.tell(replace(SALE, phase=Phase.DECLINED, reason=Reason.BALANCE, says="余额不够"))
    paper.tell(replace(SALE, out_trade_no="1" * 24, phase=Phase.PAID, says="Success"))
    assert "通道原话：余额不够" in paper._out.getvalue()
    assert "Success" not in paper._out.getvalue()


def test_offline_tells_how_long_the_channel_is_silent(paper):
    paper.tell(replace(SALE, phase=Phase.OFFLINE))
    assert "上次联系微信是 7 秒前。" in paper._out.getvalue()


def test_a_terminals_last_line_counts_down_and_gives_way_to_the_story(terminal, clock):
    terminal.count((SALE,))
    clock[0] += 1
    terminal.count((SALE,))
    terminal.tell(SALE)
    shown = terminal._out.getvalue()
    assert "0417 还有 38 秒 · 到时自动撤销" in shown
    assert "0417 还有 37 秒" in shown
    assert shown.count("\r") == 4  # each time the line is wiped: back, blanks, back
    assert shown.endswith("\n")


def test_a_countdown_never_grows_over_the_line(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    many = tuple(replace(SALE, out_trade_no=str(n) * 24, number=n) for n in range(1, 9))
    terminal.count(many)
    shown = terminal._out.getvalue()
    assert sum(2 if ord(c) > 255 else 1 for c in shown) < 40


def test_on_paper_the_countdown_is_told_now_and_then(paper, clock):
    for second in range(38):
        clock[0] = 1000.0 + second
        paper.count((SALE,))
    lines = paper._out.getvalue().splitlines()
    assert lines == [f"0417  还有 {n} 秒 · 到时自动撤销" for n in (29, 19, 9)]


def test_past_d2_it_says_how_long_it_may_still_take(terminal):
    terminal.count((replace(SALE, deadline=None, release=1100.0),))
    assert "最多还需 100 秒" in terminal._out.getvalue()


def test_a_reader_that_is_gone_does_not_disturb_the_money():
    teller = Teller(Gone(), "zh", now=lambda: 1000.0)
    teller.tell(SALE)
    teller.count((SALE,))
    teller.close()
    closed = io.StringIO()
    closing = Teller(closed, "zh")
    closed.close()
    closing.line("x")
