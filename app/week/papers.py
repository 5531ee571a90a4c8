"""What a week leaves on paper: the channels' bills and the tills' signed day logs."""

from pathlib import Path
from typing import Final

from app.core.channel import Channel
from app.journal.reader import open_reader
from app.office.daylog import Query
from app.office.export import Export, Format, export
from app.office.export_table import Paper
from app.office.signing import export_key, public_pem
from app.secrets import Vault
from app.settings import DataFolder, load
from app.sim.desk import Desk
from app.sim.rules import day_begins

TILLS: Final = (1, 2)


def write_papers(folder: Path, days: tuple[str, ...], desk: Desk, now: float) -> None:
    """``now``: seconds since the epoch, after every day has its bill. Raises OSError."""
    _bills(folder / "bills", days, desk, now)
    for n in TILLS:
        _logs(folder / "logs", folder / f"till-{n}", n, days, int(now * 1000))


def _bills(folder: Path, days: tuple[str, ...], desk: Desk, now: float) -> None:
    folder.mkdir()
    for day in days:
        begins = day_begins(day)
        assert begins is not None
        for channel in Channel:
            made = desk.bill(channel, begins, now)
            if made is not None:
                (folder / made[0]).write_bytes(made[1])


def _logs(folder: Path, till: Path, number: int, days: tuple[str, ...], now_ms: int) -> None:
    """A file for each day on which the till sold or gave back anything."""
    folder.mkdir(exist_ok=True)
    place, key = DataFolder(till), export_key(Vault.unlock(till).mac_key)
    settings = load(till).settings
    (folder / f"till-{number}.pem").write_bytes(public_pem(key.public_key()))
    reader = open_reader(place.journal)
    head = reader.head()
    reader.close()
    for day in days:
        paper = Paper(settings.shop.name, settings.till.terminal, day, day, head.seq, head.digest, now_ms, True, "zh")
        target = folder / f"till-{number}-{day}.csv"
        wish = Export(Query(day, day), Format.CSV, target, paper, key)
        export(place.journal, wish, lambda: True)
