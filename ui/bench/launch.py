"""``python -m ui.bench.launch FOLDER SALES``: what ``mashou --training`` does, with the bench's till as its child."""

import sys

from app.cli import window
from app.cli.ask import asked
from app.cli.parser import parse
from app.parent import watch


def main() -> int:
    asked(parse(["--training"]))
    window.has_screen()
    return watch([sys.executable, "-m", "ui.bench.till", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
