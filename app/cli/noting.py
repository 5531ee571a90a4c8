"""What a command changed in the settings stands in the journal, as the window's changes do.

Where the journal cannot be opened just then (the window has it, its keys ask for a passphrase, there is none yet) the
change stands without an entry: the settings' page tells by a digest that they were changed outside the window.
"""

import logging
from pathlib import Path
from secrets import token_bytes
from typing import Final

from app.journal.errors import JournalError
from app.journal.writer import open_writer
from app.secrets import Vault, VaultError
from app.settings import DataFolder
from app.setup.diary import Change, by_command
from app.till.clock import Clock

_log: Final = logging.getLogger(__name__)


def note(folder: Path, change: Change) -> None:
    """After ``change`` was saved. Nobody is asked for anything, and nothing is raised for want of a journal."""
    place, now_ms = DataFolder(folder), Clock().channel_ms()
    entry = by_command(change, now_ms)
    if entry is None or not place.journal.exists():
        return
    try:
        mac_key = Vault.unlock(folder, prompt=None).mac_key
        training = change.after.simulator
        journal = open_writer(place.journal, mac_key, training=training, now_ms=now_ms, entropy=token_bytes)
        try:
            journal.append(entry)
        finally:
            journal.close()
    except (VaultError, JournalError) as error:
        _log.info("a change of the settings stands without an entry: %s", error.key)
