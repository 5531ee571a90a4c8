"""The bytes a thermal printer gets, read back by a printer written for the purpose."""

import logging

import pytest
import zxingcpp

from app.receipts.bars import bits
from app.receipts.layout import Text, as_text
from app.receipts.printed import printed
from app.receipts.reports import shift_slip, trial_slip
from app.receipts.sales import sale_slip
from tests.app.receipts import examples
from tests.app.receipts.thermal import read


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printer_reads_what_was_laid_out(columns, dots, language):
    slip = sale_slip(examples.heading(columns, language), examples.sale(language))
    paper = read(printed(slip, cut=True), dots)
    assert paper.lines == [row.text for row in slip.rows if isinstance(row, Text)]
    assert [line.split()[-1] for line in paper.big] == ["￥128.50"]
    assert (paper.cuts, paper.kicks) == (1, 0)


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576)])
def test_the_bar_code_reads_back_from_the_raster(columns, dots):
    slip = sale_slip(examples.heading(columns), examples.sale())
    paper = read(printed(slip, cut=True), dots)
    found = zxingcpp.read_barcodes(paper.image())
    assert [(one.text, one.format) for one in found] == [(examples.ORDER, zxingcpp.BarcodeFormat.Code128)]
    left, _, right, _ = paper.pictures[0].point(lambda dot: 255 - dot).getbbox()
    assert right - left == 334
    assert min(left, dots - right) >= 20  # ten modules of two dots


def test_the_drawer_opens_before_the_paper_runs_and_only_when_asked():
    slip = sale_slip(examples.heading(), examples.sale())
    assert read(printed(slip, cut=True, kick=True)).kicked_before == 0


def test_a_printer_without_a_cutter_feeds_to_the_tear():
    data = printed(sale_slip(examples.heading(), examples.sale()), cut=False)
    assert read(data).cuts == 0
    assert data.endswith(b"\x1bd\x04")


def test_reports_and_the_trial_print_too():
    for slip in (shift_slip(examples.heading(), examples.report(z=True)), trial_slip(examples.heading(), 0, "0001")):
        assert read(printed(slip, cut=True)).lines


def test_bars_are_code_set_c_and_nothing_else():
    assert len(bits(examples.ORDER)) == 167
    for wrong in ("123", "12a4", "１２", ""):
        if wrong:
            with pytest.raises(ValueError, match="pairs"):
                bits(wrong)


def test_the_printers_library_says_nothing_and_leaves_no_handler_on_the_root_logger(capfd):
    printed(trial_slip(examples.heading(), 0, "0001"), cut=True)
    assert capfd.readouterr() == ("", "")
    assert not [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]


def test_the_text_of_a_slip_is_what_a_terminal_shows():
    assert as_text(sale_slip(examples.heading(), examples.sale())).count("Code 128-C") == 1
