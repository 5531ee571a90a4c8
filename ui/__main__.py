"""``python -m ui FOLDER`` opens the window over a data folder; ``mashou`` is the usual way in."""

import sys
from pathlib import Path

from ui.main import run

if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), training="--training" in sys.argv[2:]))
