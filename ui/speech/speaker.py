"""The speaking child, ``mashou speak``: takes requests at its standard input, answers at its standard output, and
leaves when its input ends. By hand: ``echo "find zh" | mashou speak``.

It may hang inside Qt with Python's lock held, where no thread and no signal handler of its own would run. So each
request is timed by ``faulthandler``, whose clock needs no lock: a child whose till was killed does not stay behind.
"""

import faulthandler
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from ui.speech.talker import NoVoiceError, Talker
from ui.speech.wire import HANG_SECONDS, Answer, Find, Kind, Say, answer_line, request_of


class Talks(Protocol):
    """``talker.Talker``."""

    def find(self, language: str) -> str: ...

    def begin(self, text: str, volume: int) -> None: ...

    def finish(self) -> None: ...


def run(hang_seconds: float = HANG_SECONDS) -> int:
    """Until the input ends. Always 0: what went wrong was answered."""
    asked, told = _own_pipes()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the till's to understand
    application = QCoreApplication.instance() or QCoreApplication(["mashou"])
    talker = Talker()
    with suppress(BrokenPipeError), os.fdopen(asked, "rb") as lines:
        for line in lines:
            faulthandler.dump_traceback_later(hang_seconds, exit=True, file=nowhere)
            for answer in answers(line, talker):
                os.write(told, answer_line(answer))
            faulthandler.cancel_dump_traceback_later()
    faulthandler.dump_traceback_later(hang_seconds, exit=True, file=nowhere)  # nor may a good-bye to the daemon hang
    del talker, application  # in this order: the engine belongs to the application
    return 0


def answers(line: bytes, talker: Talks) -> Iterator[Answer]:
    """What the child answers to ``line``, each when it is so."""
    try:
        match request_of(line):
            case Find(language):
                yield Answer(Kind.VOICE, talker.find(language))
            case Say(language, volume, text):
                talker.find(language)
                talker.begin(text, volume)
                yield Answer(Kind.BEGAN)
                talker.finish()
                yield Answer(Kind.SAID)
            case None:
                yield Answer(Kind.NONE, "not understood")
    except NoVoiceError as why:
        yield Answer(Kind.NONE, str(why))


def _own_pipes() -> tuple[int, int]:
    """The two pipes under numbers that nobody inherits: a daemon that Qt starts must neither hold nor write to them."""
    asked, told = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for taken in (0, 1):
        os.dup2(nowhere, taken)
    os.close(nowhere)
    return asked, told
