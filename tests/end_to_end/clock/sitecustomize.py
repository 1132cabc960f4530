"""Python loads this at its start where it is on the path: the wall clock is what a test's file says."""

import os
import time
from pathlib import Path

_ahead = Path(os.environ["CLOCK_FILE"])
_true_time = time.time


def _set_time() -> float:
    """Return the true time and as many seconds as the file names, which may be less than none."""
    return _true_time() + float(_ahead.read_text())


time.time = _set_time
