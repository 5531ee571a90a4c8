"""``mashou setup``: takes a merchant's keys into a data folder."""

from pathlib import Path

from app import words
from app.cli.exits import Exit, Refused
from app.cli.noting import note
from app.secrets import Vault, VaultError
from app.secrets.passphrase import Prompt
from app.settings import ClientError, Settings, take_client
from app.settings.model import ACCOUNT
from app.setup.taking import CannotSetUp, take_in


def set_up(folder: Path, client_file: Path, language: str, prompt: Prompt | None) -> Exit:
    """Seal the keys of ``client_file`` and write the settings; the same file twice changes nothing.

    Raises Refused: a file that cannot be used, a journal in use or with sales that only the present keys can settle.
    """
    try:
        client = take_client(client_file)
        change = take_in(folder, client, prompt)
        where = Vault.where(folder)
    except ClientError as error:
        raise Refused(error.key, name=error.name) from None
    except CannotSetUp as refusal:
        raise Refused(refusal.fault.key, **dict(refusal.fault.values)) from None
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None
    if change is not None:
        note(folder, change)
    _tell(client.settings, where, language, changed=change is not None)
    return Exit.PAID


def _tell(settings: Settings, where: str, language: str, *, changed: bool) -> None:
    if not changed:
        print(words.say("cli.setup.same", language))
    joint = "、" if language == "zh" else ", "
    held = dict.fromkeys(name.partition("_")[0] for name in ACCOUNT if getattr(settings, name) is not None)
    channels = joint.join(words.tell(f"name.{name}", language) for name in held)
    print(words.say("cli.setup.done", language, channels=channels))
    print(words.say(where, language))
