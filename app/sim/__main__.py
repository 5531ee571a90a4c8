"""``python -m app.sim`` is ``mashou sim``, without the rest of the program."""

import argparse
import sys

from app.sim.command import add_parser, run


def main() -> int:
    """Parse ``python -m app.sim ...`` as if it began with ``sim``."""
    parser = argparse.ArgumentParser(prog="mashou")
    add_parser(parser.add_subparsers(required=True))
    return run(parser.parse_args(["sim", *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
