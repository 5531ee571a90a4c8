import pytest

from ui import text

AT = 1_795_327_555_000  # 2026-11-22 14:05:55 in Beijing


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(1, "￥0.01"), (100507, "￥1,005.07"), (0, "￥0.00"), (-2880, "−￥28.80"), (10**9, "￥10,000,000.00")],
)
def test_amounts_wear_sign_commas_and_two_decimals(fen, shown):
    assert text.money(fen) == shown


def test_times_are_beijing_times(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    assert text.clock(AT) == "14:05:55"


@pytest.mark.parametrize(("language", "shown"), [("zh", "11月21日 14:05"), ("en", "21 Nov 14:05")])
def test_another_day_says_its_date(language, shown):
    assert text.day_clock(AT - 86_400_000, AT, language) == shown
    assert text.day_clock(AT, AT, language) == "14:05:55"


def test_numbers_are_short_or_in_fours():
    assert text.short_number(1_004_164) == "4164"
    assert text.short_number(7) == "0007"
    assert text.in_fours("420261122140") == "4202 6112 2140"


def test_channels_in_a_refusal_are_said_by_their_names():
    values = (("channel", "wechat"), ("channels", "alipay,unionpay"))
    assert text.worded("scan.chandown.head", "zh", values) == "微信暂时连不上"
    assert "支付宝、银联" in text.worded("scan.chandown.do", "zh", values)
    assert "Alipay, UnionPay" in text.worded("scan.chandown.do", "en", values)
    assert text.worded("scan.over.do", "zh", (("amount", "￥5,000.00"),)).startswith("单笔最多 ￥5,000.00")
