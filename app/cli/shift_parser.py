"""What ``mashou shift``, ``daylog`` and ``export`` understand."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

SHIFT: Final = """\
开班、班中小结（X，不清零）、交班结账（Z，封存）、看在班的是谁。
Open a shift, X report (nothing reset), Z report (sealed), or say who is on duty.

x、status 可与收银窗口同时用；open、z 要先关掉窗口。还有未了结的单就交不了班：先 mashou resolve，
或由店长带着交（--as 店长 --reason 原因），逐笔记名。
x and status work beside the window; open and z need it closed. Open sales block a Z: run mashou resolve first, or a
manager takes them over by name (--as MANAGER --reason WHY).

退出码 exit: 0 好了 done, 2 交不了，要人来 blocked, a person is needed, 64 没有做 refused"""
DAYLOG: Final = """\
一天的流水和合计；可与收银窗口同时用。A day's log and its sums; works beside the window.

--json: {day, head, totals: {...}, channels: {...}, hours: {...}, unsettled, rows: [...]}，金额是分 amounts in fen."""
EXPORT: Final = """\
导出流水日志，旁边放签名（FILE.sig）；可与收银窗口同时用。
  mashou export --day D [--to D2] --format csv|xlsx|pdf --out FILE
  mashou export verify FILE [--key PUB]   在任何电脑上核对 check it on any machine
  mashou export key [--out FILE]          本机的公钥 this till's public key
  mashou export trust PUB --till NNNN     登记别机的公钥 register another till's key
Export the day log with a signature beside it (FILE.sig).

退出码 exit: 0 好了 done, 校验通过 verified; 1 校验不过 not verified; 64 没有导出 refused"""

Everywhere = Callable[[argparse.ArgumentParser], None]


def add_shift(shift: argparse.ArgumentParser, everywhere: Everywhere) -> None:
    actions = shift.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, brief in (
        ("status", "在班的是谁 who is on duty"),
        ("open", "开班 open"),
        ("x", "班中小结 X report"),
        ("z", "交班结账 Z report"),
    ):
        action = actions.add_parser(name, help=brief, description=brief)
        everywhere(action)
        action.add_argument("--json", action="store_true", help="JSON")
        if name in {"open", "z"}:
            action.add_argument("--as", dest="who", metavar="NAME", help="谁来做：姓名或工号 who acts")
        if name == "z":
            action.add_argument("--reason", metavar="WHY", help="店长带未了结的单交班的原因 why a manager takes over")


def add_daylog(daylog: argparse.ArgumentParser) -> None:
    daylog.add_argument("--day", required=True, metavar="YYYY-MM-DD", help="哪一天 the business day")
    daylog.add_argument("--to", metavar="YYYY-MM-DD", help="到哪一天 the last day")
    daylog.add_argument("--json", action="store_true", help="JSON")


def add_export(export: argparse.ArgumentParser, everywhere: Everywhere) -> None:
    export.add_argument("--day", metavar="YYYY-MM-DD", help="哪一天 the business day")
    export.add_argument("--to", metavar="YYYY-MM-DD", help="到哪一天 the last day")
    export.add_argument("--format", choices=["csv", "xlsx", "pdf"], default="csv", help="格式 format")
    export.add_argument("--out", type=Path, metavar="FILE", help="存到哪里 where to")
    actions = export.add_subparsers(dest="action", metavar="ACTION")
    verify = actions.add_parser("verify", help="核对一个导出件 check an exported file", description=EXPORT)
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", type=Path, metavar="PUB", help="签名那台机的公钥 the till's public key")
    key = actions.add_parser("key", help="本机的公钥 this till's public key", description=EXPORT)
    key.add_argument("--out", dest="key_out", type=Path, metavar="FILE", help="存到哪里 where to")
    trust = actions.add_parser("trust", help="登记别机的公钥 register another till's key", description=EXPORT)
    trust.add_argument("key", type=Path, metavar="PUB")
    trust.add_argument("--till", required=True, metavar="NNNN", help="哪台机 which till")
    for action in (verify, key, trust):
        action.formatter_class = argparse.RawDescriptionHelpFormatter
        everywhere(action)
