"""Where the roster lies, and how it is told that it is gone, altered or an older one.

Three places know the revision: the file itself, the newest entry about people in the journal, and the vault. They are
written in this order, so after a crash the file is at most ahead. A file behind either of the others was put back; a
file that is missing while either of them knows of one was deleted. Neither ever becomes "nobody works here yet".
"""

import logging
from pathlib import Path
from typing import Final

from app.durable import sync_folder
from app.secrets import Secrets, VaultError
from app.settings.file import write_whole
from app.staff.roster import LARGEST_FILE, BadRosterError, Roster, read, written

FILE: Final = "staff.json"
REVISION: Final = "staff.revision"  # its name in the vault

_log: Final = logging.getLogger("mashou.staff")


class Shelf:
    """The roster of one data folder. Every method blocks on the disk; none is called on the loop but ``known``."""

    def __init__(self, folder: Path, secrets: Secrets, key: bytes) -> None:
        self._path = folder / FILE
        self._secrets = secrets
        self._key = key

    @property
    def known(self) -> int:
        """The revision the vault knows of; 0: there never was a roster."""
        held = self._secrets.get(REVISION)
        return 0 if held is None else int(held.reveal())

    def load(self, journalled: int) -> Roster:
        """The roster; an empty one where there never was any. ``journalled``: the revision the journal knows of.

        Raises BadRosterError: staff.gone.say, staff.older.say, staff.altered.say, staff.newer.say, staff.disk.say.
        """
        expected = max(journalled, self.known)
        try:
            with self._path.open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            if expected:
                raise BadRosterError("staff.gone.say") from None
            return Roster()
        except OSError as error:
            raise BadRosterError("staff.disk.say") from error
        roster = read(data, self._key)
        if roster.revision < expected:
            raise BadRosterError("staff.older.say")
        return roster

    def save(self, roster: Roster) -> None:
        """When this returns, ``roster`` survives a power cut. Raises BadRosterError ``staff.disk.say``."""
        try:
            write_whole(self._path, written(roster, self._key))
            sync_folder(self._path.parent)
        except OSError as error:
            raise BadRosterError("staff.disk.say") from error

    def remember(self, revision: int) -> None:
        """Let the vault know. That it cannot is told in the log: the journal knows, and the next start tries again."""
        if revision <= self.known:
            return
        try:
            self._secrets.keep(REVISION, str(revision))
        except VaultError:
            _log.warning("the vault does not take the roster's revision", exc_info=True)
