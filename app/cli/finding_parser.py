"""What ``mashou find``, ``mashou sale`` and ``mashou worklist`` understand."""

import argparse
from typing import Final

FIND: Final = """\
查一笔：单号、后 4 位、退款号、通道单号，或「金额 日期 时间」，例如 "128.50 11-21 14:05"。可与收银窗口同时用。
Find a sale by its number, its last 4 digits, a refund's or the channel's number, or sum, day and time. Reads only.

--json: [{out_trade_no, channel, channel_no, amount_fen, state, refunded_fen, left_fen, began_ms}]
退出码 exit: 0 找到 found, 1 没有 none"""
SALE: Final = """\
一笔的经过，和现在怎么退：* 是建议的，+ 可以，- 不可以。写法同 find，要只找到一笔。可与收银窗口同时用。
A sale's story and the ways to give it back now: * the one to take, + open, - closed. Reads only.

--json: {…, story: [{at_ms, key, text, under}], advice: {recommended, says, ways, notes}}"""
WORKLIST: Final = """\
要人办的单：是什么，怎么办，试过什么，哪天前要办。可与收银窗口同时用。
What needs a person, what to do, what was tried, until when. Reads only. Exit 2: somebody is needed, 0: nobody.

--json: [{out_trade_no, …, trouble, is, do, tried, due_ms, at_stake_fen, by}]"""


def add_finding(find: argparse.ArgumentParser, sale: argparse.ArgumentParser, work: argparse.ArgumentParser) -> None:
    for parser in (find, sale):
        parser.add_argument("text", metavar="TEXT", help="单号、后 4 位、通道单号、金额和时间 number, or sum and time")
    for parser in (find, sale, work):
        parser.add_argument("--json", action="store_true", help="JSON")
