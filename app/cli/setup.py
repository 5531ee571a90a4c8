"""``mashou setup``: takes a merchant's keys into a data folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app import words
from app.cli.exits import Exit, Refused
from app.journal.errors import JournalBroken, JournalError, JournalTaken
from app.journal.lock import WriterLock
from app.journal.reader import open_reader
from app.secrets import Vault, VaultError
from app.secrets.passphrase import Prompt
from app.settings import (
    Client,
    ClientError,
    DataFolder,
    Loaded,
    Settings,
    SettingsError,
    keep_place,
    load,
    save,
    take_client,
)
from app.settings.model import ACCOUNT


def set_up(folder: Path, client_file: Path, language: str, prompt: Prompt | None) -> Exit:
    """Seal the keys of ``client_file`` and write the settings; the same file twice changes nothing.

    Raises Refused: a file that cannot be used, a journal in use or with sales that only the present keys can settle.
    """
    try:
        client = take_client(client_file)
    except ClientError as error:
        raise Refused(error.key, name=error.name) from None
    place = DataFolder(folder)
    try:
        place.make()
        with _alone(place):
            changed = _take_in(place, client, prompt)
        where = Vault.where(folder)
    except OSError:
        raise Refused("cli.folder", path=str(folder)) from None
    except (VaultError, JournalError) as error:
        raise Refused(error.key, **dict(error.values)) from None
    _tell(client.settings, where, language, changed=changed)
    return Exit.PAID


def _take_in(place: DataFolder, client: Client, prompt: Prompt | None) -> bool:
    found = _present(place)
    before = None if found is None else found.settings
    held: Mapping[str, str] | None = None
    if place.keys.exists():
        held = {name: secret.reveal() for name, secret in Vault.unlock(place.path, prompt=prompt).items()}
    elif place.journal.exists():
        raise Refused("cli.setup.orphan")
    settings = _merged(before, client.settings)
    same_keys = held is not None and all(held.get(name) == text for name, text in client.secrets.items())
    if same_keys and found is not None and found.trouble is None and settings == before:
        return False
    # A shop may mend its keys while sales are open (design §7.6); another simulator keeps other accounts.
    if held is not None and not (_same_shop(before, settings) and (same_keys or not settings.simulator)):
        _nothing_open(place)
    Vault.create(place.path, client.secrets, simulator=client.settings.simulator, prompt=prompt)
    save(place.path, settings)
    return True


def _present(place: DataFolder) -> Loaded | None:
    try:
        return load(place.path)
    except SettingsError:
        return None


def _merged(before: Settings | None, taken: Settings) -> Settings:
    """The merchant's facts are new; who stands where, and with which devices, stays."""
    return taken if before is None else keep_place(before, taken)


def _same_shop(before: Settings | None, after: Settings) -> bool:
    """Whether open sales can still be settled: the same accounts, wherever they are reached."""
    if before is None:
        return False

    def accounts(settings: Settings) -> dict[str, list[object]]:
        held = {name: getattr(settings, name) for name in ACCOUNT}
        return {n: [getattr(one, account) for account in ACCOUNT[n]] for n, one in held.items() if one is not None}

    return accounts(before) == accounts(after)


def _nothing_open(place: DataFolder) -> None:
    if not place.journal.exists():
        return
    reader = open_reader(place.journal)
    try:
        count = len(reader.open_sales())
    finally:
        reader.close()
    if count:
        raise Refused("cli.setup.open", n=count)


@contextmanager
def _alone(place: DataFolder) -> Iterator[None]:
    """Nobody sells from this folder meanwhile."""
    try:
        lock = WriterLock(place.journal.with_name(place.journal.name + ".lock"))
    except JournalTaken:
        raise Refused("cli.taken") from None
    except JournalBroken:
        raise Refused("cli.folder", path=str(place.path)) from None
    try:
        yield
    finally:
        lock.release()


def _tell(settings: Settings, where: str, language: str, *, changed: bool) -> None:
    if not changed:
        print(words.say("cli.setup.same", language))
    joint = "、" if language == "zh" else ", "
    held = dict.fromkeys(name.partition("_")[0] for name in ACCOUNT if getattr(settings, name) is not None)
    channels = joint.join(words.say(f"name.{name}", language) for name in held)
    print(words.say("cli.setup.done", language, channels=channels))
    print(words.say(where, language))
