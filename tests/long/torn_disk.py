"""A disk that loses power: real files under a real SQLite, and only what was synced is sure to be there afterwards.

Between two syncs of a file, each sector written may be kept, lost or older than one written before it; a truncation may
be undone; a file that was made may vanish until it was synced once, one that was removed may come back until something
was synced after it (ext4 and NTFS journal their names so). Shared memory is gone.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SYSTEM = apsw.vfs_names()[0]
SECTORS = (512, 4096)


@dataclass
class Record:
    """One file: what is sure to be on the disk (None: not even its name), and what was done since."""

    durable: bytes | None
    pending: list[tuple[int, bytes] | int] = field(default_factory=list)  # a write at an offset, or a new size


class TornDisk(apsw.VFS):
    """An SQLite VFS named ``name``. After ``budget`` operations the power goes; ``restore`` is the next morning."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name, base=SYSTEM)
        self.name = name
        self.folder = folder
        self.files: dict[str, Record] = {}
        self.removed: dict[str, Record] = {}
        self.rng = random.Random(0)
        self.sector = SECTORS[0]
        self.budget = -1
        self.dead = False

    def begin(self, rng: random.Random) -> None:
        """An empty folder, and the chance that rules it."""
        for left in self.folder.iterdir():
            left.unlink()
        self.files, self.removed, self.rng = {}, {}, rng
        self.sector = rng.choice(SECTORS)

    def tick(self) -> bool:
        """Whether this operation is the one during which the power goes. Raises when it is gone."""
        if self.dead:
            raise apsw.IOError("the disk is dead")
        if self.budget == 0:
            self.dead = True
            return True
        self.budget -= 1
        return False

    def lose(self) -> None:
        raise apsw.IOError("the power went")

    def xOpen(self, name: Any, flags: list[int]) -> "TornFile":  # noqa: N802 - SQLite's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path not in self.files:
            there = Path(path)
            self.files[path] = Record(there.read_bytes() if there.exists() else None)
            if not there.exists() and self.tick():
                self.lose()
        return TornFile(self, self.files[path], name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802 - SQLite's name
        if self.tick():
            self.lose()
        record = self.files.pop(name, None)
        if record is not None and not sync:
            self.removed[name] = record
        super().xDelete(name, sync)

    def restore(self) -> None:
        """What the disk holds after the power came back."""
        for name, record in self.removed.items():
            if name not in self.files and self.rng.random() < 0.5:
                self.files[name] = record
        for left in self.folder.iterdir():
            left.unlink()
        for name, record in list(self.files.items()):
            if record.durable is None and self.rng.random() < 0.5:
                del self.files[name]
                continue
            image = self._image(record)
            Path(name).write_bytes(image)
            self.files[name] = Record(image)
        self.removed, self.dead, self.budget = {}, False, -1

    def _image(self, record: Record) -> bytes:
        image = bytearray(record.durable or b"")
        for change in record.pending:
            if isinstance(change, int):
                if self.rng.random() < 0.5:
                    del image[change:]
                    image.extend(bytes(change - len(image)))
                continue
            offset, data = change
            fate = self.rng.random()
            for start in range(0, len(data), self.sector):
                if fate < 0.3 or (fate < 0.7 and self.rng.random() < 0.5):
                    self._keep(image, offset + start, data[start : start + self.sector])
        return bytes(image)

    def _keep(self, image: bytearray, at: int, piece: bytes) -> None:
        gap = at + len(piece) - len(image)
        if gap > 0:
            image.extend(self.rng.randbytes(gap) if self.rng.random() < 0.3 else bytes(gap))
        image[at : at + len(piece)] = piece


class TornFile(apsw.VFSFile):
    def __init__(self, disk: TornDisk, record: Record, name: Any, flags: list[int]) -> None:
        self.disk = disk
        self.record = record
        super().__init__(SYSTEM, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        lost = self.disk.tick()
        self.record.pending.append((offset, bytes(data)))
        if lost:
            self.disk.lose()
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        lost = self.disk.tick()
        self.record.pending.append(size)
        if lost:
            self.disk.lose()
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        if self.disk.tick():
            self.disk.lose()
        image = bytearray(self.record.durable or b"")
        for change in self.record.pending:
            if isinstance(change, int):
                del image[change:]
                image.extend(bytes(change - len(image)))
            else:
                offset, data = change
                image.extend(bytes(max(0, offset + len(data) - len(image))))
                image[offset : offset + len(data)] = data
        self.record.durable, self.record.pending = bytes(image), []
        self.disk.removed.clear()
