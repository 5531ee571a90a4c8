"""``mashou may-update``: whether this till may be exchanged for another version now. Installers ask; it only reads."""

from pathlib import Path

from app import words
from app.cli.exits import Exit, Refused
from app.journal.errors import JournalError, JournalTaken
from app.journal.lock import WriterLock
from app.journal.reader import open_reader
from app.settings import DataFolder


def may_update(folder: Path, language: str) -> Exit:
    """Say it in one sentence. PAID: yes; OPEN: sales are open; PERSON: a till runs here and is to be closed first.

    A till that runs loads parts of itself until its last minute, so its files stay as long as it does. Raises Refused.
    """
    place = DataFolder(folder)
    if not place.journal.exists():
        print(words.say("cli.update.yes", language))
        return Exit.PAID
    if n := _open_sales(place.journal):
        print(words.say("cli.update.open", language, n=n))
        return Exit.OPEN
    if _runs(place.journal):
        print(words.say("cli.update.runs", language))
        return Exit.PERSON
    print(words.say("cli.update.yes", language))
    return Exit.PAID


def _open_sales(journal: Path) -> int:
    try:
        reader = open_reader(journal)
        try:
            return len(reader.open_sales())
        finally:
            reader.close()
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _runs(journal: Path) -> bool:
    try:
        WriterLock(journal.with_name(journal.name + ".lock")).release()
    except JournalTaken:
        return True
    return False
