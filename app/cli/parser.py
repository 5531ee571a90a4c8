"""What ``mashou`` understands. Help is 中文 first, English after; a wrong command ends with 64 like any refusal."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from app.about import build, licences
from app.cli.devices_parser import DISPLAY, SCANNER, add_display, add_scanner
from app.cli.exits import Exit
from app.cli.finding_parser import FIND, SALE, WORKLIST, add_finding
from app.cli.pos_parser import POS, add_pos
from app.cli.receipts_parser import PRINT_TEST, RECEIPT, add_receipt
from app.cli.reconcile_parser import RECONCILE, add_reconcile
from app.cli.refunds_parser import HOLD, REFUND, add_hold, add_refund
from app.cli.shift_parser import DAYLOG, EXPORT, SHIFT, add_daylog, add_export, add_shift
from app.cli.support_parser import SUPPORT, add_support
from app.core.channel import Channel
from app.till.api import Customer

EXITS: Final = """\
退出码 exit codes:
  0   已收款 paid
  1   没有收款，已了结 final, not paid
  2   要叫人来 a person is needed
  3   中断，还没了结，下次启动接着办 interrupted, still open
  64  没有发出任何请求 refused before anything was sent"""
ABOUT: Final = """\
码收：直接扫顾客付款码收款。不带命令就打开收银窗口。
A till that charges payment codes. Without a command it opens the window."""
SELL: Final = """\
收一笔：写好金额，读付款码，等到了结。Ctrl-C 停收（同 F2），再按一次先退出。
Charge one customer and wait for the end. Ctrl-C stops it (like F2), once more leaves it open.

付款码从扫码枪读；--code - 从标准输入读；直接写码只限模拟器。
The code comes from the scanner, with --code - from standard input; a literal code only against the simulator."""
RESOLVE: Final = """\
把未了结的单办完，同时进行；退出码取最坏的一笔。
Finish what is open, all at once; the exit code is that of the worst."""
SALES: Final = """\
列出单子，可与收银窗口同时用。
List the sales; works beside the window.

--json: [{out_trade_no, channel, amount_fen, state, refunded_fen}]，金额是分 amounts in fen."""
SETUP: Final = """\
装入商户密钥：设置写进 settings.toml，密钥封存，并说明解封的钥匙在哪里。同一文件可重复装。
Take a merchant's keys in: settings to settings.toml, keys sealed; says where the key to them lives. Repeatable."""
VERIFY: Final = """\
核对整本账本，指出第一条不对的记录；可与收银窗口同时用。不对时退出码 2。
Check the whole journal and name the first bad record; works beside the window. Exit 2 if something is wrong.

--anchor: 小票或交班单上的账本指纹（序号:八位），或通道订单里的附言；末尾被裁掉、整本被换成旧的，由它看出。
The journal mark on a receipt, a Z report or in a channel's order: it shows that the end was cut or an older copy put
back. What the till itself last knew of the journal is always compared."""
MAY_UPDATE: Final = """\
现在能不能换成别的版本；安装程序先问这一句。可与收银窗口同时用。
Whether this till may be exchanged for another version now; installers ask this first. Works beside the window.

退出码 exit: 0 可以 yes, 2 收银程序开着，先关掉 a till runs, close it, 3 还有未了结的单 sales are open"""
BENCH: Final = """\
量从扫码到第一个字节的路，和开窗口的时间。
Measure the path from scan to first byte, and the window's start."""
DOCTOR: Final = """\
自检：设置、密钥、账本、磁盘、扫码枪、每个通道、时钟、证书，一行一项，并说该由谁处理。可与收银窗口同时用。
A line per check, and who mends it: settings, keys, journal, disk, scanner, channels, clock, certificates.
Works beside the window; sells nothing. Exit 0 all well, 2 a person is needed.

--json: {ok, checks: [{part, light, who, zh, en}]}"""
NOTIFY: Final = """\
接通道的通知：从文件读一条，或在本机开一个小门等（--listen），放在店里自己的转发后面。平时不用，付款码没有付款通知。
可与收银窗口同时用：验过、存好才回答通道；收银程序几秒内记账并去查。退款通知从不记成收款。
Take a channel's notifications, one from a file or at a local door behind the shop's own relay. Not needed for selling.
Works beside the window: answers the channel once it is durable; the till writes it down and queries.

文件的回话印在标准输出 with --file the reply to the channel goes to standard output.
退出码 exit: 0 已记下 kept, 2 存不下 could not be kept, 64 不是通道的通知 no notification"""
_LONG_DIGITS: Final = re.compile(r"\d{12,}")


class Parser(argparse.ArgumentParser):
    """Errors are one sentence, never a long number that may be a payment code, and exit 64."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        hidden = _LONG_DIGITS.sub("…", message)
        print(f"{hidden} ({self.prog} --help)", file=sys.stderr)
        sys.exit(Exit.REFUSED)


class _Version(argparse.Action):
    """Read only when asked for: a start waits for nothing."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> NoReturn:
        print(build())
        parser.exit()


class _Licences(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> NoReturn:
        print(licences() or "源码里没有捆绑任何软件。 Nothing is bundled in a source tree.")
        parser.exit()


def parse(argv: list[str]) -> argparse.Namespace:
    """The command and its options. Raises SystemExit after --help, --version and mistakes."""
    found: argparse.ArgumentParser = Parser(
        prog="mashou", usage="mashou [选项 options] [命令 command]", description=ABOUT, epilog=EXITS
    )
    found.add_argument("--version", action=_Version, nargs=0, help="版本 version")
    found.add_argument("--licences", action=_Licences, nargs=0, help="所含软件的许可 licences of what is bundled")
    _everywhere(found)
    commands = found.add_subparsers(prog="mashou", dest="command", metavar="COMMAND", title="命令 commands")
    _add_sell(commands)
    _add(commands, "resolve", "办完未了结的单 finish what is open", RESOLVE)
    sales = _add(commands, "sales", "列出单子 list the sales", SALES)
    sales.add_argument("--day", metavar="YYYY-MM-DD", help="只列这一天 this business day only")
    sales.add_argument("--json", action="store_true", help="JSON")
    setup = _add(commands, "setup", "装入商户密钥 take keys in", SETUP)
    setup.add_argument("--client", required=True, type=Path, metavar="FILE", help="商户文件 client.json")
    journal = _add(commands, "journal", "核对账本 check the journal", VERIFY)
    actions = journal.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="核对 verify", description=VERIFY)
    verify.add_argument("--anchor", action="append", default=[], metavar="SEQ:DIGEST8", help="锚点 an anchor")
    verify.add_argument("--anchors", type=Path, metavar="FILE", help="锚点文件，一行一个 anchors, one a line")
    _everywhere(verify)
    doctor = _add(commands, "doctor", "自检 self-test", DOCTOR)
    doctor.add_argument("--json", action="store_true", help="JSON")
    _add_notify(commands)
    add_pos(_add(commands, "pos", "别的收银软件的接口 the interface for another POS", POS), _everywhere)
    if "staff" in argv or not {"-h", "--help"}.isdisjoint(argv):
        from app.cli.staff_parser import STAFF, add_staff  # noqa: PLC0415 - only where it is asked for

        add_staff(_add(commands, "staff", "管理人员 the people of this till", STAFF), _everywhere)
    add_reconcile(_add(commands, "reconcile", "对账 match a day with the bills", RECONCILE))
    _add_office(commands)
    add_finding(
        _add(commands, "find", "查一笔 find a sale", FIND),
        _add(commands, "sale", "一笔的经过和退法 a sale's story", SALE),
        _add(commands, "worklist", "要人办的单 what needs a person", WORKLIST),
    )
    add_refund(_add(commands, "refund", "原路退款 give a sale back", REFUND))
    add_hold(_add(commands, "hold", "线下退登记 pay back by hand", HOLD))
    add_receipt(_add(commands, "receipt", "一笔的小票 a sale's slip", RECEIPT))
    _add(commands, "print-test", "打测试页 print a test page", PRINT_TEST)
    add_scanner(_add(commands, "scanner", "扫码枪 scanners", SCANNER), _everywhere)
    add_display(_add(commands, "display", "顾客显示牌 the pole display", DISPLAY), _everywhere)
    add_support(_add(commands, "support", "诊断包 support bundle", SUPPORT))
    _add(commands, "may-update", "现在能不能更新 whether it may be updated now", MAY_UPDATE)
    _add(commands, "bench", "测速 measure", BENCH)
    commands.add_parser("speak")  # the till's own child (ui/speech); nobody else needs it, and no help names it
    if "sim" in argv or not {"-h", "--help"}.isdisjoint(argv):
        from app.sim.command import add_parser as add_sim  # noqa: PLC0415 - the window must not wait for the simulator

        add_sim(commands)
    return found.parse_args(argv)


def _add_sell(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sell = _add(commands, "sell", "收一笔 charge one customer", SELL)
    sell.add_argument("amount", metavar="YUAN", help="金额，元，例如 12.50 yuan")
    sell.add_argument("--code", metavar="CODE|-", help="付款码；- 从标准输入读 payment code, - reads standard input")
    sell.add_argument("--yes", action="store_true", help="超过上限也收 charge above the cap")
    sell.add_argument(
        "--channel",
        choices=[Channel.WECHAT.value, Channel.ALIPAY.value],
        help="训练：练习顾客用哪个钱包 training: the practice customer's wallet",
    )
    sell.add_argument(
        "--customer",
        choices=[customer.value for customer in Customer],
        help="训练：练习顾客怎么付 training: how the practice customer behaves",
    )


def _add_office(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    add_shift(_add(commands, "shift", "开班、交班 open and close a shift", SHIFT), _everywhere)
    add_daylog(_add(commands, "daylog", "一天的流水 a day's log", DAYLOG))
    add_export(_add(commands, "export", "导出流水日志 export the day log", EXPORT), _everywhere)


def _add_notify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    notify = _add(commands, "notify", "接通道的通知 take notifications", NOTIFY)
    notify.add_argument("--file", type=Path, metavar="F", help="通知的正文 the body as it came")
    notify.add_argument("--headers", type=Path, metavar="F", help="通知的头，每行一个 its headers, one a line")
    notify.add_argument("--channel", choices=[channel.value for channel in Channel], help="哪个通道 whose it is")
    notify.add_argument(
        "--listen", type=int, metavar="PORT", help="在本机这个端口等 wait at this port, this computer only"
    )


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, brief: str, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=brief, description=about, epilog=EXITS if name in {"sell", "resolve"} else ""
    )
    _everywhere(command)
    return command


def _everywhere(parser: argparse.ArgumentParser) -> None:
    """Options that stand before or after the command; a command's own default must not undo what stood before it."""
    parser.add_argument(
        "--data", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="数据文件夹 data folder ($MASHOU_DATA)"
    )
    parser.add_argument(
        "--training", action="store_true", default=argparse.SUPPRESS, help="训练模式，不收真钱 training, no real money"
    )
    parser.add_argument("--language", choices=["zh", "en"], default=argparse.SUPPRESS, help="语言 language")
