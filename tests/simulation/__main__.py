"""``python -m simulation PART``: years at the till."""

import sys

from simulation import command, hunt, nth

PARTS = {"nth": nth.main, "mutants": hunt.main, "until-broken": hunt.until_broken}

if __name__ == "__main__":
    part = PARTS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    raise SystemExit(command.main() if part is None else part(sys.argv[2:]))
