#!/bin/sh
# Everything that must hold, one command: walls, types, style, tests. Exactly what continuous integration runs.
#   sh packaging/test.sh                everything
#   sh packaging/test.sh tests/app/core only these tests (arguments go to pytest)
#   sh packaging/test.sh long soak [--till-years Y] [--seed N]   years at the simulated till (200 sales a day)
#   sh packaging/test.sh long replay SEED    one seed of it, with its timeline; long shrink SEED: as short as it gets
#   sh packaging/test.sh long nth       the plug at every point of told stories, and at every two of the core ones
#   sh packaging/test.sh long mutants   every sabotage of the till, until the simulation finds it
#   sh packaging/test.sh long kill9 [--kills N]   the real program, killed at random instants
#   sh packaging/test.sh long bills     bills of a million rows through every room
#   sh packaging/test.sh long powercut [--cuts N] [--seed S]   100,000 power cuts under the journal
#   sh packaging/test.sh long tamper [--rounds N] [--seed S]   a journal altered in every way, and each found
#   sh packaging/test.sh long office [--rows N]   day log, CSV and reconciliation over a million sales
#   sh packaging/test.sh long hostile   a million mutations of signed answers, shown to every room
#   sh packaging/test.sh long gallery --out DIR   every screen as a picture, with an index page, each looked over
#   sh packaging/test.sh long heartbeat [--minutes 10] [--pace 1]   how late the window answers while it sells
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh
prepare --group dev
if [ "${1:-}" = long ]; then
    case ${2:-} in
    bills | powercut | tamper | kill9 | office)
        part=$2
        shift 2
        exec env PYTHONPATH=.:tests .venv/bin/python -m "long.$part" "$@" ;;
    heartbeat)
        shift 2
        exec .venv/bin/python -m ui.bench.heartbeat "$@" ;;
    gallery)
        shift 2
        exec env PYTHONPATH=.:tests .venv/bin/python -m tests.ui.gallery "$@" ;;
    soak | replay | shrink | nth | mutants)
        shift
        exec env PYTHONPATH=.:tests .venv/bin/python -m simulation "$@" ;;
    esac
fi
if [ "${1:-}" = long ] && [ "${2:-}" = hostile ]; then
    # 100,000 rounds a room, each mutating at least three signed answers in four rooms: 1.2 million and more
    exec env MASHOU_HOSTILE=100000 .venv/bin/python -m pytest -q -n 2 --timeout 0 \
        -k mutated_answer tests/app/channels/*/test_hostile.py
fi
sh packaging/clients.sh
export QT_QPA_PLATFORM=offscreen
if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi
.venv/bin/ruff check .
.venv/bin/ruff format --check -q .
.venv/bin/mypy
exec .venv/bin/python -m pytest -q -n 2 --dist worksteal
