"""A service provider acts for shops: each call must name the shop, and no shop sees another's orders."""

import pytest

from app.sim.notices import Speech
from app.sim.rules import beijing

NO = "91000000000000000001"
SHOP = "1900000109"


@pytest.fixture
def today(sim):
    sim.fault("*.bill: today")
    return beijing(sim.clock()).strftime("%Y-%m-%d")


def test_wechat_v2_takes_and_names_the_shop_in_every_call(sim, wire, today):
    paid = wire.micropay(NO, sim.code("wechat"), sub_mch_id=SHOP, sub_appid="wx0")
    assert (paid["result_code"], paid["sub_mch_id"], paid["sub_appid"]) == ("SUCCESS", SHOP, "wx0")
    sim.clock.advance(60)
    assert wire.orderquery(NO)["err_code"] == "ORDERNOTEXIST"
    assert wire.reverse(NO, sub_mch_id="1900000110")["result_code"] == "SUCCESS", "said, not done"
    assert wire.refund(NO, "r1", 400)["err_code"] == "ORDERNOTEXIST"
    assert wire.orderquery(NO, sub_mch_id=SHOP)["trade_state"] == "SUCCESS"
    assert wire.refund(NO, "r1", 400, sub_mch_id=SHOP)["result_code"] == "SUCCESS"
    assert wire.refundquery(out_refund_no="r1")["err_code"] == "REFUNDNOTEXIST"
    assert wire.refundquery(out_refund_no="r1", sub_mch_id=SHOP)["refund_fee"] == "400"
    asked = {"bill_date": today.replace("-", ""), "bill_type": "ALL"}
    ours = wire.send("POST", "/pay/downloadbill", wire.v2_body(**asked, sub_mch_id=SHOP))[2].decode()
    assert f"`{SHOP},`" in ours
    assert b"NO Bill" in wire.send("POST", "/pay/downloadbill", wire.v2_body(**asked, sub_mch_id="1"))[2]
    notice = sim.call(sim.simulator.desk.notices.make, Speech.WECHAT, NO, "", sim.clock())
    assert f"<sub_mch_id><![CDATA[{SHOP}]]>".encode() in notice.body


def test_wechat_v3_has_paths_of_its_own_for_a_provider(sim, wire):
    v3 = wire.client["wechat_v3"]
    ids = {"sp_appid": v3["appid"], "sp_mchid": v3["mchid"], "sub_mchid": SHOP}
    value = {
        **ids,
        "description": "练习",
        "out_trade_no": NO,
        "payer": {"auth_code": sim.code("wechat")},
        "amount": {"total": 1250},
        "scene_info": {"store_info": {"id": "P0001"}},
    }
    path = "/v3/pay/partner/transactions"
    assert wire.v3("POST", f"{path}/codepay", value | {"sub_mchid": ""})[0] == 400
    status, paid = wire.v3("POST", f"{path}/codepay", value)
    assert (status, paid["sp_mchid"], paid["sub_mchid"], "mchid" in paid) == (200, v3["mchid"], SHOP, False)
    assert list(paid["payer"]) == ["sp_openid"]
    query = f"{path}/out-trade-no/{NO}?sp_mchid={v3['mchid']}&sub_mchid="
    assert wire.v3("GET", query + SHOP) == (200, paid)
    assert wire.v3("GET", query + "1")[1]["code"] == wire.v3_query(NO)[1]["code"] == "ORDER_NOT_EXIST"
    refund = {"out_trade_no": NO, "out_refund_no": "r1", "amount": {"refund": 1, "total": 1250, "currency": "CNY"}}
    assert wire.v3("POST", "/v3/refund/domestic/refunds", refund)[0] == 404
    assert wire.v3("POST", "/v3/refund/domestic/refunds", refund | {"sub_mchid": SHOP})[0] == 200
    assert wire.v3("GET", "/v3/refund/domestic/refunds/r1")[0] == 404
    assert wire.v3("GET", f"/v3/refund/domestic/refunds/r1?sub_mchid={SHOP}")[0] == 200
    sim.clock.advance(20)
    assert wire.v3("POST", f"{path}/out-trade-no/92/reverse", ids)[1]["code"] == "ORDER_NOT_EXIST"


def test_alipay_knows_the_shop_by_its_token_and_keeps_no_token(sim, wire, today, folder):
    token = "202611BBtoken"
    assert wire.pay(NO, sim.code("alipay"), app_auth_token=token)["code"] == "10000"
    assert wire.query(NO)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert wire.query(NO, app_auth_token=token)["trade_status"] == "TRADE_SUCCESS"
    assert "action" not in wire.cancel(NO, app_auth_token="another")
    biz = {"out_trade_no": NO, "refund_amount": "1", "out_request_no": "r1"}
    assert wire.alipay("alipay.trade.refund", biz)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert wire.alipay("alipay.trade.refund", biz, app_auth_token=token)["fund_change"] == "Y"
    bill = "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": today}
    assert wire.alipay(*bill)["sub_code"] == "NO_BILL_DATA"
    assert "bill_download_url" in wire.alipay(*bill, app_auth_token=token)
    assert token.encode() not in (folder / "ledger.jsonl").read_bytes()
