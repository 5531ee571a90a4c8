"""Shops, and the payment codes of their customers."""

import contextlib

import pytest

from app.core.codes import AuthCode
from app.journal.errors import JournalBroken
from tests.app.till.shop import Shop


@pytest.fixture
def open_shop(tmp_path):
    """``open_shop()`` gives a shop of its own folder; all are closed at the end."""
    shops = []

    def make():
        folder = tmp_path / str(len(shops))
        folder.mkdir()
        shops.append(Shop(folder))
        return shops[-1]

    yield make
    for shop in shops:
        if not shop.loop.is_closed():
            with contextlib.suppress(JournalBroken):
                shop.close()


@pytest.fixture
def shop(open_shop):
    return open_shop()


WECHAT = "13" + "0" * 14  # + two digits that say how the customer behaves
ALIPAY = "28" + "0" * 14


@pytest.fixture
def codes():
    """``codes(channel, behaviour, n)``: the n-th payment code of a customer who behaves so."""
    ends = {"instant": "00", "poor": "01", "never": "02", "after10": "11", "after30": "13", "after60": "16"}

    def code(channel="wechat", behaviour="instant", n=1):
        head = "13" if channel == "wechat" else "28"
        return f"{head}{n:014d}{ends[behaviour]}"

    return code


@pytest.fixture
def auth_code():
    return AuthCode
