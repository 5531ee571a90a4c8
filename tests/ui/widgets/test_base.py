"""How text is fitted."""

from ui import tokens
from ui.widgets.base import fit


def test_two_lines_break_before_what_stands_in_brackets(qapp):
    theme = tokens.theme(1366, 768, dark=False)
    for text, halves in (
        ("正在作废（整单退款）", ("正在作废", "（整单退款）")),
        ("Giving it back (whole sale)", ("Giving it back", "(whole sale)")),
    ):
        block = fit(text, theme, ((44, 2),), 340, bold=True, balance=True)
        assert block.fits
        assert block.lines == halves
