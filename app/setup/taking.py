"""A merchant's keys into a data folder: sealed, beside settings that speak of them, and never over open sales."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import words
from app.journal.errors import JournalBroken, JournalError, JournalTaken
from app.journal.lock import WriterLock
from app.journal.reader import open_reader
from app.secrets import Vault, VaultError
from app.secrets.passphrase import Prompt
from app.secrets.values import KEPT
from app.settings import Client, DataFolder, Loaded, Settings, SettingsError, keep_place, load, save
from app.settings.model import ACCOUNT
from app.setup.diary import Change, renewed

Value = str | int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something was not taken: ``key`` is a words key; ``field`` the setting to blame, ``section.name`` or "".

    A value named ``channel`` is the channel's name key.
    """

    key: str
    values: tuple[tuple[str, Value], ...] = ()
    field: str = ""

    def say(self, language: str) -> str:
        told = {name: self._named(name, value, language) for name, value in self.values}
        return words.tell(self.key, language, told)

    @staticmethod
    def _named(name: str, value: Value, language: str) -> Value:
        return words.tell(f"name.{value}", language) if name == "channel" else value


class CannotSetUp(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """Nothing was changed."""

    def __init__(self, key: str, field: str = "", **values: Value) -> None:
        super().__init__(key, field)
        self.fault = Fault(key, tuple(values.items()), field)


def take_in(folder: Path, client: Client, prompt: Prompt | None) -> Change | None:
    """Seal the keys of ``client`` and write its settings; None: both were the same already.

    Raises CannotSetUp: a journal in use, sales that only the present keys can settle, a folder nobody can use.
    """
    place = DataFolder(folder)
    try:
        place.make()
        with alone(place):
            return _take_in(place, client, prompt)
    except OSError:
        raise CannotSetUp("cli.folder", path=str(folder)) from None
    except (VaultError, JournalError) as error:
        raise CannotSetUp(error.key, "", **dict(error.values)) from None


def _take_in(place: DataFolder, client: Client, prompt: Prompt | None) -> Change | None:
    found = present(place)
    before = None if found is None else found.settings
    held: Mapping[str, str] | None = None
    if place.keys.exists():
        held = {name: secret.reveal() for name, secret in Vault.unlock(place.path, prompt=prompt).items()}
    elif place.journal.exists():
        raise CannotSetUp("cli.setup.orphan")
    settings = client.settings if before is None else keep_place(before, client.settings)
    same_keys = held is not None and all(held.get(name) == text for name, text in client.secrets.items())
    if same_keys and found is not None and found.trouble is None and settings == before:
        return None
    # A shop may mend its keys while sales are open (design §7.6); another simulator keeps other accounts.
    if held is not None and not (same_shop(before, settings) and (same_keys or not settings.simulator)):
        nothing_open(place, "cli.setup.open")
    Vault.create(place.path, client.secrets, simulator=client.settings.simulator, prompt=prompt)
    save(place.path, settings)
    merchant = {name: text for name, text in (held or {}).items() if not name.startswith(KEPT)}
    return Change(before or Settings(), settings, renewed(merchant, client.secrets))


def present(place: DataFolder) -> Loaded | None:
    try:
        return load(place.path)
    except SettingsError:
        return None


def same_shop(before: Settings | None, after: Settings) -> bool:
    """Whether open sales can still be settled: the same accounts, wherever they are reached."""
    return before is not None and _accounts(before) == _accounts(after)


def keeps_accounts(before: Settings, after: Settings) -> bool:
    """Whether every account of ``before`` is still there; others may have come."""
    after_them = _accounts(after)
    return all(after_them.get(name) == account for name, account in _accounts(before).items())


def _accounts(settings: Settings) -> dict[str, list[object]]:
    held = {name: getattr(settings, name) for name in ACCOUNT}
    return {n: [getattr(one, account) for account in ACCOUNT[n]] for n, one in held.items() if one is not None}


def nothing_open(place: DataFolder, key: str) -> None:
    """Raises CannotSetUp ``key`` with their number while sales are open; JournalError."""
    if not place.journal.exists():
        return
    reader = open_reader(place.journal)
    try:
        count = len(reader.open_sales())
    finally:
        reader.close()
    if count:
        raise CannotSetUp(key, n=count)


@contextmanager
def alone(place: DataFolder) -> Iterator[None]:
    """Nobody sells from this folder meanwhile. Raises CannotSetUp ``cli.taken``."""
    try:
        lock = WriterLock(place.journal.with_name(place.journal.name + ".lock"))
    except JournalTaken:
        raise CannotSetUp("cli.taken") from None
    except JournalBroken:
        raise CannotSetUp("cli.folder", path=str(place.path)) from None
    try:
        yield
    finally:
        lock.release()
