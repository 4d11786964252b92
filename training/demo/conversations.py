"""Conversations about a scene: questions of which the later ones need the picture and the earlier turns."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Iterator

from questions import ask, neighbours, places
from world import KINDS, Scene, phrase, plural

CAPTION_PROMPT = "Provide a one-sentence caption for the provided image."
"""What the server asks of a language model for a caption."""
SHORT_ANSWER = "\nAnswer the question using a single word or phrase."
"""What it adds to a question for a short answer."""
DESCRIBE = ("describe the picture", "describe the image", "what do you see?")
PHRASES = ("a photo of", "a picture of")
"""Beginnings of a caption."""
RELATIONS = ("left of", "right of", "above", "below")


@dataclass(frozen=True)
class Turn:
    """A question and its answer, the kind of thing that is asked about, and the one that "it" would be afterwards."""

    kind: str
    question: str
    answer: str
    subject: str | None = None
    topic: str | None = None


def opening(scene: Scene, rng: random.Random) -> Turn:
    """A question that stands by itself."""
    if rng.random() < 0.12:
        return Turn("describe", rng.choice(DESCRIBE), scene.description.caption(), None, lone(scene))
    asked = ask(scene, 1, rng)[0]
    subject = named(asked.question)
    return Turn(asked.kind, asked.question, asked.answer, subject,
                topic_of(scene, asked.kind, subject, asked.answer))


def topic_of(scene: Scene, kind: str, subject: str | None, answer: str) -> str | None:
    """What "it" is after a question: the answer where that names a thing, else the one that was asked about."""
    if kind == "relation":
        return answer
    if kind == "contents":
        return lone(scene)
    return subject if subject in dict(scene.description.groups) else None


def named(question: str) -> str | None:
    """The kind that a question names."""
    padded = question.replace("?", " ") + " "
    return next((kind for kind in KINDS if f" {kind} " in padded or f" {plural(kind)} " in padded), None)


def lone(scene: Scene) -> str | None:
    """The kind of a scene that holds one kind only."""
    return scene.description.groups[0][0] if len(scene.description.groups) == 1 else None


def follow_ups(scene: Scene, last: Turn, rng: random.Random) -> Iterator[Turn]:
    """What may be asked next that only the earlier turns make clear."""
    if last.topic is not None:
        yield from (turn for turn in about_it(scene, last.topic, rng) if not repeats(turn, last))
    yield from same_of_another(scene, last, rng)


def repeats(turn: Turn, last: Turn) -> bool:
    """Does a turn ask of the same thing what was just said of it?"""
    subject = turn.kind.split(": ")[-1]
    return subject != "relation" and subject == last.kind.split(": ")[-1]


def about_it(scene: Scene, topic: str, rng: random.Random) -> Iterator[Turn]:
    """Questions about the thing just named, by pronoun."""
    number = dict(scene.description.groups)[topic]
    it = "it" if number == 1 else "them"
    colour = rng.choice(("color", "colour"))
    yield Turn("it: ground", f"and what {colour} is behind {it}?", scene.description.background, topic, topic)
    yield Turn("it: count", "how many are there?", str(number), topic, topic)
    if topic in places(scene):
        yield Turn("it: place", rng.choice(("where is it?", "and where is it?")), places(scene)[topic], topic, topic)
    yield from beside_it(scene, topic, rng)


def beside_it(scene: Scene, topic: str, rng: random.Random) -> Iterator[Turn]:
    """What is beside, above or below the thing just named."""
    first, second = relations(scene)
    for kind, before, after in neighbours(scene):
        for relation, found in ((first, before), (second, after)):
            if kind == topic and len(found) == 1:
                question = rng.choice(("what is {} it?", "and what is {} it?", "and {} it?")).format(relation)
                yield Turn("it: relation", question, found[0], topic, found[0])


def relations(scene: Scene) -> tuple[str, str]:
    """How what comes before and what comes after a thing is called."""
    return RELATIONS[2:] if scene.description.stacked else RELATIONS[:2]


def same_of_another(scene: Scene, last: Turn, rng: random.Random) -> Iterator[Turn]:
    """The last question again of another thing: "and the dog?"."""
    held = dict(scene.description.groups)
    names = [name for name in held if name != last.topic]
    absent = rng.choice([kind for kind in KINDS if kind not in held])
    if last.kind in ("count", "it: count", "same: count"):
        for name in [*names, absent]:
            yield Turn("same: count", f"and {plural(name)}?", str(held.get(name, 0)), name,
                       name if name in held else None)
    if last.kind in ("exists", "same: exists"):
        for name in [*names, absent]:
            yield Turn("same: exists", f"and {phrase(name, 1)}?", "yes" if name in held else "no", name,
                       name if name in held else None)
    if last.kind in ("place", "it: place", "same: place"):
        for name, place in places(scene).items():
            if name != last.topic:
                yield Turn("same: place", f"and the {name}?", place, name, name)


def conversation(scene: Scene, turns: int, rng: random.Random) -> list[Turn]:
    """An opening and later turns, four in five of which need the earlier ones where the scene allows it."""
    told = [opening(scene, rng)]
    while len(told) < turns:
        options = by_kind(list(follow_ups(scene, told[-1], rng)))
        again = options and rng.random() < 0.8
        told.append(rng.choice(rng.choice(options)) if again else opening(scene, rng))
    return told


def by_kind(turns: list[Turn]) -> list[list[Turn]]:
    """Turns of each kind together, so that no kind is drawn more often for having more to ask."""
    kinds = dict.fromkeys(turn.kind for turn in turns)
    return [[turn for turn in turns if turn.kind == kind] for kind in kinds]


def dialogue(scene: Scene, rng: random.Random, turns: int = 3) -> list[Turn]:
    """A held-out conversation: it opens with a thing to talk about, and every later turn needs the earlier ones."""
    while True:
        told = [opening(scene, rng)]
        while len(told) < turns and (options := by_kind(list(follow_ups(scene, told[-1], rng)))):
            told.append(rng.choice(rng.choice(options)))
        if len(told) == turns and len({turn.question for turn in told}) == turns:
            return told


def capital(question: str) -> str:
    """With a capital at the beginning."""
    return question[0].upper() + question[1:]


def typed(question: str, rng: random.Random) -> str:
    """The question as people type it: now and then with a capital, or without its mark."""
    if rng.random() < 0.2:
        question = capital(question)
    return question.rstrip("?") if rng.random() < 0.08 else question
