"""Whether two lists of durations come from one distribution, as dudect asks (Reparaz, Balasch, Verbauwhede 2017).

Welch's t-test on all samples, and on those below each of a hundred thresholds: a difference shows in the fast samples
first, while slow ones are noise. The largest |t| counts; below 4.5 there is no evidence of a difference.
"""

from bisect import bisect_right
from itertools import accumulate
from math import sqrt
from statistics import median

LIMIT = 4.5
# A crop that leaves fewer samples says nothing.
SMALLEST = 100
# Dudect's: they come closer and closer to the slowest sample.
CROPS = [1 - 0.5 ** (10 * (index + 1) / 100) for index in range(100)]


class Samples:
    """Sorted, with the sums that give mean and variance of any number of the fastest."""

    def __init__(self, nanoseconds: list[int], middle: float) -> None:
        self.sorted = sorted(nanoseconds)
        self.sums = [0.0, *accumulate(value - middle for value in self.sorted)]
        self.squares = [0.0, *accumulate((value - middle) ** 2 for value in self.sorted)]

    def moments(self, threshold: float) -> tuple[int, float, float]:
        count = bisect_right(self.sorted, threshold)
        if count < 2:
            return count, 0, 0
        mean = self.sums[count] / count
        return count, mean, (self.squares[count] - count * mean * mean) / (count - 1)


def welch(left: Samples, right: Samples, threshold: float) -> float:
    (n, a, v), (m, b, w) = left.moments(threshold), right.moments(threshold)
    if min(n, m) < SMALLEST or v + w == 0:
        return 0
    return (a - b) / sqrt(v / n + w / m)


class Comparison:
    """Two states of an account on one route."""

    def __init__(self, route: str, pair: tuple[str, str], first: list[int], second: list[int]) -> None:
        self.route, self.pair, self.count = route, pair, len(first)
        pooled = sorted(first + second)
        left, right = Samples(first, median(pooled)), Samples(second, median(pooled))
        self.medians = median(first) / 1e3, median(second) / 1e3
        self.raw = welch(left, right, pooled[-1])
        thresholds = [pooled[min(len(pooled) - 1, int(crop * len(pooled)))] for crop in CROPS]
        self.cropped = max((welch(left, right, threshold) for threshold in thresholds), key=abs)

    @property
    def largest(self) -> float:
        return max(abs(self.raw), abs(self.cropped))
