"""What reconciling needs to know of the shop's contracts and channels: the fees agreed, and who sends bills."""

from typing import TypeGuard

from app.core.channel import Channel
from app.office.recon.bills import Room
from app.settings import Settings


def rates(settings: Settings) -> dict[Channel, int]:
    """The contract's fees that are set, hundredths of a percent."""
    wechat = settings.wechat_v3 or settings.wechat
    held = {Channel.WECHAT: wechat, Channel.ALIPAY: settings.alipay, Channel.UNIONPAY: settings.unionpay}
    found = {}
    for channel, section in held.items():
        if section is not None and section.fee_rate:
            whole, _, rest = section.fee_rate.removesuffix("%").partition(".")
            found[channel] = int(whole) * 100 + int(rest.ljust(2, "0"))
    return found


def sends_bills(room: object) -> TypeGuard[Room]:
    return callable(getattr(room, "read_bill", None)) and callable(getattr(room, "fetch_bill", None))
