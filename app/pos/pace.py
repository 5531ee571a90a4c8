"""How often somebody may knock. Pure: the time is an argument."""

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """``most`` at once, and ``each_second`` more as time passes."""

    each_second: float
    most: float
    left: float = -1.0
    at: float = 0.0

    def takes(self, mono: float) -> bool:
        """Whether one more may come now, at ``mono`` seconds; it is counted where it may."""
        if self.left < 0:
            self.left, self.at = self.most, mono
        self.left = min(self.most, self.left + max(0.0, mono - self.at) * self.each_second)
        self.at = mono
        if self.left < 1:
            return False
        self.left -= 1
        return True
