"""A channel's bill of one day as a file, at once, whatever the hour: for trials and exercises."""

from typing import assert_never

from app.core.channel import Channel
from app.sim.alipay import pid_of
from app.sim.alipay_bill import alipay_bill
from app.sim.bank import Bank
from app.sim.bills import lines
from app.sim.keys import Names
from app.sim.rules import beijing, day_ends, settlement_ends
from app.sim.unionpay.files import unionpay_file
from app.sim.wechat_bill import wechat_bill


def bill_file(bank: Bank, names: Names, channel: Channel, begin: float, now: float) -> tuple[str, bytes] | None:
    """Name and content of the day that begins at ``begin``, as far as it has come; None where it has no rows."""
    end = day_ends(begin)
    found = lines(bank, channel, begin, end, now)
    if not found and channel is not Channel.UNIONPAY:
        return None
    day = f"{beijing(begin):%Y%m%d}"
    match channel:
        case Channel.WECHAT:
            return f"wechat_{day}.csv", wechat_bill(found, names.appid, names.mch_id)
        case Channel.ALIPAY:
            pid = pid_of(names.app_id)
            return f"alipay_{day}.csv.zip", alipay_bill(found, pid, begin, end, now)
        case Channel.UNIONPAY:
            return unionpay_file(bank, names.mer_id, settlement_ends(begin), now)
        case _:
            assert_never(channel)
