"""Every cut of a sheet adds up to its total, and sheets that follow one another add up to the whole."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.channel import Channel
from app.core.sale import State
from app.core.shift_sums import Cell, Facts, Given, Kind, Sheet, Sum, Totals, hour_of, kind_of, sheet_of

NINE_MS = 1_795_309_200_000  # 2026-11-22 09:00 in Beijing
QUICK = settings(deadline=None, derandomize=True, max_examples=80)


def sale(n=1, state=State.PAID, fen=1000, *, channel=Channel.WECHAT, operator="1001", took=None, given=(), at=NINE_MS):
    return Facts(
        f"{n:024d}", channel, operator, "0007", "2026-11-22", at, None, fen, state, None, "", took, False, 0, given
    )


def back(fen, n=1, at=NINE_MS, operator="2001"):
    return Given(f"r{n}", fen, at, operator)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (sale(state=State.PAID), Kind.PAID),
        (sale(state=State.VOIDING), Kind.PAID),
        (sale(state=State.REFUNDED, given=(back(1000),)), Kind.PAID),
        (sale(state=State.PARTLY_REFUNDED), Kind.PAID),
        (sale(state=State.DECLINED), Kind.DECLINED),
        (sale(state=State.NOT_SENT), Kind.DECLINED),
        (sale(state=State.REVERSED, took=False), Kind.CLEAN),
        (sale(state=State.REVERSED), Kind.CLEAN),
        (sale(state=State.REVERSED, took=True), Kind.RETURNED),
        (sale(state=State.INTENT), None),
        (sale(state=State.UNKNOWN), None),
        (sale(state=State.REVERSING, took=True), None),
        (sale(state=State.STUCK), None),
    ],
)
def test_a_sale_counts_as_what_became_of_it(one, kind):
    assert kind_of(one.state, one.took_money) == kind


def test_a_day_with_everything_in_it():
    sheet = sheet_of(
        [
            sale(1, fen=12850),
            sale(2, State.REFUNDED, 3200, channel=Channel.ALIPAY, given=(back(3200),)),
            sale(3, State.PARTLY_REFUNDED, 10000, given=(back(2800),)),
            sale(4, State.DECLINED, 9600),
            sale(5, State.REVERSED, 4100, took=False),
            sale(6, State.REVERSED, 990, took=True, given=(back(990),)),
            sale(7, State.PENDING, 500),
        ]
    )
    total = sheet.total
    assert (total.paid, total.voided, total.refunded) == (Sum(3, 26050), Sum(1, 3200), Sum(1, 2800))
    assert (total.declined, total.clean, total.returned) == (Sum(1, 9600), Sum(1, 4100), Sum(1, 990))
    assert total.net_fen == 20050
    assert sheet.cut(lambda cell: cell.operator)["2001"].given_back == Sum(2, 6000)


def test_what_a_doubtful_sale_gave_back_was_never_counted_as_taken():
    assert sheet_of([sale(1, State.REVERSED, 990, took=True, given=(back(990),))]).total.net_fen == 0


def test_the_hour_is_beijings():
    assert [hour_of(NINE_MS + ms) for ms in (-1, 0, 3_599_999, 3_600_000)] == [8, 9, 9, 10]


STATES = st.sampled_from(list(State))
SALES = st.lists(
    st.builds(
        sale,
        st.integers(0, 30),
        STATES,
        st.integers(1, 10**9),
        channel=st.sampled_from(list(Channel)),
        operator=st.sampled_from(["1001", "1002", "2001"]),
        took=st.sampled_from([None, True, False]),
        given=st.lists(st.builds(back, st.integers(1, 10**6), at=st.integers(NINE_MS, NINE_MS + 86_400_000))).map(
            tuple
        ),
        at=st.integers(NINE_MS, NINE_MS + 86_400_000),
    ),
    max_size=20,
)
CUTS = [lambda cell: cell.channel, lambda cell: cell.operator, lambda cell: cell.hour, lambda cell: cell.kind]


def added(lines):
    sums = [Sum()] * len(Kind)
    for line in lines:
        sums = [one + getattr(line, kind.value) for one, kind in zip(sums, Kind, strict=True)]
    return Totals(*sums)


@QUICK
@given(SALES)
def test_every_cut_adds_up_to_the_total(sales):
    sheet = sheet_of(sales)
    for cut in CUTS:
        assert added(sheet.cut(cut).values()) == sheet.total


@QUICK
@given(st.lists(SALES, min_size=1, max_size=6))
def test_sheets_that_follow_one_another_add_up_to_the_last_state(snapshots):
    """Each snapshot is what all sales look like at one Z; a sale that is not in a later one stays as it was."""
    states = list(itertools.accumulate(snapshots, lambda old, new: {**old, **new_by_number(new)}, initial={}))[1:]
    summed, before = Sheet(), {}
    for state in states:
        summed += sheet_of(state.values(), before.values())
        before = state
    assert summed == sheet_of(states[-1].values())


def new_by_number(sales):
    return {one.out_trade_no: one for one in sales}


def test_cells_that_came_to_nothing_are_not_in_the_sheet():
    assert sheet_of([sale()], [sale()]) == Sheet()
    assert Cell(Kind.PAID, Channel.WECHAT, "1001", 9) in sheet_of([sale()]).cells
