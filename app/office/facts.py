"""What the books need of an entry about a sale. Read directly: a million rows leave no time for the whole sale."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.record import BadRecord
from app.core.refunds import RUNNING, HandState, RefundState
from app.core.sale import State
from app.core.shift_sums import Facts, Given
from app.journal.api import Kept

_CHANNELS: Final = {channel.value: channel for channel in Channel}
_STATES: Final = {state.value: state for state in State}
_REASONS: Final[dict[str | None, Reason | None]] = {None: None, **{reason.value: reason for reason in Reason}}
_RUNNING: Final = frozenset(state.value for state in RUNNING)
_RECORDED: Final = frozenset({HandState.GIVEN.value, HandState.MATCHED.value})
_WRONG: Final = (KeyError, TypeError, AttributeError, ValueError)


def facts_of(kept: Kept) -> Facts:
    """The sale that ``kept`` is an entry of, at that instant. Raises ``BadRecord`` where it is none."""
    body = cast("Mapping[str, Any]", kept.body)
    try:
        order = body["order"]
        began_ms, amount_fen = int(order["began_ms"]), int(order["amount_fen"])
        refunds = body.get("refunds") or ()
        elsewhere = body.get("elsewhere_fen") or 0
        return Facts(
            out_trade_no=order["out_trade_no"],
            channel=_CHANNELS[order["channel"]],
            operator=order["operator"],
            terminal=order["terminal"],
            day=order["day"],
            began_ms=began_ms,
            ended_ms=body["ended_ms"],
            amount_fen=amount_fen,
            state=_STATES[body["state"]],
            reason=_REASONS[body["reason"]],
            channel_no=body["channel_no"],
            took_money=body["took_money"],
            recovered=body["recovered"],
            refunds_running=sum(refund["state"] in _RUNNING for refund in refunds) if refunds else 0,
            given=_given(body, refunds, elsewhere) if refunds or elsewhere else (),
            by_hand=_by_hand(body["hand"]) if body.get("hand") else "",
        )
    except _WRONG as error:
        raise BadRecord(f"entry {kept.seq} is no sale this program can read: {type(error).__name__}") from error


def _given(body: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]], elsewhere_fen: int) -> tuple[Given, ...]:
    order = body["order"]
    ours = [
        Given(
            refund["out_refund_no"],
            int(refund["amount_fen"]),
            int(refund["ended_ms"] or refund["began_ms"]),
            refund["by"] or order["operator"],
        )
        for refund in refunds
        if refund["state"] == RefundState.DONE.value
    ]
    if elsewhere_fen:
        ours.append(Given("", int(elsewhere_fen), int(body["ended_ms"] or order["began_ms"]), order["operator"]))
    return tuple(ours)


def _by_hand(hand: Mapping[str, Any]) -> str:
    return str(hand["by"]) if hand["state"] in _RECORDED else ""


def is_sale(kept: Kept) -> bool:
    """Whether ``kept`` is an entry about a sale at all."""
    return isinstance(kept.body.get("order"), Mapping)
