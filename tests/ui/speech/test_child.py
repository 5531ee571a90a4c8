"""A child process that is told lines, byte by byte."""

import os
import signal
import sys
import threading

import pytest

from tests.ui.speech.stub_child import LEAVE, PATIENCE, Stub
from ui.speech import child as children
from ui.speech.child import Child, GoneError


@pytest.fixture
def start():
    children = []

    def start(command):
        children.append(Child(command))
        return children[-1]

    yield start
    for child in children:
        child.end()


def test_lines_that_come_in_pieces_or_together_are_lines(start, tmp_path):
    child = start(Stub(tmp_path, b"voi", b"ce x\nbegan\nsa", b"id\n").command)
    child.tell(b"1\n")
    assert child.hear(0) is None
    child.tell(b"2\n")
    assert [child.hear(PATIENCE), child.hear(PATIENCE)] == [b"voice x", b"began"]
    child.tell(b"3\n")
    assert child.hear(PATIENCE) == b"said"


def test_a_child_that_says_nothing_costs_the_time_it_was_given(start, tmp_path):
    child = start(Stub(tmp_path).command)
    child.tell(b"find zh\n")
    assert child.hear(0.05) is None


def test_a_child_that_ends_is_gone(start, tmp_path):
    child = start(Stub(tmp_path, b"voice x\n", then=LEAVE).command)
    child.tell(b"1\n")
    assert child.hear(PATIENCE) == b"voice x"
    with pytest.raises(GoneError):
        child.hear(PATIENCE)


def test_a_child_that_was_not_there_to_begin_with(tmp_path):
    with pytest.raises(GoneError):
        Child((str(tmp_path / "none"),))


def test_an_answer_that_nobody_asked_for_is_told_before_the_next_request(start, tmp_path):
    child = start(Stub(tmp_path, b"voice x\nvoice y\n", then=LEAVE).command)
    child.tell(b"1\n")
    child.hear(PATIENCE)
    child._reader.join(PATIENCE)
    with pytest.raises(GoneError):
        child.tell(b"2\n")


def test_a_line_without_an_end_is_no_line(start, tmp_path):
    child = start(Stub(tmp_path, b"x" * 10_000).command)
    child.tell(b"1\n")
    with pytest.raises(GoneError):
        child.hear(PATIENCE)


def test_an_ended_child_is_dead_and_lets_go_whoever_waits_for_it(tmp_path):
    child = Child((sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"))
    why = []

    def wait():
        try:
            child.hear(PATIENCE)
        except GoneError as gone:
            why.append(gone)

    waiting = threading.Thread(target=wait)
    waiting.start()
    child.end()
    waiting.join(PATIENCE)
    assert why
    assert child._process.wait(PATIENCE) == -signal.SIGKILL
    child.end()  # the till closes while the voice gives it up


def test_a_daemon_that_holds_the_childs_output_keeps_nobody(tmp_path, monkeypatch):
    """It reads a FIFO of the test's, so that it ends with it."""
    monkeypatch.setattr(children, "REAP_SECONDS", 0.05)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    daemon = f"import os; os.fork() or (os.setsid(), open({str(fifo)!r}).read(), os._exit(0)); os.write(1, b'x\\n'); "
    child = Child((sys.executable, "-I", "-S", "-c", daemon + "import signal; signal.pause()"))
    assert child.hear(PATIENCE) == b"x"
    child.end()
    assert child._process.wait(PATIENCE) == -signal.SIGKILL
    with pytest.raises(GoneError):
        child.hear(PATIENCE)
    fifo.open("w").close()
    child._reader.join(PATIENCE)
    child._process.stdout.close()
