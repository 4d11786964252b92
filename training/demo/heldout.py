"""The scenes held out for scoring: seeds that training never reaches, captions all different."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from questions import Question, one_of_each
from scores import Asked
from world import HELD_OUT, Scene, draw, sample_scene


@dataclass(frozen=True)
class HeldOut:
    """Scenes with their pictures, captions and questions."""

    scenes: list[Scene]
    pictures: list[np.ndarray]
    captions: list[str]
    asked: Asked

    def questions(self, at: int) -> list[Question]:
        """The questions on one scene."""
        return [item for scene, item in self.asked if scene == at]


def held_out(number: int, offset: int = 0) -> HeldOut:
    """Held-out scenes from an offset on; the published scores use offset 0."""
    scenes: dict[str, Scene] = {}
    seed = HELD_OUT + offset
    while len(scenes) < number:
        scene = sample_scene(seed)
        scenes.setdefault(scene.description.caption(), scene)
        seed += 1
    asked = [(at, item) for at, scene in enumerate(scenes.values()) for item in one_of_each(scene, random.Random(at))]
    return HeldOut(list(scenes.values()), [draw(scene) for scene in scenes.values()], list(scenes), asked)
