"""What teach.py teaches: how each model is built, what it learns from, and how it is scored on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Callable

from torch import nn

import matching
from blip2 import OptTeaching
from data import Batch
from dialogues import make_batch
from llava import LlavaTeaching
from search import matching_scores
from talk_llava import llava_scores
from talk_opt import opt_scores


@dataclass(frozen=True)
class Lesson:
    """One model's."""

    build: Callable[[Path], nn.Module]
    make: Callable[..., Batch]
    score: Callable[[nn.Module], dict[str, float]]


LESSONS = {
    "blip2-opt": Lesson(OptTeaching, partial(make_batch, family="blip2"), opt_scores),
    "blip2-itm": Lesson(matching.MatchingTeaching, matching.make_batch, matching_scores),
    "llava": Lesson(LlavaTeaching, partial(make_batch, family="llava"), llava_scores),
}
