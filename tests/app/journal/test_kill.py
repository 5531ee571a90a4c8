"""``kill -9`` of a writing process: every entry it told anyone about is there, and a sound chain behind it."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.journal.api import Entry
from app.journal.errors import JournalForeign, JournalMissing, JournalTaken
from app.journal.reader import open_reader
from app.journal.verify import verify
from app.journal.writer import Journal, open_writer

from .conftest import KEY

KILLS = 20

CHILD = """
import os, sys
from pathlib import Path
from app.journal.api import Entry, SaleLine
from app.journal.writer import open_writer
journal = open_writer(Path(sys.argv[1]), b"k" * 32, training=True, now_ms=1, entropy=os.urandom, ballast_bytes=0)
while True:
    n = journal.next_number()
    sale = SaleLine(f"7{n:023d}", n, f"p{n}", "wechat", 1, "INTENT", n % 3 == 0, 0, "2026-11-22", n, "m")
    for entry in (Entry("a", n, {"n": n}, sale), Entry("b", n, {"pad": "x" * (n % 900)})):
        print(journal.append(entry).seq, flush=True)
"""

# Makes a journal in folder after folder, killed before its 1st, 2nd, 3rd … step on the disk, until one is finished.
MAKER = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from upgrade_killed import Disk, Plug
from app.journal.writer import open_writer
status, n = -1, 0
while status != 0:
    n += 1
    folder = Path(sys.argv[1]) / str(n)
    folder.mkdir()
    pid = os.fork()
    if pid == 0:
        disk = Disk(Plug(n))
        path = folder / "journal.db"
        open_writer(path, b"k" * 32, training=True, now_ms=1, entropy=os.urandom, ballast_bytes=0)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
"""


def writing(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True)


def test_what_was_acknowledged_survives_kill_nine(path: Path, opened: Callable[..., Journal]) -> None:
    chance = random.Random(20261122)
    told = 0
    for _ in range(KILLS):
        with writing(path) as child:
            assert child.stdout is not None
            for _ in range(chance.randrange(1, 40)):
                told = int(child.stdout.readline())
            child.kill()
            rest = child.stdout.read().splitlines()
            told = int(rest[-1]) if rest and rest[-1].isdigit() else told
        verdict = verify(path, KEY)
        assert verdict.is_sound
        assert verdict.entries >= told
    journal = opened()
    assert journal.head().seq >= told
    assert all(int(str(kept.body["n"])) % 3 == 0 for kept in journal.open_sales())


def test_two_processes_never_write_one_journal(
    path: Path, opened: Callable[..., Journal], entry: Callable[..., Entry]
) -> None:
    with writing(path) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(JournalTaken):
            opened()
        child.kill()
        child.stdout.read()
    opened().append(entry(100_000))


def test_a_making_that_was_cut_off_is_no_journal_to_a_reader_and_begins_anew(tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    subprocess.run([sys.executable, "-c", MAKER, str(tmp_path), here], check=True, timeout=60)
    unborn: list[str] = []
    made = sorted(tmp_path.iterdir(), key=lambda folder: int(folder.name))
    for folder in made:
        path = folder / "journal.db"
        try:
            open_reader(path).close()
        except (JournalMissing, JournalForeign) as error:
            unborn.append(error.key)
        open_writer(path, KEY, training=True, now_ms=2, entropy=os.urandom, ballast_bytes=0).close()
        assert verify(path, KEY).is_sound
    assert len(made) > 20
    assert 0 < len(unborn) < len(made)
    assert set(unborn) == {"journal.gone.say"}
