"""What ``mashou scanner`` and ``mashou display`` understand."""

import argparse
from collections.abc import Callable
from typing import Final

SCANNER: Final = """\
扫码枪：列出串口，找枪，试枪。找和试要先关收银窗口，或在窗口的设置里做。
Scanners: list the ports, find one, try one. Close the till's window first, or do it in the window's settings.

find 在终端里画一个条码，用枪扫它；也可以 --code 写出手边任何条码的内容。
find draws a bar code to scan; or --code with what any bar code at hand says.
退出码 exit: 0 好 well, 2 没找到、没读到 nothing found or read"""
DISPLAY: Final = """\
在顾客显示牌上显示一个测试金额，几秒后清空。第二屏在窗口的设置里试。
Show a trial sum on the pole for some seconds. The second screen is tried in the window's settings."""
FIND_SECONDS: Final = 60
SHOW_SECONDS: Final = 5

Everywhere = Callable[[argparse.ArgumentParser], None]


def add_scanner(scanner: argparse.ArgumentParser, everywhere: Everywhere) -> None:
    actions = scanner.add_subparsers(dest="action", metavar="ACTION", required=True)
    everywhere(actions.add_parser("list", help="列出串口 list the serial ports"))
    find = actions.add_parser("find", help="找枪 find a scanner")
    find.add_argument("--code", metavar="TEXT", help="要扫的条码的内容 what the bar code says that you will scan")
    find.add_argument("--use", type=int, choices=(1, 2), help="找到就设为第几把 set it as the first or the second")
    test = actions.add_parser("test", help="试枪 try the scanners that are set up")
    test.add_argument("--count", type=int, default=0, metavar="N", help="读到几次就停 stop after so many readings")
    for one in (find, test):
        one.add_argument("--seconds", type=int, default=FIND_SECONDS, metavar="N", help="最多等几秒 wait at most")
        everywhere(one)


def add_display(display: argparse.ArgumentParser, everywhere: Everywhere) -> None:
    actions = display.add_subparsers(dest="action", metavar="ACTION", required=True)
    test = actions.add_parser("test", help="显示测试金额 show a trial sum")
    test.add_argument("--seconds", type=int, default=SHOW_SECONDS, metavar="N", help="显示几秒 for so many seconds")
    everywhere(test)
