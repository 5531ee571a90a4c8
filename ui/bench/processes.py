"""Programs started only to be measured: each tells its own stamps, the moment of its start is taken here."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

PATIENCE: Final = 60.0  # seconds for one start, its sales and its end


class SilentError(Exception):
    """A measured program ended without its figures; the text is what it said instead."""


@dataclass(frozen=True, slots=True)
class Told:
    """Seconds from the start of the process by name; ``to_paint`` seconds, one per sale; memory in KiB."""

    since: Mapping[str, float]
    peak_kib: int | None
    to_paint: tuple[float, ...] = field(default=())


def bare_window() -> Told:
    return _measured(["ui.bench.bare_window"])


def till(folder: Path, sales: int = 0) -> Told:
    """The shipping window over ``folder``, started as ``mashou --training`` is, parent and all."""
    return _measured(["ui.bench.launch", str(folder), str(sales)])


def _measured(words: list[str]) -> Told:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.monotonic()  # one clock for all processes of a machine
    program = subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environ,
    )
    try:
        said, complained = program.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        program.kill()
        program.communicate()
        raise SilentError(f"{words[0]}: nothing after {PATIENCE:g} s") from None
    if program.returncode != 0 or not said.strip():
        raise SilentError(f"{words[0]}: {complained.strip()[-500:]}")
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    since: dict[str, float] = {name: told[name] - began for name in ("painted", "digit", "open") if name in told}
    return Told(since, told["peak_kib"], tuple(told.get("to_paint", ())))
