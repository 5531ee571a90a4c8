"""What ``mashou staff`` understands."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.core.staff import Role

STAFF: Final = """\
管理人员：第一位是店长，没有默认密码；以后由店长来做（--as 姓名或工号）。密码手输，或从标准输入给，一行一个：
先是做的人的密码，再是新密码；从不写在命令里。收银窗口要先关掉。
The people of this till. The first is the manager, without a default PIN; later a manager acts (--as NAME).
PINs are typed unseen, or lines of standard input: first of whoever acts, then the new one; never on the command line.
Close the window first.

训练和模拟器的文件夹自带三人，不用密码 a practice folder has its three people and needs no PIN"""
AS: Final = "谁来做：姓名或工号 who acts: name or staff no."

Everywhere = Callable[[argparse.ArgumentParser], None]


def add_staff(staff: argparse.ArgumentParser, everywhere: Everywhere) -> None:
    """Its actions. ``everywhere`` adds what stands after every command."""
    actions = staff.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, brief: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=brief, description=brief)
        everywhere(made)
        return made

    listed = action("list", "列出人员 list the people")
    listed.add_argument("--json", action="store_true", help="JSON, cap_fen 是分 in fen")
    added = action("add", "添加一人 add somebody")
    added.add_argument("number", metavar="NUMBER", help="工号，2 到 8 位 staff no., 2 to 8 digits")
    added.add_argument("name", metavar="NAME", help="姓名 name")
    added.add_argument("--role", required=True, choices=[role.value for role in Role], help="职务 role")
    added.add_argument("--cap", metavar="YUAN", help="主管一次最多退多少元，- 不限 a supervisor's limit, - for none")
    added.add_argument("--as", dest="who", metavar="NAME", help=AS)
    for name, brief in (
        ("pin", "换密码 a new PIN"),
        ("badge", "发新工牌，旧的作废 a new badge; the old one is void"),
        ("unlock", "解锁 unlock"),
        ("retire", "停用，不能恢复 retire, for good"),
    ):
        one = action(name, brief)
        one.add_argument("person", metavar="WHO", help="姓名或工号 name or staff no.")
        one.add_argument("--as", dest="who", metavar="NAME", help=AS)
    anew = action("anew", "名册坏了或店长忘了密码：店主用商户文件重建 begin anew, with the merchant's client file")
    anew.add_argument("--client", required=True, type=Path, metavar="FILE", help="商户文件 client.json")
