"""Overlapping renditions of one utterance to a single signal. Pure.

Each rendition's last part is held back: made without what follows, it is the least
sure, and the next rendition makes it again. From one to the other it is faded, so that
the joint lies within sound that both have.
"""

from __future__ import annotations

import numpy as np

from june_runtime.pcm import Samples


def joined(held: Samples, fresh: Samples) -> Samples:
    """`fresh`, its beginning faded in over `held`, which renders the same samples.

    The two weights add up to 1 everywhere: both renditions follow one source and are
    in phase. Neither argument is changed.
    """
    count = len(held)
    if not count:
        return fresh
    rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
    faded = held + rise * (fresh[:count] - held)
    return np.concatenate((faded, fresh[count:]))
