import json
from pathlib import Path

import pytest

from app.channels.wechat_v2.config import SignType
from app.channels.wechat_v2.sign import Signer, canonical

(VECTOR,) = json.loads((Path(__file__).parent.parent / "vectors" / "wechat_v2_sign.json").read_text(encoding="utf-8"))[
    "vectors"
]


@pytest.mark.parametrize("sign_type", list(SignType))
def test_the_documents_worked_example(sign_type):
    params = dict(VECTOR["params"])
    assert canonical(params) + "&key=" + VECTOR["api_key"] == VECTOR["string_to_sign"]
    signer = Signer(VECTOR["api_key"], sign_type)
    assert signer.sign(params) == VECTOR[sign_type.value]
    assert signer.verify({**params, "sign": VECTOR[sign_type.value]})


def test_empty_fields_and_sign_itself_are_not_signed_and_unknown_ones_are():
    assert canonical({"b": "2", "sign": "x", "a": "1", "empty": "", "new_field": "ü"}) == "a=1&b=2&new_field=ü"


@pytest.mark.parametrize(
    "sign", ["", "6a9ae1657590fd6257d693a078e1c3e4bb6ba4dc30b23e0ee2496e54170dacd6", "ü", "0" * 64]
)
def test_any_other_signature_is_refused_even_in_another_case(sign):
    assert not Signer(VECTOR["api_key"], SignType.HMAC_SHA256).verify({**VECTOR["params"], "sign": sign})


def test_an_md5_signature_is_no_proof_for_a_merchant_set_to_hmac():
    assert not Signer(VECTOR["api_key"], SignType.HMAC_SHA256).verify({**VECTOR["params"], "sign": VECTOR["MD5"]})


def test_the_key_is_not_shown():
    assert VECTOR["api_key"] not in repr(Signer(VECTOR["api_key"], SignType.MD5))
