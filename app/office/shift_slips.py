"""X and Z reports as the receipts' room lays them out. Pure."""

from app.core.channel import Channel
from app.core.shift_sums import Sum
from app.office.shift_report import Report
from app.receipts.facts import Anchor, OpenSale, Reconciled, ShiftFacts, Tally


def slip_facts(report: Report, shift: str = "", reconciled: Reconciled | None = None) -> ShiftFacts:
    """``shift`` is what people call it (早班); ``reconciled`` how yesterday's bills came out, where that is known."""
    total = report.sheet.total
    by_channel = report.sheet.cut(lambda cell: cell.channel)
    return ShiftFacts(
        terminal=report.terminal,
        operator=report.by.number,
        opened_ms=report.opened_ms or report.at_ms,
        at_ms=report.at_ms,
        taken=tuple((channel, _tally(by_channel[channel].paid)) for channel in Channel if channel in by_channel),
        voids=_tally(total.voided),
        parts=_tally(total.refunded),
        unpaid=_tally(total.declined),
        revoked=_tally(total.clean),
        returned=_tally(total.returned),
        open=tuple(OpenSale(one.channel, f"state.{one.state.lower()}", one.amount_fen) for one in report.unsettled),
        head=Anchor(report.head.seq, report.head.digest),
        shift=shift,
        z_number=report.z or None,
        first_order=report.first_order,
        last_order=report.last_order,
        first_seq=report.first_seq,
        previous_z=report.previous_z,
        reconciled=reconciled,
    )


def _tally(one: Sum) -> Tally:
    return Tally(one.count, one.fen)
