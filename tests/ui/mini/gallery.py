"""Every face of the mini window, a sheet a scheme and language.

``QT_QPA_PLATFORM=offscreen python tests/ui/mini/gallery.py FOLDER``
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.words import say
from tests.ui import pictures
from tests.ui.mini.scenes import scenes
from ui.bridge import Bridge
from ui.mini.place import Place
from ui.mini.window import Mini
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window

ACROSS, GAP = 4, 12


def main(folder: Path) -> None:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en"):
        for dark in (False, True):
            shots = []
            for picture, typed, extra in scenes().values():
                window = Window(Bridge(), dark=dark, mono=lambda: pictures.MONO, wall=lambda: pictures.WALL_MS / 1000)
                window.cashier.keep_language()
                window.cashier.language = language
                if picture is not None:
                    window.show_view(replace(picture, desk=replace(picture.desk, language=language)))
                for key in typed:
                    window.type_key(key)
                if extra == "dead":
                    window.fail("win.dead")
                if extra == "notice":
                    window.banner.say(BannerFace(Kind.DOUBT, say("win.swallowed", language)))
                if extra == "locked":
                    window.backroom.show()
                mini = Mini(window, Place(folder))
                mini.show()
                app.processEvents()
                shots.append(mini.grab().toImage())
                mini.hide()
                window.banner.leave()
                window.practice.stop()
            width, height = shots[0].width() + GAP, shots[0].height() + GAP
            rows = -(-len(shots) // ACROSS)
            sheet = QImage(width * ACROSS + GAP, height * rows + GAP, QImage.Format.Format_RGB32)
            sheet.fill(0x404448 if dark else 0xD0D0D0)
            painter = QPainter(sheet)
            for n, shot in enumerate(shots):
                painter.drawImage(GAP + n % ACROSS * width, GAP + n // ACROSS * height, shot)
            painter.end()
            sheet.save(str(folder / f"mini-{language}-{'dark' if dark else 'light'}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
