"""The other tills of the shop: public keys a manager has registered, and the day logs that were taken in from them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.office.export import SIGNATURE
from app.office.recon.bills import WrongFile, digest
from app.office.recon.day import OtherLog
from app.office.recon.other_log import read_day_log
from app.office.recon.shelf import copied
from app.office.recon.window import beside
from app.office.signing import LARGEST_DOCUMENT, About, NotAKey, check, key_id, read_public

KEY_MOST: Final = 16_384  # bytes of a key file
PEM: Final = ".pem"


class OtherTills:
    """The folder ``tills``: a key each, ``KEYID.pem``, and ``TERMINAL-FIRST-LAST-HASH.csv`` with its signature."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def register(self, path: Path) -> str:
        """Believe the till of this public key from now on; its short name. Raises WrongFile, OSError."""
        with path.open("rb") as file:
            pem = file.read(KEY_MOST)
        try:
            named = key_id(read_public(pem))
        except NotAKey:
            raise WrongFile("file.key", path=path.name) from None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copied(path, self._folder / f"{named}{PEM}")
        return named

    def keys(self) -> Mapping[str, Ed25519PublicKey]:
        """By id. A file that is no key is passed over."""
        found = {}
        for path in sorted(self._folder.glob(f"*{PEM}")):
            try:
                key = read_public(path.read_bytes())
            except (NotAKey, OSError):
                continue
            found[key_id(key)] = key
        return found

    def take(self, path: Path) -> About:
        """Keep a signed day log. Raises WrongFile where nobody registered signed it, OSError."""
        signature = path.with_name(path.name + SIGNATURE)
        with signature.open("rb") as file:
            document = file.read(LARGEST_DOCUMENT + 1)
        sha256 = digest(path)
        checked = check(document, sha256, self.keys())
        if checked.flaw is not None or checked.about is None:
            why = "vf.badsig" if checked.flaw is None else checked.flaw.value
            raise WrongFile("file.log", path=path.name, why=why, id=checked.key_id)
        about = checked.about
        kept = self._folder / f"{about.till}-{about.first_day}-{about.last_day}-{about.head_seq:010d}-{sha256[:12]}.csv"
        copied(signature, kept.with_name(kept.name + SIGNATURE))
        copied(path, kept)
        return about

    def log(self, day: str) -> OtherLog | None:
        """What is kept of ``day`` and its neighbours; of two exports of a day the later one counts.

        Raises WrongFile where a kept file was altered.
        """
        near = [beside(day, step) for step in (-1, 0, 1)]
        found = [path for path in self._folder.glob("*.csv") if any(one in _days(path) for one in near)]
        if not found:
            return None
        found.sort(key=lambda path: path.name.rsplit("-", 2)[1])  # by the journal's head
        return read_day_log(found, self.keys())


def _days(path: Path) -> tuple[str, ...]:
    """The days of a kept file, out of its name: first and last, both included."""
    parts = path.name.split("-")
    if len(parts) != 9:
        return ()
    first, last = "-".join(parts[1:4]), "-".join(parts[4:7])
    days = [first]
    while days[-1] < last and len(days) < 400:
        days.append(beside(days[-1], 1))
    return tuple(days)
