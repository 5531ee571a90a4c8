"""Which computer this is, as its system names itself: a journal that was carried to another is noticed by it."""

import hashlib
import sys
from pathlib import Path
from typing import Final

DOMAIN: Final = b"mashou.machine.1\0"  # the name itself is nobody's business; its hash in our own domain serves
CHARACTERS: Final = 16
MACHINE_ID: Final = Path("/etc/machine-id")
WINDOWS_KEY: Final = r"SOFTWARE\Microsoft\Cryptography"


def machine_name() -> str:
    """Sixteen characters that stand for this installation of its system, "" where it has no name."""
    named = _named()
    return hashlib.sha256(DOMAIN + named.encode()).hexdigest()[:CHARACTERS] if named else ""


def _named() -> str:
    try:
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - there only

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, WINDOWS_KEY) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        return MACHINE_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
