"""The counterparties a payment code can lead to."""

from enum import StrEnum


class Channel(StrEnum):
    """Values are what the command line and the simulator print; they never change."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
