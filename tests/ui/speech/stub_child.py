"""Stand-ins for the speaking child, each a process of its own: what the till is told is given byte by byte."""

import sys
from pathlib import Path

PATIENCE = 30.0  # seconds until a test gives up; nothing that passes waits for it
HOLD = "hold"  # once its answers are used up it reads on and says nothing
LEAVE = "leave"

_PROGRAM = """
import os, sys
diary, then, *answers = sys.argv[1:]
def note(text):
    with open(diary, "ab") as file:
        file.write(text + b"\\n")
note(b"started %d" % os.getpid())
for answer in answers:
    line = sys.stdin.buffer.readline()
    if not line:
        break
    note(line.rstrip(b"\\n"))
    os.write(1, answer.encode("utf-8", "surrogateescape"))
else:
    if then == "hold":
        for line in iter(sys.stdin.buffer.readline, b""):
            note(line.rstrip(b"\\n"))
"""


class Stub:
    """Answers the first requests with ``answers``, one piece of bytes each, and then does as ``then`` says."""

    def __init__(self, folder: Path, *answers: bytes, then: str = HOLD) -> None:
        self.diary = folder / "diary"
        told = [answer.decode("utf-8", "surrogateescape") for answer in answers]
        self.command = (sys.executable, "-I", "-S", "-c", _PROGRAM, str(self.diary), then, *told)

    @property
    def asked(self) -> list[str]:
        """The requests of all its runs."""
        return [line for line in self._lines() if not line.startswith("started ")]

    @property
    def pids(self) -> list[int]:
        return [int(line.split()[1]) for line in self._lines() if line.startswith("started ")]

    def _lines(self) -> list[str]:
        return self.diary.read_text("utf-8").splitlines() if self.diary.exists() else []
