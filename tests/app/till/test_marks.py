from app.core.channel import Channel
from app.core.sale import Order
from app.till.marks import Marks

MEMORY = 600.0
NOON_MS = 1_795_310_000_000


def order(number, mark, began_ms=NOON_MS):
    return Order(number, number, Channel.WECHAT, 900, mark, "1001", "0007", began_ms, "2026-11-22")


def test_a_code_is_known_for_ten_minutes():
    marks = Marks(MEMORY, [], 1000.0)
    marks.keep(order("a", "m"), 1000.0)
    assert marks.find("m", 1600.0) == "a"
    assert marks.find("m", 1600.1) is None
    assert marks.find("n", 1000.0) is None


def test_the_newest_sale_of_a_code_counts():
    marks = Marks(MEMORY, [order("a", "m"), order("b", "m")], 1000.0)
    assert marks.find("m", 1001.0) == "b"


def test_a_sale_under_a_wrong_clock_makes_no_other_old_and_is_not_old_itself():
    """A till that starts sells before a channel has told it the time."""
    hours = 5 * 3_600_000
    marks = Marks(MEMORY, [order("a", "m", NOON_MS), order("b", "n", NOON_MS + hours)], 1000.0)
    marks.keep(order("c", "o", NOON_MS - hours), 1001.0)
    marks.keep(order("d", "p", NOON_MS + hours), 1002.0)
    assert [marks.find(mark, 1003.0) for mark in "mnop"] == ["a", "b", "c", "d"]


def test_what_is_forgotten_takes_no_room():
    marks = Marks(MEMORY, [], 0.0)
    for n in range(1000):
        marks.keep(order(str(n), str(n)), n * 60.0)
    assert len(marks._charged) <= 11
