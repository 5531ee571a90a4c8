"""Every face of the window as a picture: ``QT_QPA_PLATFORM=offscreen python tests/ui/gallery.py FOLDER [FONT...]``.

Writes each phase at 1366 x 768 and 1920 x 1080 in both languages, and in the dark scheme. FONT files stand in for
faces that are not installed.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtGui import QFontDatabase  # noqa: E402 - as above
from PySide6.QtWidgets import QApplication  # noqa: E402 - as above

from app.core.reasons import Reason  # noqa: E402 - as above
from app.till.api import CounterView, Phase  # noqa: E402 - as above
from tests.ui import pictures  # noqa: E402 - as above
from ui.bridge import Bridge  # noqa: E402 - as above
from ui.window import Window  # noqa: E402 - as above

SIZES = ((1366, 768), (1920, 1080))


def scenes() -> dict[str, tuple[CounterView | None, str, str]]:
    """Name -> (picture, typed amount, practice phone's state)."""
    out: dict[str, tuple[CounterView | None, str, str]] = {
        f"{n:02d}-{phase}": (pictures.view(phase), "", "") for n, phase in enumerate(Phase)
    }
    long = pictures.view(Phase.READY, amount_fen=9_999_999_999)
    recovered = pictures.sale(Phase.PAID, recovered=True)
    out |= {
        "30-opening": (None, "12", ""),
        "31-typing": (pictures.view(Phase.IDLE), "128.5", ""),
        "32-cap": (pictures.view(Phase.READY, amount_fen=560_000, confirm_cap=True), "", ""),
        "33-long": (long, "", ""),
        "34-refused": (pictures.refused(Phase.READY, "collect"), "", ""),
        "35-refused-pending": (pictures.refused(Phase.PENDING, "twice"), "", ""),
        "36-refused-paid": (pictures.refused(Phase.PAID, "noamount"), "", ""),
        "37-recovered": (pictures.view(Phase.PAID, sale=recovered, open=()), "", ""),
        "38-unsigned": (
            pictures.view(Phase.REVERSING, sale=pictures.sale(Phase.REVERSING, reason=Reason.LIMIT)),
            "",
            "",
        ),
        "39-accepted": (pictures.view(Phase.UNKNOWN, sale=pictures.sale(Phase.UNKNOWN, deadline=None)), "", ""),
        "40-help": (pictures.view(Phase.IDLE), "", "help"),
        "41-dead": (pictures.view(Phase.PENDING), "", "dead"),
        "42-closing": (pictures.view(Phase.PENDING), "", "closing"),
        "43-empty-day": (pictures.view(Phase.IDLE, open=(), done=()), "", ""),
        "50-phone-code": (pictures.view(Phase.READY, training=True), "", "code"),
        "51-phone-password": (pictures.view(Phase.PENDING, training=True), "", "password"),
        "52-phone-paid": (pictures.view(Phase.PAID, training=True), "", "paid"),
        "53-training-list": (pictures.view(Phase.PENDING, training=True), "", "list"),
    }
    return out


def window(
    picture: CounterView | None, typed: str, extra: str, size: tuple[int, int], language: str, *, dark: bool = False
) -> Window:
    bridge = Bridge()
    if extra in ("code", "password", "paid", "list"):
        bridge.practice = pictures.AskedPhone()
    shown = Window(bridge, dark=dark, mono=lambda: pictures.MONO, wall=lambda: pictures.WALL_MS / 1000)
    shown.resize(*size)
    shown.cashier.language = language
    if picture is not None:
        shown.show_view(replace(picture, desk=replace(picture.desk, language=language)))
    for key in typed:
        shown.type_key(key)
    match extra:
        case "help":
            shown.cashier.help = True
        case "dead":
            shown.fail("win.dead")
        case "list":
            shown.cashier.phone_wanted = False
        case "code" | "password" | "paid":
            bridge.phone.emit(pictures.phone(extra))
    shown.show()
    if extra == "closing":
        shown.close()
    shown.refresh()
    return shown


def main(folder: Path, fonts: list[str]) -> None:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    for font in fonts:
        QFontDatabase.addApplicationFont(font)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (picture, typed, extra) in scenes().items():
        for size in SIZES:
            for language in ("zh", "en"):
                for dark in (False, True) if size == SIZES[0] and language == "zh" else (False,):
                    shown = window(picture, typed, extra, size, language, dark=dark)
                    kind = "-dark" if dark else ""
                    shown.grab().save(str(folder / f"{name}-{size[0]}-{language}{kind}.png"))
                    shown.practice.stop()
                    shown.hide()
                    shown.deleteLater()
        app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
