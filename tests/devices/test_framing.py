import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.framing import PATIENT_PAUSE_MS, PAUSE_MS, Dropped, Frame, Framer, Noise

CODE = b"134919586213926735"
OTHER = b"28763443825664394"


def texts(found):
    return [frame.text for frame in found if isinstance(frame, Frame)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\r\n\x03"])
def test_each_end_completes_a_code_once(end):
    assert Framer().feed(CODE + end, 0) == [Frame(CODE.decode())]


def test_a_code_in_pieces_and_two_codes_in_one_piece():
    framer = Framer()
    assert framer.feed(CODE[:5], 0) == []
    assert framer.feed(CODE[5:] + b"\r\n" + OTHER + b"\r", 10) == [Frame(CODE.decode()), Frame(OTHER.decode())]


def test_silence_completes_a_code_without_end():
    framer = Framer()
    framer.feed(CODE, 1000)
    assert framer.silence(1000 + PAUSE_MS - 1) == []
    assert framer.silence(1000 + PAUSE_MS) == [Frame(CODE.decode())]
    assert framer.silence(5000) == []


def test_a_scanner_that_sends_ends_may_stutter():
    framer = Framer()
    framer.feed(OTHER + b"\r", 0)
    framer.feed(CODE[:9], 1000)
    assert framer.silence(1000 + PAUSE_MS) == []
    assert framer.feed(CODE[9:] + b"\r", 1200) == [Frame(CODE.decode())]


def test_a_scanner_set_anew_to_send_no_end_is_learned_again():
    framer = Framer()
    framer.feed(OTHER + b"\r", 0)
    framer.feed(CODE, 1000)
    assert framer.silence(1000 + PATIENT_PAUSE_MS) == [Frame(CODE.decode())]
    framer.feed(OTHER, 5000)
    assert framer.silence(5000 + PAUSE_MS) == [Frame(OTHER.decode())]


def test_sparks_before_a_code_cost_only_themselves():
    assert Framer().feed(b"\x00\xff\x02" + CODE + b"\r", 0) == [
        Dropped(Noise.CONTROL, 3, spoilt=False),
        Frame(CODE.decode()),
    ]


@pytest.mark.parametrize(("byte", "reason"), [(b"\x00", Noise.CONTROL), (b"\xb1", Noise.NOT_ASCII)])
def test_a_foreign_byte_inside_spoils_the_whole_code_and_not_the_next(byte, reason):
    found = Framer().feed(CODE[:7] + byte + CODE[7:] + b"\r" + OTHER + b"\r", 0)
    assert found == [Dropped(reason, len(CODE) + 1, spoilt=True), Frame(OTHER.decode())]


def test_a_babbling_port_costs_bounded_memory_and_one_report():
    framer = Framer(max_length=32)
    for at in range(1000):
        assert framer.feed(b"7" * 100, at) == []
    assert len(framer._text) == 32
    assert framer.feed(b"\r" + CODE + b"\r", 2000) == [
        Dropped(Noise.TOO_LONG, 100_000, spoilt=True),
        Frame(CODE.decode()),
    ]


def test_what_an_unplug_cut_off_is_forgotten():
    framer = Framer()
    framer.feed(CODE[:9], 0)
    framer.reset()
    assert framer.feed(OTHER + b"\r", 10) == [Frame(OTHER.decode())]


def test_a_frame_does_not_show_its_text():
    assert CODE.decode() not in repr(Frame(CODE.decode()))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(1, 64))
def test_any_bytes_never_raise_and_every_byte_is_accounted_for(pieces, max_length):
    framer = Framer(max_length=max_length)
    found = [done for at, piece in enumerate(pieces) for done in framer.feed(piece, at)]
    found += framer.silence(10_000)
    assert all(0 < len(text) <= max_length and text.isprintable() and text.isascii() for text in texts(found))
    ends = sum(byte in b"\r\n\t\x03" for piece in pieces for byte in piece)
    told = sum(len(f.text) if isinstance(f, Frame) else f.count for f in found)
    assert told + ends == sum(map(len, pieces))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.text("0123456789", min_size=1, max_size=24), min_size=1, max_size=8),
    st.sampled_from([b"\r", b"\n", b"\r\n", b"\t"]),
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
)
def test_however_the_stream_is_cut_the_codes_come_out_whole_and_in_order(codes, end, cuts):
    stream = b"".join(code.encode() + end for code in codes)
    framer, found, at = Framer(), [], 0
    for turn in range(len(stream)):
        size = cuts[turn % len(cuts)]
        found += framer.feed(stream[at : at + size], turn)
        at += size
    assert texts(found) == codes
