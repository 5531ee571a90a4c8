import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.wechat_v3 import aead

DATA = json.loads((Path(__file__).parent.parent / "vectors" / "wechat_v3_aead.json").read_text("utf-8"))
JAVA, GO = DATA["vectors"]
(NEGATIVE,) = DATA["negative"]


class Hidden:
    def __init__(self, text):
        self.text = text

    def reveal(self):
        return self.text


@pytest.mark.parametrize("vector", [JAVA, GO], ids=lambda v: v["id"])
def test_the_sdks_vectors_decrypt(vector):
    key = AESGCM(vector["key_ascii"].encode())
    plain = aead.decrypt(key, vector["nonce"], vector["associated_data"], vector["ciphertext_b64"])
    assert plain == vector["plaintext_utf8"].encode()


@pytest.mark.parametrize("nonce", [*NEGATIVE["bad_nonces"], "uluk4a9R25R中", "uluk4a9R25RX"])
def test_a_bad_nonce_is_no_message(nonce):
    key = aead.cipher(Hidden(JAVA["key_ascii"]))
    assert aead.decrypt(key, nonce, JAVA["associated_data"], JAVA["ciphertext_b64"]) is None


@pytest.mark.parametrize("ciphertext", [*NEGATIVE["bad_ciphertexts"], "ü", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI", "\ud800"])
def test_a_bad_ciphertext_is_no_message(ciphertext):
    key = aead.cipher(Hidden(JAVA["key_ascii"]))
    assert aead.decrypt(key, JAVA["nonce"], JAVA["associated_data"], ciphertext) is None


@settings(max_examples=100, deadline=None, derandomize=True)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_flipped_bit_is_no_message(place, bit):
    raw = bytearray(base64.b64decode(JAVA["ciphertext_b64"]))
    raw[place % len(raw)] ^= 1 << bit
    key = aead.cipher(Hidden(JAVA["key_ascii"]))
    assert aead.decrypt(key, JAVA["nonce"], JAVA["associated_data"], base64.b64encode(raw).decode()) is None


def test_other_associated_data_is_no_message():
    key = aead.cipher(Hidden(JAVA["key_ascii"]))
    for other in ("", "associateddata", "\ud800"):
        assert aead.decrypt(key, JAVA["nonce"], other, JAVA["ciphertext_b64"]) is None


@pytest.mark.parametrize("key", ["", "a" * 16, "a" * 31, "a" * 33, "中" * 32, GO["key_ascii"]])
def test_only_a_key_of_32_ascii_characters_is_one(key):
    with pytest.raises(ValueError, match="32 characters"):
        aead.cipher(Hidden(key))
