"""Why the keys cannot be had. Never holds a key, a passphrase or anything read from a sealed file."""


class VaultError(Exception):
    """``key`` is the words key of the sentence a person gets, ``values`` fill it."""

    def __init__(self, key: str, why: str, values: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(why)
        self.key = key
        self.values = values
