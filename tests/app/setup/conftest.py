"""A folder that nobody set up yet, a merchant's keys as files, and no keyring."""

import asyncio
import json
import random

import pytest

from app.setup.drafts import Draft
from app.setup.room import SetupRoom
from app.sim.client_file import client_record
from app.sim.keys import load_or_make

NOW = 1_795_000_000_000
PASSPHRASE = "correct horse battery staple"
WECHAT = {"appid": "wx0123456789abcdef", "mch_id": "1900000109", "api_v2_key": "k" * 32}


class Keyring:
    """A computer's keyring that lives as long as the test; a developer's own is never a test's."""

    held: dict[str, str] = {}  # noqa: RUF012 - one keyring for one computer

    def get(self, name):
        return self.held.get(name)

    def put(self, name, text):
        self.held[name] = text


@pytest.fixture(autouse=True)
def keyring(monkeypatch):
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", Keyring)
    monkeypatch.delenv("MASHOU_PASSPHRASE_FILE", raising=False)


@pytest.fixture(scope="session")
def document(tmp_path_factory):
    """A client file's fields, as the simulator writes them."""
    keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(5))
    return json.loads(json.dumps(client_record(keys, 8443, 1)))


@pytest.fixture
def files(tmp_path, document):
    """Each PEM of the document as a file: ``files("wechat", "client_key_pem")``."""

    def write(section, name):
        path = tmp_path / f"{section}-{name}.pem"
        path.write_text(document[section][name], encoding="ascii")
        return path

    return write


@pytest.fixture
def wechat(files, document):
    """A good draft of WeChat V2."""
    held = document["wechat"]
    texts = {name: held[name] for name in ("appid", "mch_id", "api_v2_key")}
    return Draft("wechat", texts, {name: files("wechat", name) for name in ("client_key_pem", "client_cert_pem")})


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "till"


@pytest.fixture
def room(folder):
    return SetupRoom(folder, lambda: NOW, prompt=lambda: PASSPHRASE)


def run(coro):
    return asyncio.run(coro)
