"""Every slip as words.md draws it, in both widths and languages, and what it says beyond the pictures."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.channel import Channel
from app.receipts.columns import clean, pieces, width
from app.receipts.facts import Heading, OpenSale, Reconciled, RefundState, Tally
from app.receipts.layout import Bars, Slip, Text, as_text
from app.receipts.reports import shift_slip, trial_slip
from app.receipts.sales import refund_slip, return_slip, sale_slip
from app.words import keys, say
from tests.app.receipts import examples

GOLDEN = Path(__file__).parent / "golden"
PAPERS = ((58, 32), (80, 48))
KINDS = ("sale", "reprint", "refund", "x", "z")


def drawn(kind: str, columns: int, language: str, **heading) -> Slip:
    top = examples.heading(columns, language, **heading)
    match kind:
        case "sale":
            return sale_slip(top, examples.sale(language))
        case "reprint":
            return sale_slip(top, examples.sale(language), examples.REPRINT)
        case "refund":
            reason = "顾客退货" if language == "zh" else "goods returned"
            return refund_slip(top, examples.refund(reason=reason))
        case "return":
            return return_slip(top, examples.returned())
        case _:
            return shift_slip(top, examples.report(z=kind == "z", language=language))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("mm", "columns"), PAPERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_slip_is_the_picture(kind, mm, columns, language):
    golden = (GOLDEN / f"{kind}-{mm}-{language}.txt").read_text(encoding="utf-8")
    assert as_text(drawn(kind, columns, language)) + "\n" == golden


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("mm", "columns"), PAPERS)
@pytest.mark.parametrize("kind", [*KINDS, "return"])
def test_training_stands_first_and_last(kind, mm, columns, language):
    lines = as_text(drawn(kind, columns, language, training=True)).splitlines()
    assert lines[0].strip() == lines[-1].strip() == say("slip.train", language)


@pytest.mark.parametrize("kind", ["sale", "refund", "return"])
def test_a_reprint_says_so_at_both_ends_and_who_and_when(kind):
    top = examples.heading()
    slip = {
        "sale": lambda: sale_slip(top, examples.sale(), examples.REPRINT),
        "refund": lambda: refund_slip(top, examples.refund(), examples.REPRINT),
        "return": lambda: return_slip(top, examples.returned(), examples.REPRINT),
    }[kind]()
    lines = as_text(slip).splitlines()
    assert lines[0].strip() == lines[-1].strip() == "** 重印 第 2 次 **"
    assert lines[-2].split() == ["重印", "11-22", "16:05", "1003"]


def test_without_an_offer_nothing_is_said_of_one():
    text = as_text(sale_slip(examples.heading(), examples.sale(offer_fen=0)))
    assert "优惠" not in text
    assert "顾客实付" not in text
    assert text.count("￥128.50") == 2


def test_the_payer_the_address_and_the_shops_own_text_stand_on_a_receipt():
    top = examples.heading(address="南京东路 100 号", text="周二会员日")
    text = as_text(sale_slip(top, examples.sale(payer="159****5620")))
    assert "付款人               159****5620" in text
    assert text.splitlines()[1].strip() == "南京东路 100 号"
    assert text.splitlines()[-1].strip() == "周二会员日"


def test_a_shop_without_a_name_leaves_no_empty_line():
    assert as_text(sale_slip(Heading("", 32), examples.sale())).splitlines()[0].strip() == "收款凭证"


@pytest.mark.parametrize("state", RefundState)
def test_each_end_of_a_refund_has_its_words(state):
    assert say(f"slip.{state}") in as_text(refund_slip(examples.heading(), examples.refund(state=state)))


@pytest.mark.parametrize("channel", Channel)
def test_each_channel_has_its_word(channel):
    assert say(f"slip.by.{channel}") in as_text(sale_slip(examples.heading(), examples.sale(channel=channel)))


def test_a_z_over_open_sales_lists_them_and_says_when_nothing_is_reconciled():
    facts = replace(
        examples.report(z=True),
        open=(OpenSale(Channel.ALIPAY, "state.stuck", 15_00),),
        reconciled=Reconciled("11-21", None),
        previous_z=None,
        first_order="",
        last_order="",
    )
    text = as_text(shift_slip(examples.heading(), facts))
    assert re.search(r"未了结 +1 +￥15.00\n  支付宝 请叫主管 +￥15.00", text)
    assert re.search(r"对账 11-21 +还没对账", text)
    assert "上一 Z" not in text
    assert "首单" not in text
    assert re.search(
        r"对账 11-21 +差异 ￥0.03",
        as_text(shift_slip(examples.heading(), replace(facts, reconciled=Reconciled("11-21", 3)))),
    )


def test_the_sums_of_a_report_are_added_up_on_it():
    facts = replace(examples.report(z=False), taken=((Channel.WECHAT, Tally(2, 3_00)),), voids=Tally(1, 1_00))
    assert re.search(r"净收 +-￥26.50", as_text(shift_slip(examples.heading(), facts)))


@pytest.mark.parametrize(("mm", "columns"), PAPERS)
def test_the_amount_is_the_largest_line(mm, columns):
    big = [row.text for row in drawn("sale", columns, "zh").rows if isinstance(row, Text) and row.big]
    assert [line.split() for line in big] == [["已收款", "￥128.50"]]


def test_the_bar_code_is_the_order_number():
    assert [row.digits for row in drawn("sale", 32, "zh").rows if isinstance(row, Bars)] == [examples.ORDER]


@settings(deadline=None, derandomize=True)
@given(
    text=st.text(max_size=80),
    payer=st.text(max_size=80),
    number=st.text(max_size=80),
    paper=st.tuples(st.sampled_from([32, 48]), st.sampled_from(["zh", "en"])),
    fen=st.integers(1, 1_000_000_000),
)
def test_no_text_breaks_the_paper_or_commands_the_printer(text, payer, number, paper, fen):
    columns, language = paper
    top = Heading(text, columns, language, training=True, address=payer, text=number)
    slips = (
        sale_slip(top, examples.sale(payer=payer, channel_no=number, amount_fen=fen, operator=text, shift=payer)),
        refund_slip(top, examples.refund(reason=text, operator=payer, approved_by=number, paid_fen=fen)),
        trial_slip(top, 0, "0001"),
    )
    for slip in slips:
        for row in slip.rows:
            if isinstance(row, Text):
                assert width(row.text) <= columns
                assert all(one.isascii() or len(one.encode("gb18030")) == 2 for one in row.text)
                assert row.text.isprintable()


@settings(deadline=None, derandomize=True)
@given(text=st.text(max_size=60), columns=st.integers(2, 48))
def test_cutting_a_text_loses_nothing_but_blanks(text, columns):
    cleaned = clean(text)
    cut = list(pieces(cleaned, columns))
    assert "".join(cut).replace(" ", "") == cleaned.replace(" ", "")
    assert all(width(piece) <= columns for piece in cut)


def test_what_no_printer_has_becomes_a_question_mark():
    assert clean("店\x1b@😀¥5−é") == "店?@?￥5-é"


def test_every_label_has_both_languages():
    assert all(
        say(key, language, n=1, m=2, time="", channel="", day="", amount="", path="")
        for key in keys("slip.")
        for language in ("zh", "en")
    )
