"""The sealed keys of a data folder: ``Vault.create``, ``Vault.unlock``, ``Vault.where``.

Imported after the first paint: cryptography and, at its first use, keyring take their time to load.
"""

from app.secrets.errors import VaultError
from app.secrets.sealed import Place
from app.secrets.values import Secret, Secrets
from app.secrets.vault import Vault

__all__ = ["Place", "Secret", "Secrets", "Vault", "VaultError"]
