"""What ``mashou support`` understands."""

import argparse
from pathlib import Path
from typing import Final

SUPPORT: Final = """\
诊断包：版本、去掉账号的设置、自检、账本是否完整、笔数、最近的日志。没有密钥、PIN、付款码、付款人和账本内容。
The support bundle: versions, settings without accounts, self-test, whether the journal holds, counts, the last of the
log. No keys, PINs, payment codes, payers or entries of the journal."""


def add_support(support: argparse.ArgumentParser) -> None:
    support.add_argument("--out", type=Path, required=True, metavar="FILE", help="新文件，.zip a new file")
