import pytest

from app.bench.figures import Spread, spread


def test_the_99th_percentile_is_one_of_the_samples_and_only_few_are_above():
    assert spread([float(n) for n in range(100, 0, -1)]) == Spread(100, 50.5, 99.0)
    assert spread([float(n) for n in range(1, 201)]).p99 == 198.0


def test_of_few_samples_the_largest_stands_for_it():
    assert spread([3.0, 1.0, 2.0]) == Spread(3, 2.0, 3.0)


def test_nothing_measured_is_no_figure():
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])
