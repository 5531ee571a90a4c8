"""What the channels tell a merchant unasked, verified by hand; and the command that sends it."""

import argparse
import base64
import hashlib
import http.server
import json
import threading
import urllib.parse
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from app.sim import command
from app.sim.notices import NothingToTellError, Speech

NO = "91000000000000000001"


@pytest.fixture
def sold(sim, wire):
    """A sale of 12.50 at each channel, 4.00 of it given back."""
    wire.micropay(NO, sim.code("wechat"))
    wire.pay(NO, sim.code("alipay"))
    paid = wire.up_pay(NO, sim.code("unionpay"))
    sim.clock.advance(2)
    wire.refund(NO, "r1", 400)
    biz = {"out_trade_no": NO, "refund_amount": "4.00", "out_request_no": "r1"}
    wire.alipay("alipay.trade.refund", biz)
    wire.up_back("04/00", "9200000000", 400, paid)
    return wire


def told(sim, speech, refund="", number=NO):
    return sim.call(sim.simulator.desk.notices.make, Speech(speech), number, refund, sim.clock())


def fields_of(data):
    return {child.tag: child.text or "" for child in ET.fromstring(data)}


def test_wechat_v2_seals_a_refund_and_signs_a_payment(sim, sold):
    sim.clock.advance(6)
    outer = fields_of(told(sim, "wechat", "r1").body)
    assert set(outer) == {"return_code", "appid", "mch_id", "nonce_str", "req_info"}
    key = hashlib.md5(sold.client["wechat"]["api_v2_key"].encode()).hexdigest().encode()
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    padded = decryptor.update(base64.b64decode(outer["req_info"])) + decryptor.finalize()
    inner = ET.fromstring(padded[: -padded[-1]])
    assert inner.tag == "root"
    said = {child.tag: child.text for child in inner}
    assert (said["refund_status"], said["refund_fee"], said["total_fee"]) == ("SUCCESS", "400", "1250")
    assert (said["out_refund_no"], said["success_time"][10]) == ("r1", " ")
    paid = fields_of(told(sim, "wechat").body)
    assert paid["sign"] == sold.v2_sign(paid, paid["sign_type"])
    assert (paid["total_fee"], paid["out_trade_no"]) == ("1250", NO)


def test_wechat_v3_seals_and_signs(sim, sold):
    sim.clock.advance(6)
    v3 = sold.client["wechat_v3"]
    for refund, event, name in (("", "TRANSACTION.SUCCESS", "trade_state"), ("r1", "REFUND.SUCCESS", "refund_status")):
        notice = told(sim, "wechat-v3", refund)
        sold.v3_holds(dict(notice.headers), notice.body)
        outer = json.loads(notice.body)
        sealed = outer["resource"]
        cipher = AESGCM(v3["api_v3_key"].encode())
        beside = sealed["associated_data"].encode()
        plain = json.loads(cipher.decrypt(sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), beside))
        assert (outer["event_type"], plain[name], plain["out_trade_no"]) == (event, "SUCCESS", NO)
        assert plain["amount"]["total"] == 1250
        assert plain["amount"].get("refund") == (400 if refund else None)


def test_wechat_v3_signs_with_the_platform_certificate_for_who_verifies_with_it(sim, sold):
    notice = told(sim, "wechat-v3-platform")
    sold.v3_holds(dict(notice.headers), notice.body)
    assert not dict(notice.headers)["Wechatpay-Serial"].startswith("PUB_KEY_ID_")
    assert dict(told(sim, "wechat-v3").headers)["Wechatpay-Serial"].startswith("PUB_KEY_ID_")


def test_alipay_leaves_sign_and_sign_type_out_of_what_is_signed(sim, sold):
    sim.clock.advance(3)
    biz = {"out_trade_no": NO, "refund_amount": "8.50", "out_request_no": "r2"}
    sold.alipay("alipay.trade.refund", biz)
    shown = []
    for refund in ("", "r1", "r2"):
        fields = dict(urllib.parse.parse_qsl(told(sim, "alipay", refund).body.decode(), keep_blank_values=True))
        sign = base64.b64decode(fields.pop("sign"))
        assert fields.pop("sign_type") == "RSA2"
        content = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name])
        sold._alipay_key.verify(sign, content.encode(), PKCS1v15(), SHA256())
        shown.append((fields["trade_status"], fields["refund_fee"], "gmt_refund" in fields, fields.get("out_biz_no")))
    assert shown == [
        ("TRADE_SUCCESS", "", False, None),
        ("TRADE_SUCCESS", "4.00", True, "r1"),
        ("TRADE_CLOSED", "12.50", True, "r2"),
    ]


def test_unionpay_sends_a_form_signed_like_an_answer(sim, sold):
    sim.clock.advance(3)
    for refund, kind, amount in (("", "01", "1250"), ("9200000000", "04", "400")):
        fields = dict(urllib.parse.parse_qsl(told(sim, "unionpay", refund).body.decode(), keep_blank_values=True))
        sold.up_holds(fields)
        assert (fields["txnType"], fields["txnAmt"], fields["respCode"]) == (kind, amount, "00")
        assert fields["orderId"] == (refund or NO)


@pytest.mark.parametrize(
    ("speech", "numbers", "why"),
    [
        ("wechat", ("", "92"), "knows no paid order 92"),
        ("alipay", ("r9", NO), "knows no refund r9"),
        ("wechat", ("r1", NO), "still under way"),
    ],
)
def test_there_is_not_always_something_to_tell(sim, sold, speech, numbers, why):
    with pytest.raises(NothingToTellError, match=why):
        told(sim, speech, *numbers)


def test_of_a_sale_taken_back_only_alipay_tells(sim, wire):
    wire.micropay(NO, sim.code("wechat"))
    trade_no = wire.pay(NO, sim.code("alipay"))["trade_no"]
    sim.clock.advance(15)
    wire.reverse(NO)
    wire.cancel(NO)
    with pytest.raises(NothingToTellError, match="reversed"):
        told(sim, "wechat")
    fields = dict(urllib.parse.parse_qsl(told(sim, "alipay").body.decode()))
    assert (fields["trade_status"], fields["refund_fee"], fields["out_biz_no"]) == ("TRADE_CLOSED", "12.50", trade_no)


HEARD = []


class Shop(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        HEARD.append((self.path, self.headers["Content-Type"], body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"success")

    def log_message(self, *words):
        pass


@pytest.fixture
def shop():
    server = http.server.HTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def steer(capsys, *words):
    parser = argparse.ArgumentParser(prog="mashou")
    command.add_parser(parser.add_subparsers(required=True))
    status = command.run(parser.parse_args(["sim", "notify", *map(str, words)]))
    out = capsys.readouterr()
    return status, out.out, out.err


def test_the_command_sends_to_this_computer_and_saves(sold, folder, shop, tmp_path, capsys):
    about = ("--dir", folder, "--channel", "alipay", "--number", NO)
    assert steer(capsys, *about, "--post", f"{shop}/alipay?till=1") == (0, "200\nsuccess\n", "")
    path, kind, body = HEARD[-1]
    assert (path, kind.split(";")[0]) == ("/alipay?till=1", "application/x-www-form-urlencoded")
    assert f"out_trade_no={NO}".encode() in body
    v3 = ("--dir", folder, "--channel", "wechat-v3", "--number", NO)
    assert steer(capsys, *v3, "--save", tmp_path / "n", "--save-headers", tmp_path / "h")[0] == 0
    assert "Wechatpay-Signature: " in (tmp_path / "h").read_text()
    assert json.loads((tmp_path / "n").read_bytes())["event_type"] == "TRANSACTION.SUCCESS"
    assert steer(capsys, *about)[::2] == (64, "mashou sim: say where to: --save FILE or --post URL\n")
    for address in ("http://192.0.2.1/x", "https://127.0.0.1/x", "http://[", "127.0.0.1:80"):
        assert steer(capsys, *about, "--post", address)[0] == 64
    assert "does not answer" in steer(capsys, *about, "--post", "http://127.0.0.1:1/")[2]
    assert steer(capsys, *about, "--refund", "r9", "--save", tmp_path / "n")[0] == 64
