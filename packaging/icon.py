"""The program's picture, drawn from the look's own colours: a scan frame around 码, on the accent.

    python packaging/icon.py FOLDER   ->  mashou.svg, mashou-SIZE.png, mashou.ico

The character is drawn stroke by stroke here, so that no font's outlines and no font's licence are in it.
"""

import os
import struct
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
EDGE: Final = 256
# On a grid of 256: the corners of a scan frame, then 石 and 马 side by side, as they stand in 码.
FRAME: Final = (
    "M28 72 V44 Q28 28 44 28 H72",
    "M184 28 H212 Q228 28 228 44 V72",
    "M228 184 V212 Q228 228 212 228 H184",
    "M72 228 H44 Q28 228 28 212 V184",
)
STROKES: Final = (
    "M58 76 H124",  # 石: the bar,
    "M88 76 Q82 108 58 138",  # the sweep,
    "M80 122 V182 M80 122 H120 V182 M80 172 H120",  # the mouth
    "M138 76 H190 L184 124",  # 马: the shoulder,
    "M150 76 L144 124 H198 Q198 172 188 186 Q184 190 172 184",  # the back and the hook,
    "M132 156 H178",  # the ground
)


def svg(ground: str, ink: str) -> str:
    """``ground`` and ``ink`` are colours as in ``ui.tokens``."""
    frame = "".join(f'<path d="{path}"/>' for path in FRAME)
    strokes = "".join(f'<path d="{path}"/>' for path in STROKES)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {EDGE} {EDGE}">'
        f'<rect width="{EDGE}" height="{EDGE}" rx="48" fill="{ground}"/>'
        f'<g fill="none" stroke="{ink}" stroke-linecap="round" stroke-linejoin="round">'
        f'<g stroke-width="12">{frame}</g><g stroke-width="13">{strokes}</g></g></svg>\n'
    )


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon of PNG pictures, each as wide as its key says (Vista and later read PNG inside .ico)."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    entries, bodies = [], []
    for size, body in sorted(pictures.items()):
        entries.append(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(body), at))
        bodies.append(body)
        at += len(body)
    return b"".join([head, *entries, *bodies])


def main(folder: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from PySide6.QtCore import QByteArray  # noqa: PLC0415 - after the platform is chosen
    from PySide6.QtGui import QGuiApplication, QImage, QPainter  # noqa: PLC0415 - the same
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - the same

    from ui.tokens import LIGHT  # noqa: PLC0415 - the same

    application = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = svg(LIGHT.accent, LIGHT.onaccent)
    (folder / "mashou.svg").write_text(drawn, encoding="utf-8", newline="\n")
    renderer = QSvgRenderer(QByteArray(drawn.encode()))
    pictures = {}
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        file = folder / f"mashou-{size}.png"
        image.save(str(file))
        pictures[size] = file.read_bytes()
    (folder / "mashou.ico").write_bytes(ico(pictures))
    application.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
