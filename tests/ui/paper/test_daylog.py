"""The day log on paper: read back from the pages as another program sees them."""

import re
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.channel import Channel
from app.core.money import show_yuan
from app.core.sale import State
from app.core.shift_sums import Kind
from app.office.daylog import Adding, Row
from app.office.export_table import Paper, amount_of
from ui.paper.daylog import ROWS_A_PAGE, PdfWriter, pages_for
from ui.text import in_fours

MORNING_MS = 1_795_310_000_000
PAPER = Paper("示例商店", "0007", "2026-11-22", "2026-11-22", 4203, "7f3a91c2" * 8, MORNING_MS, True, "zh")


def row(n, kind=Kind.PAID, fen=1000, channel=Channel.WECHAT):
    number = f"7261122000748210{n:08d}"
    refund = f"{number}01" if kind in {Kind.VOIDED, Kind.REFUNDED} else ""
    return Row(
        MORNING_MS + n * 1000, "2026-11-22", kind, State.PAID, channel, fen, None, number, "", refund, "1001", "0007", 1
    )


def written(path, rows, language="zh"):
    """The text of each page."""
    adding = Adding()
    writer = PdfWriter(path, replace(PAPER, rows=len(rows), language=language))
    for one in rows:
        writer.add(one)
        adding.add(one)
    writer.end(adding.sheet)
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document], adding
    finally:
        document.close()


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("count", [0, 1, ROWS_A_PAGE - 8, ROWS_A_PAGE, ROWS_A_PAGE + 1, 3 * ROWS_A_PAGE])
def test_every_page_has_its_number_and_the_last_its_totals(qapp, tmp_path, count):
    pages, adding = written(tmp_path / "day.pdf", [row(n) for n in range(count)])
    assert len(pages) == pages_for(count)
    for n, text in enumerate(pages, 1):
        assert f"第{n}页，共{len(pages)}页" in squeezed(text)
        assert "训练不收真钱" in squeezed(text)
    assert f"合计{count}{show_yuan(adding.sheet.total.net_fen)}" in squeezed(pages[-1])
    assert PAPER.head_digest in squeezed(pages[-1])
    assert sum(squeezed(text).count("已收款") for text in pages) == count


@settings(deadline=None, derandomize=True, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([*Kind, None]), st.integers(1, 10**8), st.sampled_from(list(Channel))), max_size=60
    )
)
def test_rows_and_sums_read_back(qapp, tmp_path, day):
    rows = [row(n, kind, fen, channel) for n, (kind, fen, channel) in enumerate(day)]
    pages, adding = written(tmp_path / "day.pdf", rows, "en")
    text = squeezed("".join(pages))
    for one in rows:
        assert squeezed(in_fours(one.out_trade_no)) in text
        assert show_yuan(amount_of(one)) in text
    total = adding.sheet.total
    sums = (total.paid.fen, -total.given_back.fen, total.net_fen)
    assert f"Total{total.paid.count}{''.join(show_yuan(fen) for fen in sums)}" in text


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(qapp, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        PdfWriter(tmp_path / "nowhere" / "day.pdf", PAPER)
