"""Measures in four parts and prints: the path of a sale, the window over it, its start and memory, its heartbeat."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import boot
from app.bench import path
from app.bench.bare import WentWrongError
from app.core.channel import Channel
from app.words import say
from ui.bench import heartbeat, processes
from ui.bench.processes import SilentError, Told
from ui.bench.table import Row, lines, row


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each thing is done."""

    sales: int  # of each of three kinds, at each channel
    starts: int  # of the till and of the bare window, in turns
    painted: int  # sales through the window at each channel
    minutes: float = 0.0  # of heartbeat, in the till's own time


FULL: Final = Counts(sales=200, starts=7, painted=20, minutes=10.0)  # two minutes on two busy cores
BEAT_PACE: Final = 20.0  # ten minutes in thirty seconds, with as many sales
UNCOUNTED_PAINTS: Final = 2  # the first at each channel: fonts, shapes and code are loaded for it
HEAD: Final = """\
码收测速 · 发货版的收银台，训练通道（独立进程、真 TLS、真签名），窗口 offscreen
The shipping till against the practice service in its own process, window on Qt's offscreen platform.
floor: 同一台机器、同一次运行、轮流做的最低限度 the least it could be, in the same run and in turns
"""
NOTES: Final = """\
扫码→首字节 scan → first byte: counter.scan() 到付款请求交给套接字 to the request handed to the socket
  raw    一次落盘（APSW WAL+FULL，同样大小）、一次签名、一次裸 TLS 写
         one durable commit of the same size, one signature, one raw asyncio TLS write
  httpx  同上，经收银台自己的 httpx 客户端和连接发出 the same, sent through the till's own httpx client and transport
扫码→已收款 scan → PAID durable: floor 是裸写的同样请求、读完回话、再落一次盘
         the same requests by the raw script, answers read, one more commit; Alipay takes a query after the payment
回话→画完 answer → painted: 工作线程验过回话到“已收款”画完 verified answer on the worker to the end of that paint
启动 start: 进程产生（连看护进程）起算 from the spawn, the watching parent included; floor 是空的 a bare PySide6 QWidget
  数字要等扫码枪的门放行 a digit waits in the key gate until it can be no scanner's
内存峰值 peak memory: VmHWM，训练收款之后 after practice sales; floor 是空窗口 the bare window"""


def bench(folder: Path, counts: Counts) -> int:
    """Print the table; nothing stays in ``folder``. Returns 0, or 1 when something could not be measured."""
    load = _load()
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="bench-", dir=folder))  # on the file system of the till's own journal
    try:
        rows = [*_path_rows(path.measure(place, counts.sales)), *_window_rows(place, counts)]
        beats = _heartbeat(place, counts.minutes)
    except boot.CannotStart as refusal:
        return _failed(say(refusal.key, "zh", **dict(refusal.values)))
    except (WentWrongError, SilentError, TimeoutError, OSError) as problem:
        return _failed(str(problem))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    _print(HEAD)
    _print(f"负载 load: {load} → {_load()}，{os.cpu_count()} CPU\n")
    for line in lines(rows):
        _print(line)
    for line in ("", *beats, "", NOTES):
        _print(line)
    return 0


def _path_rows(taken: Mapping[Channel, path.Samples]) -> Iterator[Row]:
    for channel, samples in taken.items():
        name = say(f"name.{channel}", "zh")
        first = {kind: [one.first_byte for one in each] for kind, each in samples.items()}
        yield row(f"{name} 扫码→首字节 / raw", first[path.TILL], first[path.RAW])
        yield row(f"{name} 扫码→首字节 / httpx", first[path.TILL], first[path.HTTPX])
    for channel, samples in taken.items():
        durable = {kind: [one.durable for one in each] for kind, each in samples.items()}
        yield row(f"{say(f'name.{channel}', 'zh')} 扫码→已收款", durable[path.TILL], durable[path.RAW])


def _window_rows(place: Path, counts: Counts) -> Iterator[Row]:
    sold = processes.till(place, counts.painted)
    yield row("回话→画完", sold.to_paint[UNCOUNTED_PAINTS:] or sold.to_paint)
    ours: list[Told] = []
    bare: list[Told] = []
    for _ in range(counts.starts):
        bare.append(processes.bare_window())
        ours.append(processes.till(place))
    for stamp, floor, name in (
        ("painted", "painted", "启动→窗口画好 painted"),
        ("digit", "digit", "启动→数字显示 digit shown"),
        ("open", "painted", "启动→开门营业 house open"),
    ):
        yield row(name, [told.since[stamp] for told in ours], [told.since[floor] for told in bare])
    if sold.peak_kib is not None:
        peaks = [told.peak_kib for told in bare if told.peak_kib is not None]
        yield row("内存峰值 peak memory", [sold.peak_kib], peaks, unit="MiB", times=1 / 1024)


def _heartbeat(place: Path, minutes: float) -> list[str]:
    if not minutes:
        return []
    till, bare = heartbeat.measure(place, minutes, BEAT_PACE)
    return heartbeat.lines(till, bare, minutes, BEAT_PACE)


def _load() -> str:
    return f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "?"


def _failed(why: str) -> int:
    sys.stderr.write(f"测不成 cannot be measured: {why}\n")
    return 1


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
