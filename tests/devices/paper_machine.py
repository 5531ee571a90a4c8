"""Printers at a port of this computer, each with a fault of its own."""

import contextlib
import re
import socket
import threading
import time

GOOD, COVER, NO_PAPER = 0x12, 0x16, 0x32
PAPER_IN, PAPER_OUT = 0x12, 0x72
ASK = re.compile(rb"\x10\x04[\x01-\x04]")


class PaperMachine:
    """Answers DLE EOT at once and GS r in its turn. Faults are attributes that a story sets."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.slips = []  # what each connection printed, once a GS r came
        self.heard = []  # every byte of each connection that was not a question
        self.cause, self.paper = GOOD, PAPER_IN
        self.runs_out = False  # within the next slip
        self.speaks = True
        self.confirms = True
        self.reads = True
        self.drip = 0  # bytes a read takes at most; 0: all
        self.cut_after = None  # bytes of a slip after which it closes the line, once
        self.garbage = b""  # said before each answer
        self._ending = False
        self._lines = []
        self._thread = threading.Thread(target=self._serve, name="paper machine")
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ending = True
        for line in [self.listener, *self._lines]:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._thread.join()

    def _serve(self):
        while not self._ending:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self._lines.append(line)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with contextlib.suppress(OSError):
                self._listen(line)
            line.close()

    def _listen(self, line):
        held, mine = b"", len(self.heard)
        self.heard.append(b"")
        line.settimeout(0.01)
        while not self._ending:
            data = b""
            if self.reads:
                try:
                    data = line.recv(self.drip or 4096)
                    if not data:
                        return
                except TimeoutError:
                    pass
            else:
                time.sleep(0.01)  # noqa: TID251 - a machine that stands
            held += data
            for question in ASK.findall(held):
                if self.speaks:
                    line.sendall(self.garbage + bytes([self.cause if question[2] == 2 else self.paper]))
            held = ASK.sub(b"", held)
            self.heard[mine] = held
            if self.cut_after is not None and len(held) >= self.cut_after:
                self.cut_after = None
                return
            if self.runs_out and held:
                self.runs_out, self.paper, self.cause = False, PAPER_OUT, NO_PAPER
            if self.paper == PAPER_IN and held.endswith(b"\x1dr\x01"):
                self.slips.append(held.removesuffix(b"\x1dr\x01"))
                held = b""
                if self.speaks and self.confirms:
                    line.sendall(b"\x00")


def until(what, seconds=30.0):
    """Wait for another thread to have done it."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)  # noqa: TID251 - another thread's act has no event to wait for
