"""Every screen as a picture, and what is wrong with it: ``sh packaging/test.sh long gallery --out DIR``.

Each scene in both languages, light and dark, in three sizes of the window, and in the middle one at the system's own
100, 150 and 200 %, into one folder with an ``index.html``. Faults are printed and stand under their picture. Exit 0:
none was found.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # whoever looks at pictures keeps their keys

from PySide6.QtWidgets import QApplication

from tests.ui.gallery import office, others, till
from tests.ui.gallery.eye import look
from tests.ui.gallery.judge import faults, unreachable
from tests.ui.gallery.scene import LANGUAGES, RATIOS, SIZES, Scene, Shot, close_window, open_window

LOOKS = (*((size, 1.0) for size in SIZES), *((SIZES[1], ratio) for ratio in RATIOS[1:]))
QUICKLY = 90  # of Qt's 100: PNG packed little, and written in a fifth of the time
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>码收 Mashou: {count} pictures</title><style>
body {{ font: 15px sans-serif; margin: 16px; background: #eceef1; color: #14181d }}
section {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 16px }}
img {{ width: 100%; border: 1px solid #cbd1d8 }} figure {{ margin: 0 }} .fault {{ color: #a01c15 }}
nav a {{ margin-right: 12px }}</style><h1>码收 Mashou: {count} pictures, {bad} with a fault</h1><nav>{links}</nav>
{body}</html>
"""


def scenes() -> list[Scene]:
    return [*till.scenes(), *office.scenes(), *others.scenes()]


def shots(only: str = "", *, brief: bool = False) -> Iterator[tuple[Shot, float]]:
    """Every picture; ``brief``: each scene once, languages, sizes and brightness in turn."""
    for n, scene in enumerate(scene for scene in scenes() if scene.name.startswith(only)):
        if brief:
            yield Shot(scene, SIZES[n // 2 % 3], LANGUAGES[n % 2], dark=n // 6 % 2 == 1), 1.0
            continue
        for size, ratio in LOOKS:
            for language in LANGUAGES:
                for dark in (False, True):
                    yield Shot(scene, size, language, dark), ratio


def picture(shot: Shot, ratio: float, folder: Path) -> tuple[str, list[str]]:
    """Paint, judge and keep one; returns the file's name and its faults."""
    window = open_window(shot)
    try:
        seen = look(window, ratio)
        name = f"{shot.name}-{ratio * 100:.0f}.png"
        seen.image.save(str(folder / name), quality=QUICKLY)
        return name, [*faults(seen), *(f"no key reaches it: {one}" for one in unreachable(window))]
    finally:
        close_window(window)


def index(made: Sequence[tuple[str, list[str]]]) -> str:
    groups: dict[str, list[tuple[str, list[str]]]] = {}
    for name, wrong in made:
        groups.setdefault(name.split("-")[0], []).append((name, wrong))
    links = "".join(f'<a href="#{group}">{group} ({len(rows)})</a>' for group, rows in groups.items())
    body = "".join(
        f'<h2 id="{group}">{group}</h2><section>{"".join(_figure(*row) for row in rows)}</section>'
        for group, rows in groups.items()
    )
    bad = sum(bool(wrong) for _, wrong in made)
    return PAGE.format(count=len(made), bad=bad, links=links, body=body)


def _figure(name: str, wrong: list[str]) -> str:
    told = "".join(f'<div class="fault">{escape(one)}</div>' for one in wrong)
    link = f'<a href="{name}"><img loading="lazy" src="{name}" alt="{name}"></a>'
    return f"<figure>{link}<figcaption>{name}{told}</figcaption></figure>"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the pictures")
    parser.add_argument("--only", default="", help="scenes whose name begins so")
    parser.add_argument("--brief", action="store_true", help="one picture of each scene")
    asked = parser.parse_args(argv)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    asked.out.mkdir(parents=True, exist_ok=True)
    began, made = time.monotonic(), []
    for n, (shot, ratio) in enumerate(shots(asked.only, brief=asked.brief)):
        made.append(picture(shot, ratio, asked.out))
        for wrong in made[-1][1]:
            print(f"{made[-1][0]}: {wrong}", flush=True)
        if n % 50 == 0:
            application.processEvents()
    (asked.out / "index.html").write_text(index(made), encoding="utf-8")
    bad = sum(bool(wrong) for _, wrong in made)
    print(f"{len(made)} pictures, {bad} with a fault, {time.monotonic() - began:.0f} s: {asked.out / 'index.html'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
