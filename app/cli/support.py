"""``mashou support``: the support bundle, listed file by file before it is written."""

from pathlib import Path

from app import words
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.secrets import Secrets, Vault, VaultError
from app.setup.support import collect, packed, write
from app.till.clock import Clock


def bundle(ask: Ask, out: Path) -> Exit:
    """Write the bundle to ``out``, which must not exist. Works beside the window. Raises Refused."""
    if out.exists():
        raise Refused("hp.exists", name=out.name)
    parts = collect(ask.folder, Clock().channel_ms(), secrets=_secrets(ask), prompt=ask.prompt)
    for part in parts:
        print(f"{len(part.text.encode()):>9}  {part.name}", flush=True)
    fault = write(parts, out)
    if fault is not None:
        raise Refused(fault.key, **dict(fault.values))
    print(words.say("hp.written", ask.language, name=str(out), n=len(packed(parts))))
    return Exit.PAID


def _secrets(ask: Ask) -> Secrets | None:
    """To check the seals, and to strike out any key that should ever stand in a text; the bundle is made without."""
    try:
        return Vault.unlock(ask.folder, prompt=ask.prompt)
    except VaultError:
        return None
