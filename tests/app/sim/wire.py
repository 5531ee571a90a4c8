"""The till's side of the wire by hand: requests signed and answers proven with no code of the program's."""

import base64
import hashlib
import hmac
import json
import time
import urllib.parse
import xml.etree.ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from tests.app.sim.line import Line


class Wire(Line):
    """The till's side, signed by hand from client.json."""

    def __init__(self, running):
        super().__init__(json.loads((running.folder / "client.json").read_text()), running.simulator.port)
        self.clock = getattr(running, "clock", time.time)
        self._app_key = load_pem_private_key(
            self.client["alipay"]["app_private_key_pem"].encode(), None, unsafe_skip_rsa_key_validation=True
        )
        self._alipay_key = load_pem_public_key(self.client["alipay"]["alipay_public_key_pem"].encode())

    def v2_sign(self, fields, sign_type):
        key = self.client["wechat"]["api_v2_key"]
        text = "&".join(f"{k}={fields[k]}" for k in sorted(fields) if fields[k] and k != "sign") + f"&key={key}"
        if sign_type == "MD5":
            return hashlib.md5(text.encode()).hexdigest().upper()
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest().upper()

    def v2_body(self, sign_type="HMAC-SHA256", sign=None, **fields):
        wechat = self.client["wechat"]
        fields = {"appid": wechat["appid"], "mch_id": wechat["mch_id"], "nonce_str": "n0nce", **fields}
        if sign_type != "MD5":
            fields["sign_type"] = sign_type
        fields["sign"] = sign or self.v2_sign(fields, sign_type)
        root = ET.Element("xml")
        for name, value in fields.items():
            ET.SubElement(root, name).text = value
        return ET.tostring(root, encoding="utf-8")

    def wechat(self, path, sign_type="HMAC-SHA256", check=True, **fields):
        """The answer's fields; its signature must hold unless return_code is FAIL or ``check`` is off."""
        body = self.v2_body(sign_type, **fields)
        status, _, data = self.send("POST", path, body)
        assert status == 200, (status, data)
        answer = {child.tag: child.text or "" for child in ET.fromstring(data)}
        if check and answer["return_code"] == "SUCCESS":
            assert answer["sign"] == self.v2_sign(answer, sign_type)
        return answer

    def micropay(self, number, code, fee=1250, **fields):
        fixed = {"body": "练习", "spbill_create_ip": "127.0.0.1"}
        return self.wechat(
            "/pay/micropay", out_trade_no=number, auth_code=code, total_fee=str(fee), **{**fixed, **fields}
        )

    def orderquery(self, number, **fields):
        return self.wechat("/pay/orderquery", out_trade_no=number, **fields)

    def reverse(self, number, **fields):
        return self.wechat("/secapi/pay/reverse", out_trade_no=number, **fields)

    def refund(self, number, refund_no, fee, total=1250, **fields):
        sums = {"total_fee": str(total), "refund_fee": str(fee)}
        return self.wechat("/secapi/pay/refund", out_trade_no=number, out_refund_no=refund_no, **sums, **fields)

    def refundquery(self, **fields):
        return self.wechat("/pay/refundquery", **fields)

    def v3_headers(self, method, target, body=b"", *, serial=None, **parts):
        """Signed as the V3 documents say; ``serial`` is what the answer is to be signed with."""
        v3 = self.client["wechat_v3"]
        stamp, nonce = str(int(self.clock())), "593BEC0C930BF1AF"
        key = load_pem_private_key(v3["merchant_private_key_pem"].encode(), None, unsafe_skip_rsa_key_validation=True)
        text = f"{method}\n{target}\n{parts.get('timestamp', stamp)}\n{nonce}\n".encode() + body + b"\n"
        signed = {
            "mchid": v3["mchid"],
            "nonce_str": nonce,
            "signature": base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode(),
            "timestamp": stamp,
            "serial_no": v3["merchant_serial_no"],
            **parts,
        }
        shown = ",".join(f'{name}="{value}"' for name, value in signed.items())
        headers = {"Authorization": f"WECHATPAY2-SHA256-RSA2048 {shown}", "Accept": "application/json"}
        headers |= {"User-Agent": "test", "Content-Type": "application/json"}
        return headers | ({"Wechatpay-Serial": serial} if serial else {})

    def v3(self, method, target, value=None, *, check=True, **options):
        """Status and answer; what comes from behind the door is signed, what the door itself says is not."""
        body = b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
        headers = self.v3_headers(method, target, body, **options)
        status, answered, data = self.send(method, target, body, headers=headers)
        if status in (401, 500):
            assert not [name for name in answered if name.startswith("Wechatpay")]
        elif check and "Wechatpay-Signature" in {name.title() for name in answered}:
            self.v3_holds(answered, data)
        else:
            assert not check or status in (400, 403), "only the door leaves an answer unsigned"
        return status, json.loads(data)

    def v3_holds(self, headers, data):
        v3 = self.client["wechat_v3"]
        text = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + data + b"\n"
        if headers["Wechatpay-Serial"] == v3["wechatpay_public_key_id"]:
            key = load_pem_public_key(v3["wechatpay_public_key_pem"].encode())
        else:
            certificate = x509.load_pem_x509_certificate(v3["platform_certificate_pem"].encode())
            assert headers["Wechatpay-Serial"] == f"{certificate.serial_number:X}"
            key = certificate.public_key()
        key.verify(base64.b64decode(headers["Wechatpay-Signature"]), text, PKCS1v15(), SHA256())

    def codepay(self, number, code, total=1250, **more):
        v3 = self.client["wechat_v3"]
        value = {
            "appid": v3["appid"],
            "mchid": v3["mchid"],
            "description": "练习",
            "out_trade_no": number,
            "payer": {"auth_code": code},
            "amount": {"total": total, "currency": "CNY"},
            "scene_info": {"device_id": "T01", "device_ip": "127.0.0.1", "store_info": {"id": "P0001"}},
        }
        return self.v3("POST", "/v3/pay/transactions/codepay", value | more)

    def v3_query(self, number, **options):
        mchid = self.client["wechat_v3"]["mchid"]
        return self.v3("GET", f"/v3/pay/transactions/out-trade-no/{number}?mchid={mchid}", **options)

    def v3_reverse(self, number):
        v3 = self.client["wechat_v3"]
        ids = {"appid": v3["appid"], "mchid": v3["mchid"]}
        return self.v3("POST", f"/v3/pay/transactions/out-trade-no/{number}/reverse", ids)

    def v3_refund(self, number, refund_no, refund, total=1250):
        amount = {"refund": refund, "total": total, "currency": "CNY"}
        value = {"out_trade_no": number, "out_refund_no": refund_no, "amount": amount}
        return self.v3("POST", "/v3/refund/domestic/refunds", value)

    def up_body(self, fields):
        """A signed ACP form; ``signature`` or any other field may be given wrong."""
        up = self.client["unionpay"]
        certificate = x509.load_pem_x509_certificate(up["sign_cert_pem"].encode())
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(self.clock() + 8 * 3_600))
        fields = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "bizType": "000000",
            "accessType": "0",
            "channelType": "08",
            "merId": up["mer_id"],
            "certId": str(certificate.serial_number),
            "txnTime": stamp,
            **fields,
        }
        if "signature" not in fields:
            key = load_pem_private_key(up["sign_key_pem"].encode(), None, unsafe_skip_rsa_key_validation=True)
            fields["signature"] = base64.b64encode(key.sign(self.up_digest(fields), PKCS1v15(), SHA256())).decode()
        return urllib.parse.urlencode(fields).encode()

    @staticmethod
    def up_digest(fields):
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "signature")
        return hashlib.sha256(text.encode()).hexdigest().encode()

    def up(self, kind, number="", path="/gateway/api/backTransReq.do", *, check=True, **fields):
        """The answer's fields, split as the documents say; its signature and chain must hold."""
        txn_type, sub_type = kind.split("/")
        fields = {"txnType": txn_type, "txnSubType": sub_type, "orderId": number, **fields}
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        body = self.up_body({name: value for name, value in fields.items() if value})
        status, _, data = self.send("POST", path, body, headers=headers)
        assert status == 200, (status, data)
        answer = dict(pair.split("=", 1) for pair in data.decode().split("&"))
        if check:
            self.up_holds(answer)
        return answer

    def up_holds(self, answer):
        assert "\r\n" in answer["signPubKeyCert"]
        leaf = x509.load_pem_x509_certificate(answer["signPubKeyCert"].encode())
        chain = [leaf, *(self.client["unionpay"][name].encode() for name in ("middle_cert_pem", "root_cert_pem"))]
        chain[1:] = [x509.load_pem_x509_certificate(pem) for pem in chain[1:]]
        for child, parent in zip(chain, [*chain[1:], chain[-1]], strict=True):
            child.verify_directly_issued_by(parent)
        [common] = leaf.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
        assert common.value.split("@")[2] == "00040000:SIGN"
        leaf.public_key().verify(base64.b64decode(answer["signature"]), self.up_digest(answer), PKCS1v15(), SHA256())

    def up_pay(self, number, code, fen=1250, **more):
        fixed = {
            "txnAmt": str(fen),
            "currencyCode": "156",
            "backUrl": "http://www.specialUrl.com",
            "termId": "00000001",
        }
        return self.up("01/06", number, qrNo=code, **{**fixed, **more})

    def up_query(self, number, txn_time, **more):
        return self.up("00/00", number, "/gateway/api/queryTrans.do", txnTime=txn_time, **more)

    def up_back(self, kind, number, fen, paid, **more):
        return self.up(
            kind, number, txnAmt=str(fen), origQryId=paid["queryId"], backUrl="http://www.specialUrl.com", **more
        )

    def form(self, method, biz, sign_type="RSA2", **more):
        fields = {
            "app_id": self.client["alipay"]["app_id"],
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": sign_type,
            "timestamp": "2026-11-22 12:00:00",
            "version": "1.0",
            "biz_content": biz if isinstance(biz, str) else json.dumps(biz, ensure_ascii=False),
            **more,
        }
        if "sign" not in fields:
            text = "&".join(f"{k}={fields[k]}" for k in sorted(fields) if fields[k])
            algorithm = SHA256() if sign_type == "RSA2" else SHA1()
            content = text.encode(fields["charset"])
            fields["sign"] = base64.b64encode(self._app_key.sign(content, PKCS1v15(), algorithm)).decode()
        return fields

    def alipay(self, method, biz, check=True, **more):
        """The inner object; its signature must hold over the raw bytes unless it is an error_response."""
        fields = self.form(method, biz, **more)
        body = urllib.parse.urlencode(fields, encoding=fields["charset"]).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, data = self.send("POST", "/gateway.do", body, headers=headers)
        assert status == 200
        return self.opened(data, method, check=check, sign_type=fields["sign_type"])

    def opened(self, data, method, check=True, sign_type="RSA2"):
        answer = json.loads(data)
        if "error_response" in answer:
            assert "sign" not in answer
            return answer["error_response"]
        node = method.replace(".", "_") + "_response"
        if check:
            start = data.index(b'{"', 1)
            end = data.index(b',"alipay_cert_sn"') if "alipay_cert_sn" in answer else data.rindex(b',"sign":"')
            algorithm = SHA256() if sign_type == "RSA2" else SHA1()
            self._alipay_key.verify(base64.b64decode(answer["sign"]), data[start:end], PKCS1v15(), algorithm)
        return answer[node]

    def pay(self, number, code, yuan="12.50", **more):
        fixed = {"scene": "bar_code", "subject": "练习"}
        biz = {"out_trade_no": number, "auth_code": code, "total_amount": yuan, **fixed}
        return self.alipay("alipay.trade.pay", biz, **more)

    def query(self, number, **more):
        return self.alipay("alipay.trade.query", {"out_trade_no": number}, **more)

    def cancel(self, number, **more):
        return self.alipay("alipay.trade.cancel", {"out_trade_no": number}, **more)
