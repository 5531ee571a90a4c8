"""What ``mashou pos`` understands."""

import argparse
from collections.abc import Callable
from typing import Final

POS: Final = """\
别的收银软件从本机发起收款的接口：只在本机，要口令，平时关着。说明见 docs/pos-interface.md。
The interface by which another POS on this computer asks for a charge: loopback only, with a token, off by default.

token   做一个新口令，只显示这一次，旧的作废 a new token, shown once; the old one is void
on off  打开、关上 switch it
status  现在怎样；退出码 0 开着且有口令，1 没有 how it stands; exit 0 usable, 1 not"""


def add_pos(pos: argparse.ArgumentParser, everywhere: Callable[[argparse.ArgumentParser], None]) -> None:
    actions = pos.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, brief in (
        ("token", "新口令 a new token"),
        ("on", "打开 switch on"),
        ("off", "关上 switch off"),
        ("status", "现在怎样 how it stands"),
    ):
        everywhere(actions.add_parser(name, help=brief))
