"""The computer's own keyring, kept at arm's length: in a thread with a time limit, and never a plain-text one.

A keyring may hang for ever (a daemon without a screen to prompt on), and ``keyrings.alt`` stores plain text without a
word. What is put in is 44 characters; Windows takes at most 1,280 (jaraco/keyring #355).
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Protocol, TypeVar, cast

from app.secrets.errors import VaultError

SERVICE: Final = "mashou"
# A healthy keyring answers in some 20 ms; one that waits for its owner's password is not waited for longer than this.
LIMIT_S: Final = 5.0
# Those that encrypt, each by its system's own means; whatever else is installed is refused (reliability.md §4.2).
TRUSTED: Final = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "Windows", "macOS")
)

T = TypeVar("T")


class KeyStore(Protocol):
    """A place for one short text per name. Raises VaultError (keyring.*)."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, text: str) -> None: ...


class Backend(Protocol):
    """What is used of a ``keyring.backend.KeyringBackend``."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


class SystemKeyring:
    """``keyring``'s choice for this computer. Imported at the first use: it loads its back ends, 64 ms."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s

    def get(self, name: str) -> str | None:
        return within(self._limit_s, lambda: trusted_backend().get_password(SERVICE, name))

    def put(self, name: str, text: str) -> None:
        within(self._limit_s, lambda: trusted_backend().set_password(SERVICE, name, text))


def trusted_backend() -> Backend:
    """The back end in use. Raises VaultError ``keyring.none.say`` or ``keyring.plain.say``."""
    import keyring  # noqa: PLC0415 - late, see SystemKeyring
    from keyring.backends import chainer, fail  # noqa: PLC0415 - the same

    chosen = keyring.get_keyring()
    # A chain falls through to its next link, which may be a plain-text one: take the best link by itself.
    links = list(chosen.backends) if isinstance(chosen, chainer.ChainerBackend) else [chosen]
    for link in links:
        if type(link).__module__ in TRUSTED:
            return cast("Backend", link)
    if not links or isinstance(chosen, fail.Keyring):
        raise VaultError("keyring.none.say", "this system has no keyring")
    raise VaultError("keyring.plain.say", f"the keyring {type(chosen).__module__} is not trusted to encrypt")


def within(seconds: float, act: Callable[[], T]) -> T:
    """``act`` in a thread of its own. Raises VaultError when it takes longer or fails; a hung one is left behind."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as error:  # noqa: BLE001 - back ends raise whatever their service raised; told below
            done.set_exception(error)

    threading.Thread(target=run, name="mashou-keyring", daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError:
        why = f"the keyring did not answer within {seconds:g} s"
        raise VaultError("keyring.slow.say", why, (("n", f"{seconds:g}"),)) from None
    except VaultError:
        raise
    except Exception as error:
        raise _told(error) from error


def _told(error: Exception) -> VaultError:
    from keyring import errors  # noqa: PLC0415 - late, see SystemKeyring

    if isinstance(error, errors.NoKeyringError):
        return VaultError("keyring.none.say", "this system has no keyring")
    return VaultError("keyring.locked.say", f"the keyring cannot be opened: {type(error).__name__}")
