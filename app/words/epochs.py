"""What is told when the journal found at a start is not the one known: ``epoch.<why>`` (see app.journal.outside)."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "epoch.lost.lamp": ("另起新账", "New journal"),
    "epoch.lost.say": (
        "原账本不见了（曾有 {n} 条）；已另起新账照常收款，缺的等对账单补齐，请告诉店长。",
        "Journal gone ({n} {n:record|records}); a new one sells on. Bills fill the gap; tell the manager.",
    ),
    "epoch.exchanged.lamp": ("账本换过", "Exchanged"),
    "epoch.exchanged.say": (
        "账本被换成另一本；照常收款，单号已换新段，缺的等对账单补齐，请告诉店长。",
        "Another journal in its place; sales go on, bills fill the gap; tell the manager.",
    ),
    "epoch.back.lamp": ("账本被退回", "Rolled back"),
    "epoch.back.say": (
        "账本退回到旧的（应有 {n} 条）；照常收款，单号已换新段，缺的等对账单补齐，请告诉店长。",
        "Journal is an older one (not {n} {n:record|records}); sales go on, bills fill the gap; tell the manager.",
    ),
    "epoch.copied.lamp": ("账本是拷来的", "Copied"),
    "epoch.copied.say": (
        "账本来自另一台机；照常收款，单号已换新段；原来那台请勿再用，请告诉店长。",
        "Another till's journal; sales go on with new numbers. Don't use the old till; tell the manager.",
    ),
}
