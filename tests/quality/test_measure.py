"""The measures are what they say."""

import pytest

from tests.quality.measure import interval


@pytest.mark.parametrize(
    ("hits", "of", "bounds"),
    [
        pytest.param(0, 100, (0.0, 3.70), id="none"),
        pytest.param(100, 100, (96.30, 100.0), id="all"),
        pytest.param(50, 100, (40.38, 59.62), id="half"),
        pytest.param(0, 0, (0.0, 100.0), id="nothing asked"),
    ],
)
def test_bounds_are_wilsons(hits: int, of: int, bounds: tuple[float, float]) -> None:
    """The bounds of a share are Wilson's at 95 %, in percent."""
    assert interval(hits, of) == pytest.approx(bounds, abs=0.01)
