"""The practice phone where nobody answers any more; with a service it is played in test_boot.py."""

import pytest

from app.core.channel import Channel
from app.practice import Phone
from app.sim.client_file import Control
from app.sim.phone import SimPhone
from app.till.api import Customer


@pytest.mark.asyncio
async def test_a_phone_without_its_service_is_offline_and_nothing_else():
    phone = Phone(SimPhone(Control(port=1, token="")))
    assert (await phone.look()).state == "offline"
    assert (await phone.fresh_code(Channel.ALIPAY, Customer.INSTANT)).state == "offline"
    await phone.enter_password()
    await phone.refuse()
    await phone.line(up=False)
