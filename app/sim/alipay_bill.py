"""Alipay's trade bill (alipay.md §9): a zip, names and contents in GBK, ``#`` lines around, TABs behind text cells.

No bill with a service fee or a comma in a title was seen by anyone we know: fees are written here as what is kept
(negative where it is given back), a comma becomes a full-width one, lines end in CRLF.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

from app.sim.bills import Line, LineKind, yuan
from app.sim.rules import beijing

_HEADER: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_SUMMARY: Final = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,"
    "服务费（元）,分润（元）,实收净额（元）"
)
_AT: Final = "%Y-%m-%d %H:%M:%S"
_DAY: Final = "%Y年%m月%d日 %H:%M:%S"
BUYER: Final = "138****5620"


def alipay_bill(found: Sequence[Line], pid: str, begin: float, end: float, now: float) -> bytes:
    """The zip for ``begin`` to ``end`` (seconds since the epoch) with the detail and the summary file."""
    name = f"{pid}0156_{beijing(begin):%Y%m%d}_业务明细"
    files = {
        f"{name}.csv": _detail(found, pid, begin, end, now),
        f"{name}(汇总).csv": _summary(found, pid, begin, end, now),
    }
    return _zipped({known.encode("gbk"): text.encode("gbk", "replace") for known, text in files.items()}, now)


def _detail(found: Sequence[Line], pid: str, begin: float, end: float, now: float) -> str:
    paid = [line.amount_fen for line in found if line.kind is LineKind.PAID]
    back = [line.amount_fen for line in found if line.kind is not LineKind.PAID]
    return _text(
        *_prologue("业务明细", pid, begin, end),
        _HEADER,
        *map(_row, found),
        _ruled("业务明细列表结束", 36),
        f"#交易合计：{len(paid)}笔，商家实收共{yuan(sum(paid))}元，商家优惠共0.00元",
        f"#退款合计：{len(back)}笔，商家实收退款共{yuan(-sum(back))}元，商家优惠退款共0.00元",
        f"#导出时间：[{beijing(now):{_DAY}}]",
    )


def _summary(found: Sequence[Line], pid: str, begin: float, end: float, now: float) -> str:
    paid = [line.amount_fen for line in found if line.kind is LineKind.PAID]
    back = [line.amount_fen for line in found if line.kind is not LineKind.PAID]
    net, fee = yuan(sum(paid) - sum(back)), yuan(sum(line.fee_fen for line in found))
    kept = yuan(sum(paid) - sum(back) - sum(line.fee_fen for line in found))
    return _text(
        *_prologue("业务汇总", pid, begin, end),
        _SUMMARY,
        f"合计\t,\t,{len(paid)},{len(back)},{net},{net},0.00,0.00,0.00,{fee},0.00,{kept}",
        _ruled("业务汇总列表结束", 36),
        f"#导出时间：[{beijing(now):{_DAY}}]",
    )


def _prologue(what: str, pid: str, begin: float, end: float) -> tuple[str, ...]:
    period = f"#起始日期：[{beijing(begin):{_DAY}}]   终止日期：[{beijing(end):{_DAY}}]"
    return f"#支付宝{what}查询", f"#账号：[{pid}0156]", period, _ruled(f"{what}列表", 40)


def _ruled(title: str, behind: int) -> str:
    return f"#{'-' * 41}{title}{'-' * behind}"


def _text(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in rows)


def _row(line: Line) -> str:
    order = line.order
    is_back = line.kind is not LineKind.PAID
    amount = yuan(-line.amount_fen if is_back else line.amount_fen)
    request_no = ""
    if is_back:  # a cancelled sale names no request: its own trade_no stands there
        request_no = line.refund.out_refund_no if line.refund is not None else order.channel_no
    cells = (
        f"{order.channel_no}\t",
        f"{order.out_trade_no}\t",
        "退款\t" if is_back else "交易\t",
        f"{_plain(order.title)}\t",
        beijing(order.created_at).strftime(_AT),
        beijing(line.at).strftime(_AT),
        f"{_plain(order.store)}\t",
        "\t",
        "\t",
        f"{_plain(order.terminal)}\t",
        f"*客({BUYER})\t",
        amount,
        amount,
        *["0.00"] * 5,
        "",
        "0.00\t",
        "0.00",
        f"{request_no}\t",
        yuan(line.fee_fen),
        "0.00",
        _plain(line.refund.reason) if line.refund is not None else "",
    )
    return ",".join(cells)


def _plain(text: str) -> str:
    return " ".join(text.replace(",", "，").split())


def _zipped(files: Mapping[bytes, bytes], now: float) -> bytes:
    """A zip whose names are bytes as given; the library would write UTF-8, so they are put in afterwards."""
    made = io.BytesIO()
    stand_ins = {hashlib.sha256(name).hexdigest().encode() * 2: name for name in files}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for stand_in, name in stand_ins.items():
            shown = stand_in[: len(name)].decode("ascii")
            archive.writestr(zipfile.ZipInfo(shown, beijing(now).timetuple()[:6]), files[name], zipfile.ZIP_DEFLATED)
    data = made.getvalue()
    for stand_in, name in stand_ins.items():
        data = data.replace(stand_in[: len(name)], name)
    return data
