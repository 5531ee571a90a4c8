"""What ``mashou receipt`` and ``mashou print-test`` understand."""

import argparse
from pathlib import Path
from typing import Final

RECEIPT: Final = """\
一笔的小票：显示、存成 PNG 或 PDF、打印（--print）。ORDER 是单号，或退款号（退款单）。
显示和存图可与收银窗口同时用，存出的图一律标「重印」；打印要记账，请在窗口按 F6，或先关窗口。
A sale's slip: shown, as PNG or PDF, printed. ORDER is an order number, or a refund's own.
Showing and drawing work beside the window, what is drawn is marked as a reprint; printing is written down."""
PRINT_TEST: Final = """\
打一张测试页：看条码能不能扫、字清不清、切纸好不好。退出码 2 表示没打出来，并说为什么。
Print a test page. Exit 2: it did not come out, with the reason."""


def add_receipt(receipt: argparse.ArgumentParser) -> None:
    receipt.add_argument("number", metavar="ORDER", help="单号或退款号 order or refund number")
    receipt.add_argument("--png", type=Path, metavar="F", help="存成图片 draw it into F")
    receipt.add_argument("--pdf", type=Path, metavar="F", help="存成 PDF draw it into F")
    receipt.add_argument("--print", action="store_true", help="打印，打过的标「重印」 print it")
