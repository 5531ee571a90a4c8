"""Finding sales by their number's end, their sum and what an entry says of them."""

import pytest

from app.core.beijing import DAY_MS, business_day
from app.journal.api import Entry
from app.journal.reader import open_reader
from tests.app.journal.conftest import NOW, make_line


@pytest.fixture
def reader(opened, path):
    """Twenty sales a day for three days, the third day's all of one sum."""
    journal = opened()
    for n in range(1, 61):
        at = NOW + (n - 1) // 20 * DAY_MS + n
        sum_fen = 700 if n > 40 else 100 * n
        line = make_line(n, out_trade_no=f"4{n:021d}07", began_ms=at, day=business_day(at), amount_fen=sum_fen)
        says = {"channel_no": f"T{n}", "alarm": "st.stuck" if n % 10 == 0 else ""}
        journal.append(Entry("sale.paid", at, says, line))
    found = open_reader(path)
    yield found
    found.close()


def numbers(kept):
    return [int(one.body["channel_no"][1:]) for one in kept]


def test_a_sale_is_found_by_its_whole_number(reader):
    found = reader.sale(f"4{17:021d}07")
    assert found is not None
    assert found.body["channel_no"] == "T17"
    assert reader.sale("4" * 24) is None


def test_four_digits_are_the_end_of_the_running_number_or_of_the_whole_one(reader):
    assert numbers(reader.by_tail("0017", 9)) == [17]
    assert numbers(reader.by_tail("1707", 9)) == [17]
    assert reader.by_tail("9999", 9) == ()


def test_a_sum_is_found_within_its_times_newest_first(reader):
    day = NOW + 2 * DAY_MS
    assert numbers(reader.by_sum(700, day, day + 50, 5)) == [50, 49, 48, 47, 46]
    assert numbers(reader.by_sum(700, 0, day + 50, 99))[-1] == 7
    assert numbers(reader.by_sum(700, day + 45, day + 46, 99)) == [46, 45]


def test_what_the_newest_entry_says_is_found_in_its_days(reader):
    days = [business_day(NOW + n * DAY_MS) for n in range(3)]
    assert numbers(reader.by_text(('"channel_no":"T8"',), days[0], days[2], 9)) == [8]
    assert reader.by_text(('"channel_no":"T8"',), days[1], days[2], 9) == ()
    texts = ('"alarm":"st.stuck"', '"channel_no":"T3"')
    assert numbers(reader.by_text(texts, days[0], days[2], 4)) == [60, 50, 40, 30]
    assert numbers(reader.by_text(texts, days[0], days[0], 9)) == [20, 10, 3]


def test_entries_without_a_sale_that_speak_of_one_are_found_by_their_text(opened, path):
    journal = opened()
    for n in range(1, 9):
        kind = "receipt.printed" if n % 2 else "notice"
        journal.append(Entry(kind, NOW + n, {"number": f"4{n % 4:023d}"}))
    with_text = f"4{1:023d}"
    reader = open_reader(path)
    found = reader.apart(("notice", "receipt.printed"), with_text, 1, 99, 9)
    assert [(kept.kind, kept.at_ms - NOW) for kept in found] == [("receipt.printed", 1), ("receipt.printed", 5)]
    assert [kept.at_ms - NOW for kept in reader.apart(("receipt.printed",), with_text, 1, 99, 1)] == [1]
    assert reader.apart(("receipt.printed",), with_text, found[-1].seq + 1, 99, 9) == ()
    reader.close()
