"""Secrets in memory: they show themselves only to ``reveal``."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

MAC_KEY: Final = "journal.mac_key"
CODE_MARK_KEY: Final = "journal.code_mark_key"
KEPT: Final = ("journal.", "staff.")  # what begins so was made here: it stays when a merchant's keys are taken in anew

Keep = Callable[[Mapping[str, str]], None]


class Secret:
    """One key, as text (a PEM, an API key, hex). Its repr, its str and its comparison tell nothing."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key itself, for the one who signs with it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled or copied to disk")


class Secrets(Mapping[str, Secret]):
    """Everything a data folder keeps sealed, by ``channel.field`` (see ``app.settings.client``)."""

    __slots__ = ("_held", "_keep", "simulator")

    def __init__(self, held: Mapping[str, str], *, simulator: bool, keep: Keep | None = None) -> None:
        self._held = {name: Secret(text) for name, text in held.items()}
        self._keep = keep
        self.simulator = simulator

    def keep(self, name: str, text: str) -> None:
        """Seal ``text`` beside the others, durably; ``name`` begins with one of ``KEPT``. Blocks on the disk.

        Only for whoever holds the journal's lock: the file has one writer. Raises VaultError ``keys.disk.say``.
        """
        if not name.startswith(KEPT):
            raise ValueError("a merchant's keys come from setup alone")
        held = {one: secret.reveal() for one, secret in self._held.items()} | {name: text}
        if self._keep is not None:
            self._keep(held)
        self._held[name] = Secret(text)

    def renew(self, merchant: Mapping[str, str]) -> None:
        """Seal a merchant's keys anew in place of those before; what is ``KEPT`` stays. Blocks on the disk.

        What was opened with the old ones keeps them until it is opened again. Only for whoever holds the journal's
        lock. Raises VaultError ``keys.disk.say``; the old ones are then still there.
        """
        kept = {name: secret.reveal() for name, secret in self._held.items() if name.startswith(KEPT)}
        held = {**merchant, **kept}
        if self._keep is not None:
            self._keep(held)
        self._held = {name: Secret(text) for name, text in held.items()}

    @property
    def mac_key(self) -> bytes:
        """32 bytes, for the journal's seals."""
        return bytes.fromhex(self._held[MAC_KEY].reveal())

    @property
    def code_mark_key(self) -> bytes:
        """32 bytes, for the keyed hash that stands for a payment code."""
        return bytes.fromhex(self._held[CODE_MARK_KEY].reveal())

    def __getitem__(self, name: str) -> Secret:
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._held))})"
