"""The manager's desk over a small week, and what of a bill may get lost."""

import json
import shutil

from planting import WechatFile

from app.cli.main import run
from app.core.channel import Channel
from app.journal.days import open_days
from app.office.recon.source import booked_on
from app.office.recon.values import Stand
from app.settings import DataFolder

DAY, NEXT = "2026-11-03", "2026-11-04"
SEED, SALES = 4, 320  # a week in which every way of paying and giving back occurs
DAYS = ("2026-11-02", DAY, NEXT)


class Desk:
    """The manager's desk: a copy of the bills, and the command."""

    def __init__(self, week, folder, capsys):
        self.folder, self._capsys = folder, capsys
        shutil.copytree(week.folder / "bills", folder / "bills")
        shutil.copytree(week.folder / "till-1", folder / "till-1")
        self.logs = week.folder / "logs"
        self.days = open_days(DataFolder(folder / "till-1").journal)

    def bill(self, channel, day=DAY):
        compact = day.replace("-", "")
        return next(
            (self.folder / "bills").glob({"unionpay": f"*_{compact}.zip"}.get(channel, f"{channel}_{compact}*"))
        )

    def reconcile(self, *bills, day=DAY, merged=True):
        """(exit code, the JSON it printed, what it said beside it)."""
        bills = bills or sorted((self.folder / "bills").iterdir())
        argv = ["reconcile", "--data", str(self.folder / "till-1"), "--day", day, "--json", "--bill", *map(str, bills)]
        if merged:
            argv += ["--log", *map(str, sorted(self.logs.glob("till-2-*.csv"))), "--key", str(self.logs / "till-2.pem")]
        code = run(argv)
        out, err = self._capsys.readouterr()
        return code, json.loads(out) if out else None, err

    def say(self, *words, day=DAY):
        """What the manager adds to a day: (exit code, the JSON after it, what was said beside it)."""
        argv = ["reconcile", "--data", str(self.folder / "till-1"), "--day", day, "--json"]
        argv += ["--bill", *map(str, sorted((self.folder / "bills").iterdir()))]
        argv += ["--log", *map(str, sorted(self.logs.glob("till-2-*.csv"))), "--key", str(self.logs / "till-2.pem")]
        code = run([*argv, *words])
        out, err = self._capsys.readouterr()
        return code, json.loads(out) if out else None, err

    def lines(self, **more):
        """kind -> lines of the day that somebody must look at."""
        code, result, _ = self.reconcile(**more)
        assert all(
            one["log"]["fen"] == one["bill"]["fen"] + sum(line["worth_fen"] for line in one["lines"])
            for one in result["channels"]
        )
        assert (code == 0) == result["level"]
        return [(line["kind"], line["out_trade_no"]) for one in result["channels"] for line in one["lines"]]

    def booked(self, stand, channel, *, refunded=False):
        return next(
            one for one in booked_on(self.days, DAY)
            if one.stand is stand and one.channel is channel and one.day == DAY and bool(one.refunds) == refunded
        )  # fmt: skip

    def unpaid(self, stand, channel):
        """A sale of that end whose customer did not pay otherwise."""
        booked = [one for one in booked_on(self.days, DAY) if one.day == DAY]
        kept = {one.purchase for one in booked if one.stand is Stand.KEPT}
        return next(one for one in booked if one.stand is stand and one.channel is channel and one.purchase not in kept)

    def close(self):
        self.days.close()


def plant_missing(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.payment(desk.booked(Stand.KEPT, Channel.WECHAT).out_trade_no)
    bill.rows.remove(row)
    bill.save()
    return row["商户订单号"]
