"""``python -m ui.bench.launch FOLDER SALES``: what an everyday ``mashou`` does, with the bench's till as its child."""

import sys

from app.parent import has_screen, watch


def main() -> int:
    has_screen()
    return watch([sys.executable, "-m", "ui.bench.till", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
