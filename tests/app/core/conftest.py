"""A story for each channel, begun at second 0."""

import pytest

from app.core.channel import Channel
from tests.app.core.story import Story


@pytest.fixture
def wechat():
    return Story(Channel.WECHAT)


@pytest.fixture
def alipay():
    return Story(Channel.ALIPAY)


@pytest.fixture
def unionpay():
    return Story(Channel.UNIONPAY)


@pytest.fixture(params=[Channel.WECHAT, Channel.ALIPAY])
def either(request):
    return Story(request.param)
