import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels import wording

CODE = "134567890123456789"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=300), st.text(max_size=300))
def test_what_is_kept_is_short_printable_and_without_the_code(before, after):
    kept = wording.clean(before + CODE + after)
    assert len(kept) <= wording.SAYS_LIMIT
    assert kept.isprintable()
    assert CODE not in kept
    assert CODE not in wording.clean_code(before + CODE + after)


@pytest.mark.parametrize("length", [16, 17, 18, 19, 24, 40])
def test_anything_shaped_like_a_code_is_hidden_even_if_it_is_not_ours(length):
    assert "1" * length not in wording.clean(f"付款码{'1' * length}无效")


def test_ordinary_words_stay():
    assert wording.clean("余额不足，请换卡。(101)\n") == "余额不足，请换卡。(101)"
    assert wording.clean_code("40004/ACQ.SYSTEM_ERROR") == "40004/ACQ.SYSTEM_ERROR"
    assert wording.clean_code("<script>\x1b[0m") == "?script??" + "?0m"


@pytest.mark.parametrize(
    ("payer", "kept"),
    [
        ("oUpF8uMEb4qRXf22hE3X68TekukE", "oUp***ukE"),
        ("854***@qq.com", "854***@qq.com"),
        ("2088102363632794", "208***794"),
        ("short", "***"),
        ("", ""),
    ],
)
def test_a_payer_is_never_kept_whole(payer, kept):
    assert wording.mask(payer) == kept
