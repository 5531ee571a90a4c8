# ruff: noqa: N818 - they name what happened, as the design does; ``JournalError`` is the family
"""What can go wrong with a journal. ``key`` is the words key of the sentence a person gets."""


class JournalError(Exception):
    """Any of the below; ``values`` fill the sentence ``key``."""

    key = "journal.damaged.say"

    def __init__(self, why: str, *, key: str = "", values: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(why)
        self.key = key or type(self).key
        self.values = values


class JournalFull(JournalError):
    """No room on the disk. Nothing was written and the same append may be tried again."""

    key = "disk.full.say"


class JournalBusy(JournalFull):
    """Another program (antivirus, backup) holds the file. As with a full disk: nothing written, try again."""

    key = "journal.locked.say"


class JournalBroken(JournalError):
    """The file or the disk cannot be trusted any more; the process must end and start anew (design §4)."""

    key = "disk.error.say"


class JournalCramped(JournalBroken):
    """The disk is so full that the journal cannot be opened or brought up to date. Nothing is wrong with the file."""

    key = "disk.low.say"

    def __init__(self, why: str, free_mb: int = 0) -> None:
        super().__init__(why, values=(("size", f"{free_mb} MB"),))


class JournalTaken(JournalError):
    """Another process is the writer of this journal."""

    key = "app.two.say"


class JournalNewer(JournalError):
    """The file was written by a newer program; the message names both versions."""

    key = "journal.newer.say"


class JournalMissing(JournalError):
    """There is no file where one must be."""

    key = "journal.gone.say"


class JournalForeign(JournalError):
    """A sound file, but not this till's: training opened as real or the other way round."""

    key = "journal.copied.say"


class BadEntry(Exception):
    """The caller's mistake (a Bug): a float in a body, a sale whose fixed facts changed. Nothing was written."""
