"""``python -m simulation``: years at the till."""

from simulation.command import main

if __name__ == "__main__":
    raise SystemExit(main())
