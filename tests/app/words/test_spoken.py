import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.money import MAX_AMOUNT_FEN
from app.words.spoken import spoken

READ = (
    (1, "一分", "one fen"),
    (2, "二分", "two fen"),
    (5, "五分", "five fen"),
    (10, "一角", "ten fen"),
    (20, "二角", "twenty fen"),
    (30, "三角", "thirty fen"),
    (99, "九角九分", "ninety-nine fen"),
    (100, "一元", "one yuan"),
    (101, "一元零一分", "one yuan oh one"),
    (110, "一元一角", "one yuan ten"),
    (200, "两元", "two yuan"),
    (220, "两元二角", "two yuan twenty"),
    (222, "两元二角二分", "two yuan twenty-two"),
    (990, "九元九角", "nine yuan ninety"),
    (1000, "十元", "ten yuan"),
    (1005, "十元零五分", "ten yuan oh five"),
    (1099, "十元九角九分", "ten yuan ninety-nine"),
    (1100, "十一元", "eleven yuan"),
    (1200, "十二元", "twelve yuan"),
    (1250, "十二元五角", "twelve yuan fifty"),
    (2000, "二十元", "twenty yuan"),
    (2002, "二十元零二分", "twenty yuan oh two"),
    (2020, "二十元二角", "twenty yuan twenty"),
    (9999, "九十九元九角九分", "ninety-nine yuan ninety-nine"),
    (10000, "一百元", "one hundred yuan"),
    (10001, "一百元零一分", "one hundred yuan oh one"),
    (10010, "一百元一角", "one hundred yuan ten"),
    (10100, "一百零一元", "one hundred and one yuan"),
    (11000, "一百一十元", "one hundred and ten yuan"),
    (11100, "一百一十一元", "one hundred and eleven yuan"),
    (12850, "一百二十八元五角", "one hundred and twenty-eight yuan fifty"),
    (20000, "二百元", "two hundred yuan"),
    (20200, "二百零二元", "two hundred and two yuan"),
    (22222, "二百二十二元二角二分", "two hundred and twenty-two yuan twenty-two"),
    (100000, "一千元", "one thousand yuan"),
    (100507, "一千零五元零七分", "one thousand and five yuan oh seven"),
    (101000, "一千零一十元", "one thousand and ten yuan"),
    (110000, "一千一百元", "one thousand one hundred yuan"),
    (120000, "一千二百元", "one thousand two hundred yuan"),
    (200000, "两千元", "two thousand yuan"),
    (200002, "两千元零二分", "two thousand yuan oh two"),
    (222222, "两千二百二十二元二角二分", "two thousand two hundred and twenty-two yuan twenty-two"),
    (1000000, "一万元", "ten thousand yuan"),
    (1000500, "一万零五元", "ten thousand and five yuan"),
    (1001000, "一万零一十元", "ten thousand and ten yuan"),
    (1050000, "一万零五百元", "ten thousand five hundred yuan"),
    (1200000, "一万两千元", "twelve thousand yuan"),
    (2000000, "两万元", "twenty thousand yuan"),
    (2002000, "两万零二十元", "twenty thousand and twenty yuan"),
    (2222222, "两万两千二百二十二元二角二分", "twenty-two thousand two hundred and twenty-two yuan twenty-two"),
    (10000000, "十万元", "one hundred thousand yuan"),
    (10000500, "十万零五元", "one hundred thousand and five yuan"),
    (10500000, "十万五千元", "one hundred and five thousand yuan"),
    (12000000, "十二万元", "one hundred and twenty thousand yuan"),
    (20000000, "二十万元", "two hundred thousand yuan"),
    (100000000, "一百万元", "one million yuan"),
    (100001001, "一百万零一十元零一分", "one million and ten yuan oh one"),
    (105000000, "一百零五万元", "one million fifty thousand yuan"),
    (120500000, "一百二十万五千元", "one million two hundred and five thousand yuan"),
    (1000000000, "一千万元", "ten million yuan"),
    (10000000000, "一亿元", "one hundred million yuan"),
)


@pytest.mark.parametrize(("fen", "zh", "en"), READ, ids=[str(row[0]) for row in READ])
def test_an_amount_is_read_as_the_table_of_words_reads_it(fen, zh, en):
    assert spoken(fen, "zh") == zh
    assert spoken(fen, "en") == en


@pytest.mark.parametrize("fen", [0, -1])
def test_nothing_is_read_of_no_money(fen):
    with pytest.raises(ValueError, match="one fen"):
        spoken(fen, "zh")


FIGURE = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
PLACE = {"十": 10, "百": 100, "千": 1000}


def heard(text):
    """The fen a listener writes down."""
    yuan, rest = text.split("元") if "元" in text else ("", text)
    fen = sum(
        FIGURE[sign] * worth
        for sign, worth in re.findall(r"(.)(角|分)", rest)
        for worth in [{"角": 10, "分": 1}[worth]]
    )
    total = section = figure = 0
    for sign in yuan:
        if sign in PLACE:
            section += (figure or 1) * PLACE[sign]
            figure = 0
        elif sign in "万亿":
            total = (total + section + figure) * {"万": 10**4, "亿": 10**8}[sign]
            section = figure = 0
        else:
            figure = FIGURE[sign]
    return (total + section + figure) * 100 + fen


WORDS = {
    word: at
    for at, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: at * 10
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


def heard_in_english(text):
    if text.endswith(" fen"):
        return sum(WORDS[word] for word in re.split("[ -]", text[:-4]))
    yuan, rest = text.split(" yuan")
    fen = sum(WORDS[word] for word in re.split("[ -]", rest) if word not in ("", "oh"))
    total = section = 0
    for word in re.split("[ -]", yuan):
        if word == "hundred":
            section *= 100
        elif word in SCALE:
            total, section = total + section * SCALE[word], 0
        elif word != "and":
            section += WORDS[word]
    return (total + section) * 100 + fen


@given(st.one_of(st.integers(1, 10_000_000), st.integers(1, MAX_AMOUNT_FEN)))
@settings(deadline=None, derandomize=True, max_examples=1_500)
def test_whoever_listens_writes_down_the_same_amount(fen):
    assert heard(spoken(fen, "zh")) == fen
    assert heard_in_english(spoken(fen, "en")) == fen


@given(st.integers(1, 10_000_000))
@settings(deadline=None, derandomize=True, max_examples=1_500)
def test_no_zero_is_read_twice_and_liang_stands_only_where_people_say_it(fen):
    said = spoken(fen, "zh")
    assert "零零" not in said
    assert not re.search("零[元万角]", said)
    assert not re.search("两[十百角分]|[十百零千]两元|二千|^二[元万亿]", said)
