"""A wrapping key made from what a person knows."""

import os
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.secrets.errors import VaultError
from app.secrets.sealed import WRAPPING_BYTES

VARIABLE: Final = "MASHOU_PASSPHRASE_FILE"
# OWASP's password storage sheet (2^17, 8, 1): 128 MB and about half a second, once per start.
SCRYPT_N: Final = 2**17
SCRYPT_R: Final = 8
SCRYPT_P: Final = 1

Prompt = Callable[[], str]


def ask(prompt: Prompt | None, environ: Mapping[str, str] = os.environ) -> str:
    """The passphrase from the file the environment names, else from ``prompt``. Raises VaultError passphrase.*."""
    named = environ.get(VARIABLE, "")
    if named:
        try:
            text = Path(named).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise VaultError("passphrase.file.say", f"{VARIABLE} names a file that cannot be read") from error
    elif prompt is not None:
        text = prompt()
    else:
        raise VaultError("passphrase.none.say", "the keys need a passphrase and there is nobody to ask")
    if not text:
        raise VaultError("passphrase.empty.say", "the passphrase is empty")
    return text


def choose(prompt: Prompt | None, environ: Mapping[str, str] = os.environ) -> str:
    """As ``ask``, when keys are first sealed: a person types it twice, since a slip would lock them for good."""
    text = ask(prompt, environ)
    if prompt is not None and not environ.get(VARIABLE) and prompt() != text:
        raise VaultError("passphrase.differ.say", "the passphrase was typed in two ways")
    return text


def is_offered(prompt: Prompt | None, environ: Mapping[str, str] = os.environ) -> bool:
    return prompt is not None or bool(environ.get(VARIABLE))


def derive(passphrase: str, salt: bytes) -> bytes:
    """32 bytes. The text is taken in its composed form, however the keyboard sent it."""
    text = unicodedata.normalize("NFC", passphrase)
    return Scrypt(salt=salt, length=WRAPPING_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(text.encode())
