"""A stranger on the line: answers in the channel's own shape that say what suits the stranger, signed by nobody."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from simulation import keys
from simulation.counterparty import Asked

from app.core.channel import Channel
from app.sim.desk import Answered
from app.sim.exchange import OK, Reply
from app.sim.faults import Call
from app.sim.http import Manner

SIGNATURE = "QUJD" * 21 + "QQ=="  # well formed, and wrong for every content


def forged(answered: Answered, asked: Asked, amount_fen: int, *, v3: bool, paid: bool, signs: bool) -> Answered:
    """In place of ``answered``: the sale is paid, or given back, whatever is true. ``signs``: wrongly, else not."""
    if asked.channel is Channel.WECHAT:
        make = _wechat_v3 if v3 else _wechat_v2
    else:
        make = _alipay if asked.channel is Channel.ALIPAY else _unionpay
    reply = make(asked, amount_fen, paid=paid, date=answered.delivery.date)
    if not signs:
        reply = _unsigned(reply)
    return replace(answered, delivery=replace(answered.delivery, reply=reply, manner=Manner.WHOLE))


def _unsigned(reply: Reply) -> Reply:
    """The same without any signature, as a proxy's or a gateway's own refusal is."""
    body = re.sub(rb"<sign>.*?</sign>|,\"sign\":\"[^\"]*\"|&signature=[^&]*", b"", reply.body)
    return replace(reply, body=body, headers=())


def _wechat_v2(asked: Asked, amount_fen: int, *, paid: bool, date: float) -> Reply:
    fields = {
        "return_code": "SUCCESS",
        "appid": keys.APPID,
        "mch_id": keys.MCH_ID,
        "nonce_str": "0",
        "result_code": "SUCCESS",
        "trade_state": "SUCCESS" if paid else "REVOKED",
        "out_trade_no": asked.number,
        "total_fee": str(amount_fen),
        "fee_type": "CNY",
        "transaction_id": "4" * 28,
        "sign": "A" * 64,
    }
    if asked.call is Call.PAY:
        del fields["trade_state"]
        if not paid:
            fields |= {"result_code": "FAIL", "err_code": "NOTENOUGH"}
    body = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    return Reply(OK, "text/xml", f"<xml>{body}</xml>".encode())


def _wechat_v3(asked: Asked, amount_fen: int, *, paid: bool, date: float) -> Reply:
    fields = {
        "appid": keys.APPID,
        "mchid": keys.MCH_ID,
        "out_trade_no": asked.number,
        "transaction_id": "4" * 28,
        "trade_state": "SUCCESS" if paid else "REVOKED",
        "amount": {"total": amount_fen, "payer_total": amount_fen, "currency": "CNY"},
    }
    headers = (
        ("Wechatpay-Timestamp", f"{date:.0f}"),
        ("Wechatpay-Nonce", "0" * 32),
        ("Wechatpay-Serial", keys.KEY_ID),
        ("Wechatpay-Signature", SIGNATURE),
    )
    if asked.call is Call.PAY and not paid:
        body = json.dumps({"code": "NOT_ENOUGH", "message": "余额不足"}).encode()
        return Reply(403, "application/json; charset=utf-8", body, headers)
    return Reply(OK, "application/json; charset=utf-8", json.dumps(fields).encode(), headers)


def _alipay(asked: Asked, amount_fen: int, *, paid: bool, date: float) -> Reply:
    method = {Call.PAY: "pay", Call.QUERY: "query", Call.REVERSE: "cancel"}[asked.call]
    inner = {
        "code": "10000",
        "msg": "Success",
        "out_trade_no": asked.number,
        "trade_no": "2" * 28,
        "trade_status": "TRADE_SUCCESS" if paid else "TRADE_CLOSED",
        "total_amount": f"{amount_fen // 100}.{amount_fen % 100:02d}",
    }
    if asked.call is Call.PAY and not paid:
        inner |= {"code": "40004", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH"}
    text = json.dumps({f"alipay_trade_{method}_response": inner, "sign": SIGNATURE}, separators=(",", ":"))
    return Reply(OK, "text/html;charset=utf-8", text.encode())


def _unionpay(asked: Asked, amount_fen: int, *, paid: bool, date: float) -> Reply:
    fields = {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "signMethod": "01",
        "merId": keys.MER_ID,
        "orderId": asked.number,
        "queryId": "2" * 21,
        "txnAmt": str(amount_fen),
        "currencyCode": "156",
        "respCode": "00" if paid or asked.call is Call.QUERY else "64",
        "origRespCode": "00" if paid else "46",
        "signPubKeyCert": "\r\n".join(keys.UP_CERT.strip().split("\n")),
        "signature": SIGNATURE,
    }
    return Reply(OK, "text/html;charset=utf-8", "&".join(f"{name}={text}" for name, text in fields.items()).encode())
