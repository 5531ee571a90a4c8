"""A page as the office shows it; the worker's loop is this thread."""

from __future__ import annotations

import asyncio

import pytest

from ui import tokens


class HereAndNow:
    """Answers at once. ``late`` keeps the answers back until ``deliver``."""

    def __init__(self) -> None:
        self.late = False
        self.waiting = []

    def ask(self, work, done, failed=None) -> None:
        answer = asyncio.run(work())
        if self.late:
            self.waiting.append((done, answer))
        else:
            done(answer)

    def deliver(self) -> None:
        waiting, self.waiting = self.waiting, []
        for done, answer in waiting:
            done(answer)


@pytest.fixture
def asker():
    return HereAndNow()


@pytest.fixture
def theme(qapp):
    return tokens.theme(1366, 768, dark=False)


@pytest.fixture
def shown(qtbot):
    """Show a page as the office does."""

    def show(page, argument=None):
        qtbot.addWidget(page)
        page.resize(1366, 660)
        page.show()
        page.enter(argument)
        return page

    return show
