"""Whether an exported file is what a till signed. Needs the file, its signature and public keys; no data folder."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.office.export import SIGNATURE
from app.office.signing import LARGEST_DOCUMENT, Checked, check


class CannotVerify(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """The file or its signature cannot be read; ``key`` is ``vf.nosig`` or ``vf.nofile``."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__(key)
        self.key = key
        self.name = name


def verify_export(path: Path, keys: Mapping[str, Ed25519PublicKey]) -> Checked:
    """Check ``path`` by the signature beside it. Reads in flat memory. Raises ``CannotVerify``."""
    beside = path.with_name(path.name + SIGNATURE)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotVerify("vf.nofile", path.name) from error
    try:
        with beside.open("rb") as file:
            document = file.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise CannotVerify("vf.nosig", beside.name) from error
    return check(document, digest, keys)
