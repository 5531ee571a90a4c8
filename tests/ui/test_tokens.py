from itertools import chain

import pytest
from PySide6.QtGui import QFont

from ui import tokens
from ui.tokens import DARK, LIGHT

TEXT, SHAPE = 4.5, 3.0
PAIRS = {
    TEXT: (
        *(("ink", on) for on in ("surface", "bg", "ambertint", "greytint", "redtint", "accenttint", "sunken")),
        *(("ink2", on) for on in ("surface", "bg", "ambertint", "greytint", "sunken")),
        *(("ink3", on) for on in ("surface", "bg")),
        ("accent", "surface"),
        ("accent", "accenttint"),
        ("onaccent", "accent"),
        ("ongreen", "green"),
        *(("ambertext", on) for on in ("ambertint", "surface", "sunken")),
        ("onred", "red"),
        *(("redtext", on) for on in ("redtint", "surface", "sunken")),
        *((mark, on) for mark in ("wx", "ali", "up") for on in ("surface", "ambertint")),
        *((mark, "greytint") for mark in ("wx", "ali", "up")),
    ),
    SHAPE: (
        *(("edge", on) for on in ("surface", "bg")),
        *(("green", on) for on in ("surface", "bg")),
        *(("amber", on) for on in ("ambertint", "surface", "ambertrack")),
        *(("red", on) for on in ("surface", "bg")),
        *(("grey", on) for on in ("surface", "greytint")),
    ),
}


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("least", "pair"), [(least, pair) for least, pairs in PAIRS.items() for pair in pairs])
def test_what_is_read_stands_out_from_what_it_stands_on(scheme, least, pair):
    front, back = (getattr(scheme, name) for name in pair)
    assert contrast(front, back) >= least, f"{pair}: {contrast(front, back):.2f}"


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_colour_serves_two_ends(scheme):
    states = [getattr(scheme, name) for name in ("green", "amber", "red", "grey", "accent", "wx", "ali", "up")]
    assert len(set(states)) == len(states)


@pytest.mark.parametrize(
    ("size", "u"),
    [
        ((1366, 768), 1.0),
        ((1920, 1080), 1.375),
        ((1024, 600), 0.875),
        ((1280, 720), 0.875),
        ((3840, 2160), 2.0),
        ((1366, 2000), 1.0),
        ((960, 540), 0.75),  # 1920×1080 at 200 %
        ((1366, 560), 0.75),
        ((683, 384), 0.5),  # 1366×768 at 200 %
        ((320, 200), 0.5),
    ],
)
def test_the_unit_moves_in_eighths_and_stays_in_its_bounds(size, u):
    assert tokens.unit(*size) == u


@pytest.mark.parametrize(
    ("scale", "size"), [(1.0, (1024, 600)), (1.5, (683, 400)), (2.0, (585, 343)), (0.5, (1024, 600))]
)
def test_the_least_window_is_the_smallest_screen_at_whatever_scale(scale, size):
    assert tokens.least_size(scale) == size


def test_no_weight_is_faked(qapp):
    theme = tokens.theme(1366, 768, dark=False)
    weight = theme.font(20, bold=True).weight()
    assert weight == (QFont.Weight.Bold if theme.has_bold else QFont.Weight.Normal)
    sizes = chain(tokens.AMOUNT_SIZES, (tokens.BODY, tokens.EVIDENCE))
    assert all(theme.font(size).pixelSize() == size for size in sizes)


def test_the_style_sheet_has_no_unfilled_token(qapp):
    assert "$" not in tokens.theme(1366, 768, dark=True).qss()


def test_where_the_chinese_face_has_no_bold_a_sum_takes_the_bold_of_another(qapp, monkeypatch):
    monkeypatch.setattr(tokens, "bold_figures", lambda: "Plain Sans")
    thin = tokens.Theme(LIGHT, 1.0, ("Micro Hei",), has_bold=False)
    assert (thin.figures(22).families()[0], thin.figures(22).weight()) == ("Plain Sans", QFont.Weight.Bold)
    assert thin.figures(22, bold=False) == thin.font(22), "what is not ours stays light"
    assert thin.font(22, bold=True).weight() == QFont.Weight.Normal, "words are never smeared"
    strong = tokens.Theme(LIGHT, 1.0, ("Noto Sans CJK SC",), has_bold=True)
    assert strong.figures(22) == strong.font(22, bold=True)
    monkeypatch.setattr(tokens, "bold_figures", str)
    assert thin.figures(22) == thin.font(22, bold=True)
