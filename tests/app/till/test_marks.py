from app.core.channel import Channel
from app.core.sale import Order
from app.till.marks import Marks

MEMORY = 600_000


def order(number, mark, began_ms):
    return Order(number, number, Channel.WECHAT, 900, mark, "1001", "0007", began_ms, "2026-11-22")


def test_a_code_is_known_for_ten_minutes():
    marks = Marks(MEMORY, [])
    marks.keep(order("a", "m", 1_000_000))
    assert marks.find("m", 1_600_000) == "a"
    assert marks.find("m", 1_600_001) is None
    assert marks.find("n", 1_000_000) is None


def test_the_newest_sale_of_a_code_counts():
    marks = Marks(MEMORY, [order("a", "m", 1_000_000), order("b", "m", 1_000_500)])
    assert marks.find("m", 1_001_000) == "b"


def test_what_is_forgotten_takes_no_room():
    marks = Marks(MEMORY, [order(str(n), str(n), n * 60_000) for n in range(1000)])
    assert len(marks._charged) <= 11
