"""A whole training shift played by itself: no screen, no hands, the real window over the real till.

``run`` opens the program offscreen at twenty times the pace, plays the stories of ``stories`` on its keys and on the
practice phone, tells them line by line, and leaves a picture of each state and the day's journal in ``<folder>/shift``.
"""

import os
from pathlib import Path
from typing import Final

PACE: Final = 20.0  # design §7.5: what tests and the headless shift use
PICTURES: Final = "shift"


def run(folder: Path, *, training: bool = True, language: str | None = None) -> int:
    """Play the shift in ``folder``. Returns 0 when every story ended as told and the books agree, else 1."""
    del training  # a shift is never anything else
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.cli import daybook  # noqa: PLC0415 - after the platform is chosen, as the rest
    from ui import main  # noqa: PLC0415 - the same
    from ui.shift.player import Player  # noqa: PLC0415 - the same

    target = folder / PICTURES
    players: list[Player] = []

    def on_program(program: main.Program) -> None:
        players.append(Player(program, target, language or "zh"))

    code = main.run(folder, training=True, language=language or "zh", pace=PACE, on_program=on_program)
    (player,) = players
    agreed = player.played and daybook.keep(folder, target, player.ledger, player.teller)
    return code or int(not agreed)
