"""``python -m app`` is ``mashou``.

The everyday start, a window and nothing else, does not wait for the command line: its process only watches.
"""

import sys

from app import parent


def main() -> int:
    argv = sys.argv[1:]
    if parent.only_watches(argv):
        return parent.watch([*parent.program(), *argv])
    from app.cli.main import run  # noqa: PLC0415 - a quarter of the way to a painted window

    return run(argv)


if __name__ == "__main__":
    sys.exit(main())
