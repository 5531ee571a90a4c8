"""What may be a PIN, as a table."""

import random

import pytest

from app.staff.hashing import Cost, PinHasher
from app.staff.pins import fault_of

SHORT = ("", "1", "83027")
NOT_DIGITS = ("83o274", "83 0274", "８３０２７４", "²30274", "-83027")
EASY = (
    *("111111", "121212", "123123", "909090", "112211", "100001", "777778"),  # few figures, or they repeat
    *("123456", "654321", "234567", "012345", "890123", "135791", "024680", "97531975", "112233", "998877", "111222"),
    *("123321", "147741"),  # the same backwards
    *("147258", "852741", "159357", "789456"),  # drawn on the pad
    *("850612", "120685", "061285", "19850612", "12061985", "06121985", "198506", "000229", "991231"),  # days
)
GOOD = ("830274", "619305", "472916", "905137", "38512764", "739164082", "851399", "190057")


@pytest.mark.parametrize("pin", SHORT)
def test_a_short_one(pin):
    assert fault_of(pin) == "pin.short"


@pytest.mark.parametrize("pin", NOT_DIGITS)
def test_digits_only(pin):
    assert fault_of(pin) == "pin.digits"


def test_a_long_one():
    assert fault_of("8302746193058") == "pin.long"


@pytest.mark.parametrize("pin", EASY)
def test_an_easy_one(pin):
    assert fault_of(pin) == "pin.easy"


@pytest.mark.parametrize("pin", GOOD)
def test_a_good_one(pin):
    assert fault_of(pin) == ""


def test_the_staff_number_is_no_secret():
    assert fault_of("830274", "8302") == "pin.easy"
    assert fault_of("830274", "83") == ""


def test_most_that_come_to_mind_are_taken():
    """Refusing too many would leave fewer to guess from, and drive people to paper."""
    dice = random.Random(7)
    taken = sum(1 for _ in range(4000) if fault_of(f"{dice.randrange(1_000_000):06d}") == "")
    assert taken > 4000 * 0.78


def test_a_hash_opens_for_its_pin_its_person_and_its_pepper_alone():
    cost = Cost(kib=8, rounds=1)
    hasher = PinHasher(b"p" * 32, cost)
    kept = hasher.hash("20", "619305")
    assert kept.startswith("$argon2id$")
    assert "619305" not in kept
    assert hasher.matches("20", "619305", kept)
    assert not hasher.matches("20", "619306", kept)
    assert not hasher.matches("21", "619305", kept)
    assert not PinHasher(b"q" * 32, cost).matches("20", "619305", kept)
    assert not hasher.matches("20", "619305", "")
    assert hasher.hash("20", "619305") != kept


def test_the_cost_is_above_what_owasp_asks():
    assert (Cost().kib, Cost().rounds) >= (19 * 1024, 2)
    assert PinHasher(b"p" * 32).hash("20", "619305").startswith("$argon2id$v=19$m=65536,t=3,p=1$")
