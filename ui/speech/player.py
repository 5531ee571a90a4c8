"""Plays a sound and comes back: Windows by its own call, elsewhere by whichever player the system has, as a child
process with a time limit. A sound system that hangs costs one sound.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
PLAY_SECONDS: Final = 5.0  # the longest sound is under one

_log: Final = logging.getLogger("mashou.voice")

Play = Callable[[bytes], bool]


def player() -> Sequence[str]:
    """The command of this system's player; empty where there is none."""
    return next((command for command in PLAYERS if shutil.which(command[0])), ())


def play(wav: bytes) -> bool:
    """Blocks until it has been heard. False where there is no sound."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - Windows only

        try:
            winsound.PlaySound(wav, winsound.SND_MEMORY)
        except RuntimeError:
            return False
        return True
    command = player()
    if not command:
        return False
    handle, name = tempfile.mkstemp(suffix=".wav", prefix="mashou-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(wav)
        return _run((*command, name))
    except OSError as error:
        _log.info("no sound: %s", error)
        return False
    finally:
        Path(name).unlink(missing_ok=True)


def _run(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - one of PLAYERS and a file of our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PLAY_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _log.info("no sound: %s did not end in %g s", command[0], PLAY_SECONDS)
        return False
    if done.returncode:
        _log.info("no sound: %s ended with %d", command[0], done.returncode)
    return done.returncode == 0
