"""``python -m app`` is ``mashou``."""

import sys

from app.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
