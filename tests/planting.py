"""Bills taken apart and put together again, so that a test can make exactly one thing wrong in them.

What is written back adds up: the closing sums are made anew, except where a sum itself is to be wrong.
"""

import io
import zipfile
from pathlib import Path

from app.channels.unionpay.bill import FIELDS

AMOUNT, ORDER, QUERY, FEE, NET = 6, 11, 9, 15, 32  # of UnionPay's fields, counted from 0


class WechatFile:
    """WeChat's csv: ``rows`` are dicts by heading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_bytes().decode("utf-8-sig").split("\r\n")
        self.header = lines[0].split(",")
        self.sums_header = lines[-3]
        self.rows = [dict(zip(self.header, line[1:].split(",`"), strict=True)) for line in lines[1:-3]]

    def text(self, **wrong: str) -> str:
        def total(name: str) -> float:
            return round(sum(float(row[name]) for row in self.rows), 2)

        sums = {
            "总交易单数": f"{len(self.rows)}.0",
            "应结订单总金额": total("应结订单金额"),
            "退款总金额": total("退款金额"),
            "充值券退款总金额": 0.0,
            "手续费总金额": total("手续费"),
            "订单总金额": total("订单金额"),
            "申请退款总金额": total("申请退款金额"),
        } | wrong
        lines = [",".join(self.header)]
        lines += [",".join(f"`{row[name]}" for name in self.header) for row in self.rows]
        lines += [self.sums_header, ",".join(f"`{sums[name]}" for name in self.sums_header.split(","))]
        return "".join(f"{line}\r\n" for line in lines)

    def save(self, encoding: str = "utf-8-sig", **wrong: str) -> None:
        self.path.write_bytes(self.text(**wrong).encode(encoding))

    def payment(self, number: str = "") -> dict[str, str]:
        return next(row for row in self.rows if row["交易状态"] == "SUCCESS" and number in ("", row["商户订单号"]))

    def returned(self, state: str = "REFUND") -> dict[str, str]:
        return next(row for row in self.rows if row["交易状态"] == state)


class AlipayFile:
    """Alipay's zip: ``rows`` are lists of cells as they stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {entry.filename: archive.read(entry).decode("gbk") for entry in archive.infolist()}
        self.detail = next(name for name, text in self.parts.items() if text.startswith("#支付宝业务明细"))
        lines = self.parts[self.detail].split("\r\n")
        self.head, self.end = lines[:5], next(n for n, line in enumerate(lines) if "明细列表结束" in line)
        self.names = lines[4].split(",")
        self.rows = [line.split(",") for line in lines[5 : self.end]]
        self.closing, self.tail = lines[self.end], lines[self.end + 3 :]

    def at(self, name: str) -> int:
        return self.names.index(name)

    def text(self) -> str:
        amount = self.at("订单金额（元）")
        paid = [float(row[amount]) for row in self.rows if row[2].strip() == "交易"]
        back = [float(row[amount]) for row in self.rows if row[2].strip() == "退款"]
        sums = [
            f"#交易合计：{len(paid)}笔，商家实收共{sum(paid):.2f}元，商家优惠共0.00元",
            f"#退款合计：{len(back)}笔，商家实收退款共{sum(back):.2f}元，商家优惠退款共0.00元",
        ]
        return "\r\n".join([*self.head, *(",".join(row) for row in self.rows), self.closing, *sums, *self.tail])

    def save(self, encoding: str = "gbk") -> None:
        self.parts[self.detail] = self.text()
        self.keep(self.parts, encoding)

    def keep(self, parts: dict[str, str], encoding: str = "gbk") -> None:
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for n, text in enumerate(parts.values()):
                archive.writestr(f"{n}.csv", text.encode(encoding))


class UnionpayFile:
    """UnionPay's zip: ``rows`` are the ZM rows as bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        self.detail = next(name for name in self.parts if "ZM_" in name)
        self.rows = self.parts[self.detail].split(b"\r\n")[:-1]

    def save(self) -> None:
        self.parts[self.detail] = b"".join(row + b"\r\n" for row in self.rows)
        self.keep(self.parts)

    def keep(self, parts: dict[str, bytes]) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        self.path.write_bytes(made.getvalue())

    def put(self, n: int, field: int, value: bytes) -> None:
        """``value`` has the field's own width, or less."""
        where, row = FIELDS[field], self.rows[n]
        self.rows[n] = row[: where.start] + value.ljust(where.stop - where.start) + row[where.stop :]

    def field(self, n: int, field: int) -> bytes:
        return self.rows[n][FIELDS[field]].strip()

    def payment(self) -> int:
        return next(n for n in range(len(self.rows)) if self.field(n, 0) == b"S22")
