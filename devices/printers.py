"""What a receipt printer can be asked, and how one slip is handed to it so that it is known to be on paper.

Bytes that a cable took are not paper: they fit into buffers on the way. So a printer that answers is asked three
things: before the slip, whether it has paper and its cover is shut (DLE EOT, answered at once even when it stands
still); after it, one question that it answers in its turn (GS r), that is when the slip is through. While it stands
for want of paper the slip lies in its own memory, and a second copy must not be sent: the connection is kept, and the
answer waited for. Epson's ESC/POS reference; most makers follow it. A printer that never answers is set up so.
"""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

CONNECT_SECONDS: Final = 3.0  # a printer of the shop's own network answers within 0.1
STATUS_SECONDS: Final = 1.5  # an answer to DLE EOT; a serial line at 9600 needs 0.01
STALL_SECONDS: Final = 5.0  # without one byte taken: it stands, or is off
SLIP_SECONDS: Final = 60.0  # for one slip in all; at 9600 baud a long one takes 8
CONFIRM_SECONDS: Final = 15.0  # after the last byte, without any answer: a long slip prints for 3
WATCH_SECONDS: Final = 1.0  # between two looks while the slip is being printed
SLICE_SECONDS: Final = 0.1  # how soon a stop is noticed

ASK_CAUSE: Final = b"\x10\x04\x02"  # DLE EOT 2: why it is off line
ASK_PAPER: Final = b"\x10\x04\x04"  # DLE EOT 4: the paper sensors
ASK_IN_TURN: Final = b"\x1dr\x01"  # GS r 1: answered when everything before it has been printed
_COVER_OPEN: Final = 0x04
_STOPPED_FOR_PAPER: Final = 0x20
_PAPER_END: Final = 0x60


class PrinterState(StrEnum):
    """``READY`` also says that nothing speaks against it: a printer that never answers is ready until a cable fails."""

    OFF = "off"  # none is set up
    READY = "ready"
    LOST = "lost"  # it does not answer, or takes nothing
    PAPER = "paper"
    COVER = "cover"
    LIBRARY = "library"  # USB: neither libusb nor a driver it can work with
    ACCESS = "access"  # USB: the system lets this program not at it
    BUSY = "busy"  # USB: another program has it
    SEVERAL = "several"  # USB: more than one is plugged in, and none is named


class PrinterError(Exception):
    """The cable failed; the text says how, for the log. ``state``: what a person is told."""

    def __init__(self, told: str, state: PrinterState = PrinterState.LOST) -> None:
        super().__init__(told)
        self.state = state


class Halted(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """The queue is stopping, or the slip was cancelled."""


class Cable(Protocol):
    """One connection to a printer. Every call returns within its limit or raises PrinterError."""

    @property
    def answers(self) -> bool:
        """Whether anything can come back over it, once it is open: nothing does from a file or the system's queue."""
        ...

    def open(self) -> None: ...

    def write(self, data: bytes, halt: Callable[[], None]) -> None:
        """All of ``data``; ``halt`` is called at least every few ``SLICE_SECONDS`` and may raise."""
        ...

    def read(self, seconds: float) -> bytes:
        """What has come, at most ``seconds`` waited for; empty for nothing."""
        ...

    def close(self) -> None: ...


OnState = Callable[[PrinterState], None]


def deliver(cable: Cable, data: bytes, *, asks: bool, halt: Callable[[], None], on_state: OnState) -> bool:
    """Hand one slip over an open cable. True: it is printed, as far as this printer can tell; False: not begun.

    Raises PrinterError where it is not known whether any of it is on paper, and Halted. ``on_state`` hears of paper
    and cover while the printer stands.
    """
    if asks and (state := look(cable, halt)) is not PrinterState.READY:
        on_state(state)
        return False
    cable.write(data + (ASK_IN_TURN if asks else b""), halt)
    if asks:
        _wait_for_its_turn(cable, halt, on_state)
    return True


def look(cable: Cable, halt: Callable[[], None]) -> PrinterState:
    """How the printer stands now. Raises PrinterError where it does not answer within ``STATUS_SECONDS``."""
    seen: dict[bytes, int] = {}
    for question in (ASK_CAUSE, ASK_PAPER):
        cable.write(question, halt)
        until = time.monotonic() + STATUS_SECONDS
        while question not in seen:
            halt()
            if time.monotonic() > until:
                raise PrinterError("it does not answer")
            for one in cable.read(SLICE_SECONDS):
                if _is_real_time(one):
                    seen[question] = one
    return _state(seen[ASK_CAUSE], seen[ASK_PAPER])


def _wait_for_its_turn(cable: Cable, halt: Callable[[], None], on_state: OnState) -> None:
    """Until the slip is through. As long as the printer says why it stands, it is waited for."""
    heard = asked = time.monotonic()
    answers: list[int] = []
    while True:
        halt()
        for one in cable.read(SLICE_SECONDS):
            heard = time.monotonic()
            if not _is_real_time(one):
                on_state(PrinterState.READY)
                return
            answers.append(one)
        now = time.monotonic()
        if len(answers) >= 2:
            on_state(_state(answers[0], answers[1]))
            answers = []
        if now - heard > CONFIRM_SECONDS:
            raise PrinterError("it took the slip and says nothing")
        if now - asked > WATCH_SECONDS:
            cable.write(ASK_CAUSE + ASK_PAPER, halt)
            asked, answers = now, []


def _state(cause: int, paper: int) -> PrinterState:
    if cause & _COVER_OPEN:
        return PrinterState.COVER
    if cause & _STOPPED_FOR_PAPER or paper & _PAPER_END:
        return PrinterState.PAPER
    return PrinterState.READY


def _is_real_time(one: int) -> bool:
    """Answers to DLE EOT have bits 1 and 4 set, 0 and 7 clear; answers to GS r have bit 4 clear."""
    return one & 0x93 == 0x12
