"""Strokes with times in, decisions out: the cases by name, then random shifts of a cashier and a scanner together."""

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.wedge import BURST_GAP_MS, HOLD_MS, MAX_SCAN, Kind, Read, Stroke, Swallowed, Typed, Wedge, Why

CODE = "134919586213926735"
NAMED = {"⏎": Kind.END, "⇥": Kind.END, "F": Kind.CONTROL, "^": Kind.CONTROL, "⇧": Kind.MODIFIER}
SERIALS = itertools.count()


def key(char, at, *, down=0, repeat=False, hand=False):
    """Down and up of one key; ``hand`` is a second keyboard, whose keys have other numbers."""
    kind = NAMED.get(char, Kind.TEXT)
    code = ord(char) + (100_000 if hand else 0)
    text = char if kind is Kind.TEXT else ""
    return [
        Stroke(next(SERIALS), code, kind, True, at, at, text, repeat),
        Stroke(next(SERIALS), code, kind, False, at + down, at + down, text, repeat),
    ]


def keys(text, at, gap, *, down=0, hand=False):
    return [stroke for n, char in enumerate(text) for stroke in key(char, at + n * gap, down=down, hand=hand)]


def play(strokes, *, stalls=(), wedge=None):
    """The window's loop: strokes arrive in order, late by a stall; a hold runs out only when no stroke is waiting."""

    def runs_again(at):
        return next((end for begin, end in stalls if begin <= at < end), at)

    wedge = wedge or Wedge()
    done = []
    for stroke in sorted(strokes, key=lambda stroke: stroke.at_ms):
        seen = runs_again(stroke.at_ms)
        if wedge.due_ms is not None and runs_again(wedge.due_ms) < seen:
            done += wedge.expire()
        done += wedge.feed(dataclasses.replace(stroke, seen_ms=seen))
    return done + wedge.expire()


def typed(done):
    return "".join(
        stroke.char or next(name for name in NAMED if ord(name) == stroke.key % 100_000)
        for decision in done
        if isinstance(decision, Typed)
        for stroke in decision.strokes
        if stroke.press
    )


def read(done):
    return [decision.text for decision in done if isinstance(decision, Read)]


def whys(done):
    return {decision.why for decision in done if isinstance(decision, Swallowed)} - {Why.AFTER_SCAN}


def every_stroke_is_decided_once(strokes, done):
    decided = [stroke.serial for decision in done for stroke in decision.strokes]
    return sorted(decided) == sorted(stroke.serial for stroke in strokes)


@pytest.mark.parametrize("gap", [0, 1, 3, 8, 16, 25, 35, BURST_GAP_MS])
@pytest.mark.parametrize("end", ["⏎", "⇥", "⏎⏎", ""])
def test_a_scan_is_read_and_never_typed(gap, end):
    strokes = keys(CODE + end, 1000, gap)
    done = play(strokes)
    assert read(done) == [CODE]
    assert typed(done) == ""
    assert every_stroke_is_decided_once(strokes, done)


@pytest.mark.parametrize("gap", [BURST_GAP_MS + 1, 40, 60, 80, 187, 400])
def test_a_human_is_typed_in_order_and_never_read(gap):
    strokes = keys("12.50⏎98F0⇥", 1000, gap, down=90)
    done = play(strokes)
    assert typed(done) == "12.50⏎98F0⇥"
    assert read(done) == []
    assert every_stroke_is_decided_once(strokes, done)


def test_a_human_key_waits_no_longer_than_the_hold():
    wedge = Wedge()
    press, release = key("5", 1000)
    assert wedge.feed(press) == []
    assert wedge.due_ms == 1000 + HOLD_MS <= 1040
    assert wedge.expire() == [Typed((press,))]
    assert wedge.due_ms is None
    assert wedge.feed(release) == [Typed((release,))]


def test_rolling_fingers_are_typed():
    assert typed(play(keys("the", 1000, 20, down=60) + keys("5⏎", 2000, 30, down=60))) == "the5⏎"


def test_a_short_product_code_with_enter_does_not_press_the_main_button():
    done = play(keys("12345⏎", 1000, 10))
    assert (read(done), typed(done)) == (["12345"], "")


def test_letters_of_a_scanner_come_with_shift():
    strokes = []
    for n, char in enumerate("FPabcdef12"):
        shift = key("⇧", 1000 + 12 * n, down=9)
        strokes += [shift[0], *key(char.lower(), 1000 + 12 * n + 3, down=3), shift[1]]
    done = play(strokes)
    assert read(done) == ["fpabcdef12"]
    assert typed(done) == ""


@pytest.mark.parametrize("before_ms", [1, 10, 20, 37])
def test_a_finger_just_before_a_scan_keeps_its_key_and_the_scan_its_digits(before_ms):
    strokes = key("7", 1000 - before_ms, down=70, hand=True) + keys(CODE + "⏎", 1000, 5, down=2)
    done = play(strokes)
    assert (typed(done), read(done)) == ("7", [CODE])
    assert every_stroke_is_decided_once(strokes, done)


@pytest.mark.parametrize("char", ["7", "⏎", "F"])
@pytest.mark.parametrize("at_ms", [0, 3, 40, 84, 86, 88, 93])
@pytest.mark.parametrize("end", ["⏎", ""])
def test_a_finger_amid_or_after_a_scan_keeps_its_key_and_the_scan_its_digits(char, at_ms, end):
    strokes = keys(CODE + end, 1000, 5, down=2) + key(char, 1000 + at_ms, down=70, hand=True)
    done = play(strokes)
    assert (typed(done), read(done)) == (char, [CODE])


def test_a_light_tap_amid_a_scan_is_told_by_the_keys_it_outlasts():
    done = play(keys(CODE + "⏎", 1000, 5, down=2) + key("7", 1033, down=25, hand=True))
    assert (typed(done), read(done)) == ("7", [CODE])


def test_a_finger_between_down_and_up_of_the_last_key_is_told_though_the_next_key_comes_first():
    scan = keys(CODE + "⏎", 1000, 20, down=10)
    fingers = key("0", scan[-2].at_ms + 5, down=70, hand=True) + key("1", scan[-2].at_ms + 50, down=70, hand=True)
    done = play(scan + fingers)
    assert (typed(done), read(done)) == ("01", [CODE])


def test_enter_of_a_human_after_a_scan_is_the_humans():
    done = play(keys(CODE, 1000, 5) + key("⏎", 1000 + 85 + 45, down=80))
    assert (read(done), typed(done)) == ([CODE], "⏎")


@pytest.mark.parametrize("torn_at", range(2, 16))
def test_a_scanner_that_stutters_once_is_still_read_whole(torn_at):
    first = keys(CODE[:torn_at], 1000, 5, down=2)
    rest = keys(CODE[torn_at:] + "⏎", first[-1].at_ms + 90, 5, down=2)
    assert (typed(play(first + rest)), read(play(first + rest))) == ("", [CODE])


def test_patience_with_a_scanner_costs_rolling_fingers_nothing():
    wedge = Wedge()
    one, two = key("1", 1000, down=60), key("2", 1030, down=60)
    for stroke in (one[0], two[0]):
        wedge.feed(stroke)
    assert wedge.due_ms == 1030 + HOLD_MS


def test_two_scans_in_a_row():
    assert read(play(keys(CODE + "⏎" + CODE[::-1] + "⏎", 1000, 4))) == [CODE, CODE[::-1]]


@pytest.mark.parametrize("sheet", ["^⏎", "F⏎", "^cmd⏎", "123^456⏎", "^^^", "⏎⏎⏎⏎⏎⏎", "FF", "^123456789012345678⏎"])
def test_control_keys_at_scanner_speed_reach_nothing(sheet):
    done = play(keys(sheet, 1000, 6))
    assert (typed(done), read(done), whys(done)) == ("", [], {Why.CONTROL_KEYS})


def test_control_keys_behind_a_code_reach_nothing():
    done = play(keys(CODE + "⏎^F⏎", 1000, 6))
    assert (typed(done), read(done)) == ("", [CODE])


def test_a_shortcut_of_a_human_passes():
    ctrl = key("⇧", 1000, down=200)
    assert typed(play([ctrl[0], *key("^", 1080, down=60), ctrl[1], *key("F", 1400, down=60)])) == "⇧^F"


@pytest.mark.parametrize("every", [25, 33, 40])
def test_a_held_key_repeats_as_typing(every):
    repeats = [s for n in range(20) for s in key("5", 1300 + n * every, repeat=True)]
    strokes = [key("5", 1000)[0], *repeats]
    assert typed(play(strokes)) == "5" * 21
    assert typed(play(strokes, stalls=[(990, 2500)])) == "5" * 21


@pytest.mark.parametrize("gap", [0, 1, 4])
def test_doubled_digits_the_system_calls_repeats_are_not_lost(gap):
    strokes = [s for n, char in enumerate("100000") for s in key(char, 1000 + n * gap, repeat=n > 1)]
    strokes += keys("55⏎", 1000 + 6 * gap, gap)
    assert read(play(strokes)) == ["10000055"]


def test_a_stall_hides_nothing_since_the_events_keep_their_times():
    human = keys("1250", 1000, 100, down=60)
    scan = keys(CODE + "⏎", 1500, 5)
    more = keys("98", 1800, 100, down=60)
    for begin in range(950, 2000, 7):
        done = play(human + scan + more, stalls=[(begin, begin + 600)])
        assert (typed(done), read(done)) == ("125098", [CODE])


def test_the_32_bit_clock_may_wrap_in_a_scan_and_in_typing():
    for start in range(2**32 - 90, 2**32, 9):
        wrapped = [dataclasses.replace(s, at_ms=s.at_ms % 2**32) for s in keys(CODE + "⏎", start, 5)]
        wedge = Wedge()
        assert read([d for s in wrapped for d in wedge.feed(s)]) == [CODE]
        typing = [dataclasses.replace(s, at_ms=s.at_ms % 2**32) for s in keys("125098", start, 45)]
        wedge = Wedge()
        assert typed([d for s in typing for d in wedge.feed(s)] + wedge.expire()) == "125098"


def test_without_timestamps_arrival_decides():
    def timeless(strokes):
        return [dataclasses.replace(s, at_ms=0) for s in strokes]

    wedge = Wedge()
    done = [d for s in timeless(keys("1250", 1000, 90) + keys(CODE + "⏎", 1500, 5)) for d in wedge.feed(s)]
    assert (typed(done), read(done)) == ("1250", [CODE])


def test_a_keyboard_without_releases_is_told_by_pauses():
    presses = [s for s in keys("12", 1000, 90) + keys(CODE + "⏎", 1500, 5) + keys("34", 1900, 90) if s.press]
    done = play(presses)
    assert (typed(done), read(done)) == ("1234", [CODE])


def test_a_first_digit_given_away_too_early_is_still_part_of_the_code():
    wedge = Wedge()
    first, *rest = keys(CODE + "⏎", 1000, 5)
    wedge.feed(first)
    assert typed(wedge.expire()) == CODE[0]
    done = [d for s in rest for d in wedge.feed(s)]
    assert [(d.text, d.leaked) for d in done if isinstance(d, Read)] == [(CODE, 1)]


def test_a_babbling_keyboard_is_swallowed_in_bounded_memory():
    wedge = Wedge()
    done = []
    for stroke in keys("7" * 5000, 1000, 5):
        done += wedge.feed(stroke)
        assert len(wedge._run) <= 2 * MAX_SCAN + 1
    done += wedge.expire() + [d for s in keys("12", 90_000, 90) for d in wedge.feed(s)] + wedge.expire()
    assert (typed(done), read(done), whys(done)) == ("12", [], {Why.TOO_LONG})


def test_nothing_shows_a_code():
    strokes = keys(CODE + "⏎", 1000, 5)
    assert not any(digit in repr(strokes[0]).split(",")[1] for digit in CODE)
    (scan,) = [d for d in play(strokes) if isinstance(d, Read)]
    assert CODE not in repr(scan)


@st.composite
def scans(draw):
    code = draw(st.text("0123456789", min_size=16, max_size=24))
    gaps = draw(st.lists(st.integers(0, 35), min_size=1, max_size=5))
    return code, draw(st.sampled_from(["⏎", "⇥", ""])), gaps


def scan_strokes(scan, at):
    code, end, gaps = scan
    strokes = []
    for n, char in enumerate(code + end):
        gap = gaps[n % len(gaps)]
        strokes += key(char, at, down=gap // 2)
        at += gap
    return strokes


typing = st.lists(st.tuples(st.sampled_from("0123456789.⏎F"), st.integers(40, 400), st.integers(45, 130)), max_size=8)
stall = st.lists(st.tuples(st.integers(1000, 9000), st.just(600)), max_size=3)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(typing, scans()), min_size=1, max_size=4), stall, st.booleans())
def test_any_shift_of_typing_between_scans_keeps_both_whole(parts, stalls, releases_at_once):
    """Fingers and scanner take turns, 40 ms or more apart. ``releases_at_once``: a program's keys have no dwell."""
    at, strokes, human, codes = 1000, [], "", []
    for hand, scan in parts:
        for char, gap, down in hand:
            strokes += key(char, at, down=0 if releases_at_once else down)
            human += char
            at += gap
        mine = scan_strokes(scan, at)
        strokes += mine
        codes.append(scan[0])
        at = mine[-1].at_ms + BURST_GAP_MS + 2 + scan[2][0]
    done = play(strokes, stalls=[(begin, begin + long) for begin, long in stalls])
    assert typed(done) == human
    assert read(done) == codes
    assert every_stroke_is_decided_once(strokes, done)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(typing, st.lists(st.tuples(scans(), st.integers(100, 900)), min_size=1, max_size=3), stall)
def test_fingers_that_go_on_typing_while_a_scan_comes_lose_nothing(hand, codes, stalls):
    strokes, at, up = [], 1000, {}
    for char, gap, down in hand:
        at = max(at, up.get(char, 0) + 10)  # a key must come up before it goes down again
        up[char] = at + down
        strokes += key(char, at, down=down, hand=True)
        at += gap
    at = 1010
    for scan, pause in codes:
        strokes += scan_strokes(scan, at)
        at = strokes[-1].at_ms + pause
    done = play(strokes, stalls=[(begin, begin + long) for begin, long in stalls])
    assert typed(done) == "".join(char for char, *_ in hand)
    assert read(done) == [scan[0] for scan, _ in codes]
    assert every_stroke_is_decided_once(strokes, done)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from("01⏎F^⇧"), st.integers(0, 2**32), st.booleans(), st.booleans(), st.integers(0, 90)),
        max_size=60,
    ),
    st.booleans(),
)
def test_no_sequence_of_events_raises_or_loses_count(events, wild):
    wedge, done, strokes, now = Wedge(), [], [], 1000
    for char, at, press, repeat, gap in events:
        now += gap
        stroke = dataclasses.replace(key(char, now, repeat=repeat)[not press], at_ms=at if wild else now, seen_ms=now)
        strokes.append(stroke)
        done += wedge.feed(stroke)
        if gap > 60:
            done += wedge.expire()
    assert every_stroke_is_decided_once(strokes, done + wedge.expire())
