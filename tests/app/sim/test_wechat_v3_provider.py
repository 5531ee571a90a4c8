"""What WeChat's V3 side says to a service provider."""

import pytest

NO = "910000000000000000000001"
SUB = "1900000109"
PATH = "/v3/pay/partner/transactions"


@pytest.fixture
def us(wire):
    client = wire.client["wechat_v3"]
    return {"sp_appid": client["appid"], "sp_mchid": client["mchid"], "sub_mchid": SUB}


@pytest.fixture
def pay(sim, wire, us):
    def pay(**changes):
        asked = {
            **us,
            "description": "practice",
            "out_trade_no": NO,
            "payer": {"auth_code": sim.code("wechat")},
            "amount": {"total": 1250, "currency": "CNY"},
            "scene_info": {"store_info": {"id": "P0001"}},
        }
        return wire.v3("POST", f"{PATH}/codepay", asked | changes)

    return pay


def test_a_provider_is_answered_by_its_own_names(sim, wire, us, pay):
    status, paid = pay()
    assert (status, {name: paid.get(name) for name in us}) == (200, us)
    assert not {"appid", "mchid", "sub_appid"} & set(paid)
    assert set(paid["payer"]) == {"sp_openid"}
    asked = f"sp_mchid={us['sp_mchid']}&sub_mchid={SUB}"
    assert wire.v3("GET", f"{PATH}/out-trade-no/{NO}?{asked}") == (200, paid)
    assert wire.v3("GET", f"{PATH}/id/{paid['transaction_id']}?{asked}") == (200, paid)
    sim.clock.advance(15)
    status, reversed_ = wire.v3("POST", f"{PATH}/out-trade-no/{NO}/reverse", us)
    assert (status, reversed_) == (200, {**us, "out_trade_no": NO})
    assert sim.ledger() == {NO: ("REVERSED", 1250, 0)}


def test_the_sub_merchants_app_is_named_where_it_was_given(pay):
    _, paid = pay(sub_appid="wx1234567890abcdef")
    assert paid["sub_appid"] == "wx1234567890abcdef"
    assert set(paid["payer"]) == {"sp_openid", "sub_openid"}


@pytest.mark.parametrize("change", [{"sub_mchid": ""}, {"sub_mchid": None}, {"sp_mchid": SUB}, {"sp_appid": "wx"}])
def test_a_provider_that_names_the_wrong_parties_is_refused(sim, pay, change):
    status, answer = pay(**change)
    assert (status, answer["code"]) == (400, "PARAM_ERROR")
    assert sim.ledger() == {}


@pytest.mark.parametrize("query", ["x=1", f"sub_mchid={SUB}", "mchid={sp}&sub_mchid=" + SUB, "sp_mchid={sp}"])
def test_a_provider_asks_by_both_merchants(wire, us, pay, query):
    pay()
    status, answer = wire.v3("GET", f"{PATH}/out-trade-no/{NO}?{query.format(sp=us['sp_mchid'])}")
    assert (status, answer["code"]) == (400, "PARAM_ERROR")
