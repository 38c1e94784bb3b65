"""The long tests. Whatever is random in them depends on `SEED`, so that another number tries other texts and edits.

This module must not test anything.
"""

from __future__ import annotations

import os
from typing import Final

SEED: Final = int(os.environ.get("ROSTRUM_FUZZ_SEED", "0"))


def list_seeds(first: int, count: int) -> list[int]:
    """Return the seeds of a test that is run so many times, from `first` on where nobody asks for others."""
    return [SEED + first + number for number in range(count)]
