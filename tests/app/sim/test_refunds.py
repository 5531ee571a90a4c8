"""Refunds as WeChat V2 and Alipay speak of them, over real TLS."""

import pytest

NO = "910000000000000000000001"


@pytest.fixture
def sold(sim, wire):
    """One sale of 12.50 at each channel under the same number."""
    wire.micropay(NO, sim.code("wechat"))
    wire.pay(NO, sim.code("alipay"))
    return wire


def repay(wire, yuan, request="r1", **more):
    return wire.alipay(
        "alipay.trade.refund", {"out_trade_no": NO, "refund_amount": yuan, "out_request_no": request} | more
    )


def refund_found(wire, request="r1", **more):
    biz = {"out_trade_no": NO, "out_request_no": request, **more}
    return wire.alipay("alipay.trade.fastpay.refund.query", biz)


def net(sim):
    sim.call(sim.simulator.desk.bank.settle, sim.clock())
    return {order.channel.value: order.net_fen for order in sim.simulator.desk.bank.orders}


def test_wechat_takes_a_refund_in_and_finishes_it_later(sim, sold):
    taken = sold.refund(NO, "r1", 400, refund_desc="少了一件")
    assert (taken["result_code"], taken["refund_fee"], taken["total_fee"]) == ("SUCCESS", "400", "1250")
    assert len(taken["refund_id"]) == 28
    asked = sold.refundquery(out_refund_no="r1")
    assert (asked["refund_status_0"], asked["refund_id_0"]) == ("PROCESSING", taken["refund_id"])
    assert sold.orderquery(NO)["trade_state"] == "REFUND"
    sim.clock.advance(5.1)
    assert sold.refundquery(refund_id=taken["refund_id"])["refund_status_0"] == "SUCCESS"
    assert "refund_success_time_0" in sold.refundquery(out_trade_no=NO)
    assert net(sim)["wechat"] == 850
    assert sim.call(sim.simulator.desk.bank.vault.shop_fen, "wechat") == 850


def test_the_same_wechat_number_is_the_same_refund_and_never_another(sim, sold):
    first = sold.refund(NO, "r1", 400)
    again = sold.refund(NO, "r1", 400)
    assert (again["refund_id"], net(sim)["wechat"]) == (first["refund_id"], 850)
    assert sold.refund(NO, "r1", 401)["err_code"] == "REFUND_FEE_MISMATCH"
    assert sold.refund(NO, "r2", 400, total=1251)["err_code"] == "REFUND_FEE_MISMATCH"
    assert sold.refund(NO, "r2", 400)["err_code"] == "FREQUENCY_LIMITED"
    sim.clock.advance(60)
    assert sold.refund(NO, "r2", 851)["err_code"] == "INVALID_REQUEST"
    assert sold.refund(NO, "r2", 850)["result_code"] == "SUCCESS"
    found = sold.refundquery(out_trade_no=NO)
    assert (found["total_refund_count"], found["refund_fee"], found["out_refund_no_1"]) == ("2", "1250", "r2")
    assert net(sim)["wechat"] == 0


def test_refundquery_pages_by_ten(sim, sold):
    for count in range(12):
        sold.refund(NO, f"r{count}", 1)
        sim.clock.advance(60)
    first, rest = sold.refundquery(out_trade_no=NO), sold.refundquery(out_trade_no=NO, offset="10")
    assert (first["total_refund_count"], first["refund_count"], rest["refund_count"]) == ("12", "10", "2")
    assert rest["out_refund_no_0"] == "r10"
    assert sold.refundquery(out_trade_no=NO, offset="x")["err_code"] == "PARAM_ERROR"


def test_wechat_refuses_what_cannot_be_refunded(sim, sold):
    assert sold.refund("92", "r1", 1)["err_code"] == "ORDERNOTEXIST"
    assert sold.refundquery(out_refund_no="r9")["err_code"] == "REFUNDNOTEXIST"
    assert sold.refund(NO, "r1", 0)["err_code"] == "PARAM_ERROR"
    sim.clock.advance(365 * 86_400 + 1)
    assert sold.refund(NO, "r1", 1)["err_code"] == "TRADE_OVERDUE"
    body = sold.v2_body(out_trade_no=NO, out_refund_no="r1", total_fee="1250", refund_fee="1")
    assert sold.send("POST", "/secapi/pay/refund", body, certificate=False)[0] == 400
    assert net(sim)["wechat"] == 1250


@pytest.mark.parametrize(
    ("fault", "said", "left"), [("refund-abnormal", "CHANGE", 850), ("refund-closed", "REFUNDCLOSE", 1250)]
)
def test_a_wechat_refund_that_does_not_arrive(sim, sold, fault, said, left):
    sim.fault(f"wechat.refund: {fault}; wechat.refund: takes 8")
    sold.refund(NO, "r1", 400)
    sim.clock.advance(7)
    assert sold.refundquery(out_refund_no="r1")["refund_status_0"] == "PROCESSING"
    sim.clock.advance(1)
    assert sold.refundquery(out_refund_no="r1")["refund_status_0"] == said
    assert net(sim)["wechat"] == left


@pytest.mark.parametrize(
    ("fault", "said", "left"),
    [
        ("lie-ok", ("SUCCESS", None), 1250),
        ("lie-fail", ("FAIL", "SYSTEMERROR"), 850),
        ("no-balance", ("FAIL", "NOTENOUGH"), 1250),
        ("system-error-after", ("FAIL", "SYSTEMERROR"), 850),
    ],
)
def test_what_wechat_says_of_a_refund_may_be_wrong(sim, sold, fault, said, left):
    sim.fault(f"wechat.refund: {fault} x1")
    answer = sold.refund(NO, "r1", 400)
    assert (answer["result_code"], answer.get("err_code")) == said
    assert net(sim)["wechat"] == left
    assert sold.refund(NO, "r1", 400)["result_code"] == "SUCCESS"
    assert net(sim)["wechat"] == 850


def test_alipay_gives_back_at_once_and_counts_up(sim, sold):
    first = repay(sold, "4.00", refund_reason="少了一件")
    assert (first["code"], first["fund_change"], first["refund_fee"]) == ("10000", "Y", "4.00")
    again = repay(sold, "4.00")
    assert (again["fund_change"], again["refund_fee"]) == ("N", "4.00")
    assert repay(sold, "4.01")["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert repay(sold, "1.00", "r2")["sub_code"] == "ACQ.REFUND_CHARGE_ERROR"
    sim.clock.advance(3)
    assert repay(sold, "8.51", "r2")["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert sold.query(NO)["trade_status"] == "TRADE_SUCCESS"
    assert sold.cancel(NO)["sub_code"] == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    assert repay(sold, "8.50", "r2")["refund_fee"] == "12.50"
    assert sold.query(NO)["trade_status"] == "TRADE_CLOSED"
    found = refund_found(sold, "r2")
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "8.50")
    assert "gmt_refund_pay" not in found
    assert "gmt_refund_pay" in refund_found(sold, query_options=["gmt_refund_pay"])
    assert net(sim)["alipay"] == 0


def test_an_alipay_refund_under_way_shows_no_status(sim, sold):
    sim.fault("alipay.refund: takes 10")
    assert repay(sold, "4.00")["fund_change"] == "N"
    assert "refund_status" not in refund_found(sold)
    sim.clock.advance(10)
    assert refund_found(sold)["refund_status"] == "REFUND_SUCCESS"
    assert refund_found(sold, "r9") == {"code": "10000", "msg": "Success"}


def test_without_a_request_number_only_the_whole_goes_back(sim, sold):
    biz = {"out_trade_no": NO, "refund_amount": "12.49"}
    assert sold.alipay("alipay.trade.refund", biz)["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert sold.alipay("alipay.trade.refund", biz | {"refund_amount": "12.50"})["fund_change"] == "Y"
    assert refund_found(sold, NO)["refund_status"] == "REFUND_SUCCESS"
    assert net(sim)["alipay"] == 0


def test_alipay_closes_only_what_waits_for_its_payer(sim, sold):
    assert sold.alipay("alipay.trade.close", {"out_trade_no": NO})["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    assert sold.alipay("alipay.trade.close", {"out_trade_no": "92"})["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    sold.pay("92", sim.code("alipay", "never"))
    assert sold.alipay("alipay.trade.close", {"out_trade_no": "92"})["code"] == "10000"
    assert sold.query("92")["trade_status"] == "TRADE_CLOSED"


def test_a_refund_outlives_a_restart(run, wire_to):
    first = run()
    wire = wire_to(first)
    wire.micropay(NO, first.code("wechat"))
    wire.refund(NO, "r1", 400)
    wire.close()
    first.stop()
    second = run()
    second.clock.now = first.clock.now + 6
    again = wire_to(second)
    assert again.refundquery(out_refund_no="r1")["refund_status_0"] == "SUCCESS"
    assert again.refund(NO, "r1", 500)["err_code"] == "REFUND_FEE_MISMATCH"
    assert second.ledger() == {NO: ("PAID", 1250, 850)}
