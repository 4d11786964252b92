"""Questions that a scene can answer, by kind, each with its one short answer."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Callable, Iterator

from world import KINDS, NUMBERS, Scene, phrase, plural


@dataclass(frozen=True)
class Question:
    """One question, its kind for the score table, and the answer expected."""

    kind: str
    question: str
    answer: str


PLACES = ("left", "middle", "right", "top", "bottom")
Ask = Callable[[Scene, random.Random], Iterator[Question]]


def count(scene: Scene, rng: random.Random) -> Iterator[Question]:
    """How many of a kind, or of everything; sometimes none."""
    for kind, number in with_absent(scene, rng):
        yield Question("count", f"how many {plural(kind)} are there?", str(number))
    yield Question("count", "how many objects are there?", str(len(scene.placed)))


def color(scene: Scene, rng: random.Random) -> Iterator[Question]:
    """The colour of the ground."""
    yield Question("color", "what color is the background?", scene.description.background)
    yield Question("color", "what colour is the background?", scene.description.background)


def exists(scene: Scene, rng: random.Random) -> Iterator[Question]:
    """Is there a thing of a kind."""
    (kind, _), (absent, _) = rng.choice(scene.description.groups), with_absent(scene, rng)[-1]
    for name, answer in ((kind, "yes"), (absent, "no")):
        yield Question("exists", f"is there {phrase(name, 1)}?", answer)
        yield Question("exists", f"is there {phrase(name, 1)} in the picture?", answer)


def relation(scene: Scene, rng: random.Random) -> Iterator[Question]:
    """What is beside, above or below a thing, asked where it has one answer."""
    first, second = ("above", "below") if scene.description.stacked else ("left of", "right of")
    for kind, before, after in neighbours(scene):
        if len(before) == 1:
            yield Question("relation", f"what is {first} the {kind}?", before[0])
        if len(after) == 1:
            yield Question("relation", f"what is {second} the {kind}?", after[0])


def place(scene: Scene, rng: random.Random) -> Iterator[Question]:
    """Where a thing is among others."""
    for kind, name in places(scene).items():
        yield Question("place", f"where is the {kind}?", name)


def contents(scene: Scene, rng: random.Random) -> Iterator[Question]:
    """All that is in the picture, in the caption's words."""
    for question in ("what is in the picture?", "what is this?"):
        yield Question("contents", question, scene.description.contents())


KINDS_OF_QUESTION: dict[str, tuple[int, Ask]] = {
    "count": (20, count), "color": (8, color), "exists": (20, exists), "relation": (22, relation),
    "place": (14, place), "contents": (16, contents),
}


def with_absent(scene: Scene, rng: random.Random) -> list[tuple[str, int]]:
    """The groups of a scene, and one kind that it lacks."""
    groups = list(scene.description.groups)
    names = [kind for kind, _ in groups]
    return groups + [(rng.choice([kind for kind in KINDS if kind not in names]), 0)]


def in_order(scene: Scene) -> list[str]:
    """The kinds from left to right, or from top to bottom in a column."""
    axis = "y" if scene.layout == "column" else "x"
    return [item.kind for item in sorted(scene.placed, key=lambda item: getattr(item, axis))]


def places(scene: Scene) -> dict[str, str]:
    """The place of each lone kind of a scene of several."""
    names = {"row": ("left", "right"), "column": ("top", "bottom")}.get(scene.layout, ("left", "middle", "right"))
    ordered = in_order(scene)
    several = len(scene.description.groups) > 1
    return {kind: name for kind, name in zip(ordered, names) if several and ordered.count(kind) == 1}


def neighbours(scene: Scene) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each lone kind of a scene of several, with the different kinds before and after it."""
    ordered = in_order(scene)
    for at, kind in enumerate(ordered):
        if ordered.count(kind) == 1:
            yield kind, sorted(set(ordered[:at])), sorted(set(ordered[at + 1:]))


def ask(scene: Scene, number: int, rng: random.Random) -> list[Question]:
    """A number of questions on a scene, of kinds drawn by weight."""
    weights = [weight for weight, _ in KINDS_OF_QUESTION.values()]
    asked: list[Question] = []
    while len(asked) < number:
        _, maker = rng.choices(list(KINDS_OF_QUESTION.values()), weights)[0]
        options = list(maker(scene, rng))
        if options:
            asked.append(rng.choice(options))
    return asked


def one_of_each(scene: Scene, rng: random.Random) -> list[Question]:
    """One question of every kind that the scene can answer."""
    options = [list(maker(scene, rng)) for _, maker in KINDS_OF_QUESTION.values()]
    return [rng.choice(made) for made in options if made]


def words() -> set[str]:
    """Every word of captions, questions and answers, for the vocabulary."""
    from world import COLORS
    text = [*KINDS, *map(plural, KINDS), *COLORS, *NUMBERS.values(), "an and on above below background left right of"
            " top bottom middle yes no is there in the picture this how many are objects what color colour where"
            " photo image with it there object"]
    return {word for line in text for word in line.split()}
