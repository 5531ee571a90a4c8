import pytest

from devices.traces import QUIET_MS, Trace, Tracer


def traced(*reads):
    """Each read is (bytes, ms); the line is quiet afterwards."""
    tracer = Tracer()
    told = [tracer.feed(data, at) for data, at in reads]
    last = reads[-1][1]
    return [*told, tracer.feed(b"", last + QUIET_MS - 1), tracer.feed(b"", last + QUIET_MS)]


@pytest.mark.parametrize(
    ("sent", "length", "end", "before", "inside"),
    [
        (b"12345678\r\n", 8, ("CR", "LF"), (), ()),
        (b"12345678", 8, (), (), ()),
        (b"\x0212345678\x03", 8, ("ETX",), ("STX",), ()),
        (b"1234\x1d5678\t", 8, ("TAB",), (), ("GS",)),
        (b"\x9c\xff", 0, (), ("x9C", "xFF"), ()),
    ],
)
def test_a_reading_is_described_without_its_text(sent, length, end, before, inside):
    told = traced((sent, 100))
    assert told[:-1] == [None, None]
    assert told[-1] == Trace("serial", length, end, before, inside, 0, 0)


def test_the_longest_gap_is_told():
    (*_, trace) = traced((b"123", 0), (b"", 30), (b"456", 50), (b"789\r", 60))
    assert (trace.length, trace.longest_gap_ms, trace.whole_ms) == (9, 50, 60)


def test_a_babbling_port_fills_no_memory():
    tracer = Tracer()
    for at in range(1_000):
        assert tracer.feed(b"x" * 100, at) is None
    assert tracer.feed(b"", 2_000).length == 600
