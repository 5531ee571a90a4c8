"""The lines between the till and its speaking child."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.speech.wire import LINE_BYTES, Answer, Find, Kind, Say, answer_line, answer_of, request_line, request_of

PAID = "训练：支付宝收款，十二元五角"


def test_what_stands_on_the_wire():
    assert request_line(Find("zh")) == b"find zh\n"
    assert request_line(Say("zh", 80, PAID)) == f"say zh 80 {PAID}\n".encode()
    assert answer_line(Answer(Kind.VOICE, "Chinese (Mandarin)")) == b"voice Chinese (Mandarin)\n"
    assert answer_line(Answer(Kind.SAID)) == b"said\n"


texts = st.text(max_size=40).map(lambda text: " ".join(text.split())).filter(bool)


@given(st.builds(Say, st.sampled_from(["zh", "en"]), st.integers(0, 100), texts))
@settings(deadline=None, derandomize=True)
def test_a_request_is_one_line_and_is_understood(said):
    line = request_line(said)
    assert line.count(b"\n") == 1
    if "\ufffd" not in said.text and said.text.isprintable():
        assert request_of(line) == said


@given(st.binary(max_size=60))
@settings(deadline=None, derandomize=True)
def test_whatever_the_other_side_sends_is_an_answer_a_request_or_nothing(line):
    found = answer_of(line)
    assert found is None or found.kind in Kind
    asked = request_of(line)
    assert asked is None or isinstance(asked, Find | Say)


@pytest.mark.parametrize("line", [b"", b"hello", b"VOICE x", b"\xff\xfe", b"said\xff", "说了".encode()])
def test_what_no_voice_answers(line):
    assert answer_of(line) is None


@pytest.mark.parametrize("line", [b"", b"find", b"say zh 80", b"say zh 101 x", b"say zh -1 x", b"say zh \xb2 x", b"x"])
def test_what_no_till_asks(line):
    assert request_of(line) is None


def test_a_line_has_an_end_and_no_torn_sign():
    line = request_line(Say("zh", 80, "收" * LINE_BYTES))
    assert len(line) <= LINE_BYTES
    assert "\ufffd" not in line.decode()
