"""Public keys of this merchant's tills, one PEM file each in the data folder: what a signature may be checked with."""

import os
import re
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.office.signing import NotAKey, key_id, public_pem, read_public

FOLDER: Final = "tills"  # reconciliation reads the same folder
ENDING: Final = ".pem"
LARGEST_KEY: Final = 4_096  # bytes; such a file has 113
_TILL: Final = re.compile(r"[0-9]{4}", re.ASCII)


def registered(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Every key registered in the data folder ``folder``, by id; a file that is none is passed over. Raises OSError."""
    found = {}
    place = folder / FOLDER
    for path in sorted(place.glob(f"*{ENDING}")) if place.is_dir() else ():
        try:
            key = read_key(path)
        except NotAKey:
            continue
        found[key_id(key)] = key
    return found


def register(folder: Path, till: str, key: Ed25519PublicKey) -> Path:
    """Believe what till ``till`` (four digits) signs with ``key``. Its older keys stay: their files are still checked.

    Raises ValueError for another name of a till, OSError.
    """
    if not _TILL.fullmatch(till):
        raise ValueError("a till is four digits")
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    path = place / f"{till}-{key_id(key)}{ENDING}"
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(public_pem(key))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


def read_key(path: Path) -> Ed25519PublicKey:
    """Raises ``NotAKey``, OSError."""
    with path.open("rb") as file:
        return read_public(file.read(LARGEST_KEY))
