"""What ``mashou refund`` and ``mashou hold`` understand."""

import argparse
from typing import Final

REFUND: Final = """\
原路退款：整单，或 --amount 的一部分；等到有结果。要主管密码（手输，或标准输入一行）；模拟器密钥的文件夹可不输。
Ctrl-C 先退出，退款下次启动接着办，号不变，不会退两次。
Give a sale back to its payer, all that is left or --amount, and wait for the result. Needs a supervisor's PIN, typed
or as a line of standard input; none with simulator keys. Ctrl-C leaves; the next start goes on with the same number.

退出码 exit: 0 已退 returned, 1 没有退 nothing moved, 2 要叫人来 a person is needed, 3 还在办 still running,
64 没有发出 nothing was sent"""
HOLD: Final = """\
线下退：先让系统停手并查实，钱还在商户账上才可以给现金；之后系统只查不退。要主管密码。
A person pays back by hand: the till stops its own tries, waits out what is in flight and asks; the cash may be given
only where the money is still with the shop. Afterwards the till only asks. Needs a supervisor's PIN.

退出码 exit: 0 可以给，已登记 give it, noted; 1 不要给 do not give it; 3 还在查 still asking; 64 没有登记 not noted"""


def add_refund(refund: argparse.ArgumentParser) -> None:
    refund.add_argument("number", metavar="ORDER", help="单号 order number")
    refund.add_argument("--amount", metavar="YUAN", help="只退这么多，元 only so much, yuan")
    _add_both(refund)


def add_hold(hold: argparse.ArgumentParser) -> None:
    hold.add_argument("number", metavar="ORDER", help="单号 order number")
    hold.add_argument("--amount", metavar="YUAN", help="给顾客多少，元 how much is given, yuan")
    hold.add_argument("--voucher", required=True, metavar="NO", help="凭证号 number of the voucher")
    _add_both(hold)


def _add_both(command: argparse.ArgumentParser) -> None:
    command.add_argument("--reason", required=True, metavar="WHY", help="原因 reason")
    command.add_argument("--as", dest="who", metavar="NAME", help="谁授权：姓名或工号 who approves")
