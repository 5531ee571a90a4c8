"""Every screen as a picture, and what is wrong with it: ``sh packaging/test.sh long gallery --out DIR``.

Each scene in both languages, light and dark, in each size of the window, in the common one at the system's own 100,
150 and 200 %, and on a small screen that the system doubles, into one folder with ``index.html`` and ``report.json``.
Faults are printed and stand under their picture. Exit 0: none was found. As many processes as there are cores share the
scenes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # whoever looks at pictures keeps their keys

from PySide6.QtCore import QEvent, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.ui.gallery import beside, books, notices, office, people, setting_up, till
from tests.ui.gallery.eye import look
from tests.ui.gallery.index import write_index, write_report
from tests.ui.gallery.judge import faults, unreachable
from tests.ui.gallery.png import write_png
from tests.ui.gallery.scene import LANGUAGES, SIZES, Scene, Shot, close_window, open_window, ratios_of

Part = tuple[int, int]  # which of how many
NOISE = "This plugin does not support"  # the offscreen platform, of windows above windows


def scenes() -> list[Scene]:
    rooms = (till, notices, office, books, people, setting_up, beside)
    return [scene for room in rooms for scene in room.scenes()]


def shots(only: str = "", part: Part = (0, 1)) -> Iterator[Shot]:
    """Every window that is opened; it is painted once for each of ``ratios_of`` its size."""
    for n, scene in enumerate(scene for scene in scenes() if scene.name.startswith(only)):
        if n % part[1] == part[0]:
            for size in scene.sizes:
                for language in LANGUAGES:
                    for dark in (False, True):
                        yield Shot(scene, size, language, dark)


def brief_shots(only: str = "", part: Part = (0, 1)) -> Iterator[Shot]:
    """Each scene once, languages, sizes and brightness in turn."""
    for n, scene in enumerate(scene for scene in scenes() if scene.name.startswith(only)):
        if n % part[1] == part[0]:
            size = scene.sizes[n // 2 % len(scene.sizes)]
            yield Shot(scene, size, LANGUAGES[n % 2], dark=n // (2 * len(SIZES)) % 2 == 1)


def pictures_of(shot: Shot, ratios: Sequence[float], folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Open once; paint, judge and keep at each ratio. Yields the file's name and its faults."""
    window = open_window(shot)
    try:
        lost = [f"no key reaches it: {one}" for one in unreachable(window)]
        for ratio in ratios:
            seen = look(window, ratio)
            name = f"{shot.name}-{ratio * 100:.0f}.png"
            write_png(seen.image, folder / name)
            yield name, [*faults(seen), *lost]
    finally:
        close_window(window)


def paint_part(folder: Path, only: str, part: Part, *, brief: bool) -> dict[str, list[str]]:
    qInstallMessageHandler(
        lambda _kind, _where, told: None if told.startswith(NOISE) else sys.stderr.write(told + "\n")
    )
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    made: dict[str, list[str]] = {}
    for shot in (brief_shots if brief else shots)(only, part):
        try:
            made.update(pictures_of(shot, ratios_of(shot.size)[: 1 if brief else None], folder))
        except Exception as error:  # noqa: BLE001 - the outermost loop of a long run: the fault stands in the report
            made[f"{shot.name}-100.png"] = [f"cannot be painted: {error!r}"]
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return made


def in_parts(asked: argparse.Namespace) -> dict[str, list[str]]:
    """Processes of our own share the scenes; each leaves what it made in a file."""
    many = os.cpu_count() or 1
    command = [sys.executable, "-m", "tests.ui.gallery", "--out", str(asked.out), "--only", asked.only]
    command += ["--brief"] if asked.brief else []
    running = [subprocess.Popen([*command, "--part", f"{n}/{many}"]) for n in range(many)]
    codes = [one.wait() for one in running]
    if any(codes):
        raise SystemExit(f"a part of the gallery ended with {codes}")
    made: dict[str, list[str]] = {}
    for n in range(many):
        kept = asked.out / f"part-{n}.json"
        made |= json.loads(kept.read_text(encoding="utf-8"))
        kept.unlink()
    return dict(sorted(made.items()))


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the pictures")
    parser.add_argument("--only", default="", help="scenes whose name begins so")
    parser.add_argument("--brief", action="store_true", help="one picture of each scene")
    parser.add_argument("--part", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.part:
        at, _, many = asked.part.partition("/")
        made = paint_part(asked.out, asked.only, (int(at), int(many)), brief=asked.brief)
        (asked.out / f"part-{at}.json").write_text(json.dumps(made), encoding="utf-8")
        return 0
    began = time.monotonic()
    made = in_parts(asked)
    took = time.monotonic() - began
    write_index(asked.out, made)
    write_report(asked.out, made, took)
    for name, wrong in made.items():
        for one in wrong:
            print(f"{name}: {one}")
    bad = sum(bool(wrong) for wrong in made.values())
    print(f"{len(made)} pictures, {bad} with a fault, {took:.0f} s: {asked.out / 'index.html'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
