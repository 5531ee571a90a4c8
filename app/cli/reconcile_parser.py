"""What ``mashou reconcile`` understands."""

import argparse
from pathlib import Path
from typing import Final

RECONCILE: Final = """\
把一天的账本和通道对账单逐笔对上：差 0.00，或一张有名有姓的差异表。可与收银窗口同时用。
--bill 可给多份（前后一天的也给，跨零点的就能配对）；不给就向通道取。原件存进数据文件夹。
Match a day of the journal with the channels' bills: off by 0.00, or a list that names every fen. Beside the window.
--bill takes several files; with those of the days before and after, what crosses midnight is paired. Without: fetched.

--resolve 编号 --reason 为什么：店长说明一条；--sign：全部有据后确认这一天。都要密码（手输，或标准输入一行）。
--resolve ID --reason WHY: the manager explains a line; --sign: confirms the day once nothing is unexplained. Both need
a PIN, typed or as a line of standard input; none with simulator keys.

退出码 exit: 0 对平 level, 1 有差异 differences, 2 文件不对，没有采用 a file was refused
--json: {day, level, lacking, channels: [{channel, log, bill, difference_fen, lines: [...]}]}"""


def add_reconcile(command: argparse.ArgumentParser) -> None:
    def files(option: str, name: str, says: str) -> None:
        command.add_argument(option, type=Path, nargs="+", action="extend", metavar=name, help=says)

    command.add_argument("--day", required=True, metavar="YYYY-MM-DD", help="哪一天 the business day")
    files("--bill", "FILE", "对账单文件 bill files")
    files("--log", "CSV", "别机的流水日志 another till's day log")
    files("--key", "PEM", "别机的公钥 that till's public key")
    command.add_argument("--resolve", metavar="ID", help="说明这一条 explain this line")
    command.add_argument("--reason", default="", metavar="WHY", help="为什么 why")
    command.add_argument("--sign", action="store_true", help="确认这一天 confirm the day")
    command.add_argument("--as", dest="who", metavar="NAME", help="谁：姓名或工号 who")
    command.add_argument("--json", action="store_true", help="JSON")
