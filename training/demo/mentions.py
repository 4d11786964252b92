"""Short texts that name one thing of a scene, as people search: "a cat", "cats", "two dogs on a red background"."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from world import COLORS, KINDS, Description, phrase, plural


@dataclass(frozen=True)
class Mention:
    """A kind, and where they are told its count and the ground."""

    kind: str
    count: int | None
    background: str | None
    form: int = 0

    def text(self) -> str:
        """Without a count any number is meant: "a cat", "cats" or "cat"."""
        anyhow = (phrase(self.kind, 1), plural(self.kind), self.kind)
        named = anyhow[self.form] if self.count is None else phrase(self.kind, self.count)
        return named if self.background is None else f"{named} on a {self.background} background"

    def fits(self, description: Description) -> bool:
        """Whether it is true of a scene."""
        found = dict(description.groups).get(self.kind, 0)
        return found > 0 and self.count in (None, found) and self.background in (None, description.background)


def mention(description: Description, rng: random.Random) -> Mention:
    """One that is true of the description."""
    kind, count = rng.choice(description.groups)
    counted = count > 1 and rng.random() < 0.5
    background = description.background if rng.random() < 0.3 else None
    return Mention(kind, count if counted else None, background, rng.randrange(3))


def false_mention(true: Mention, description: Description, rng: random.Random) -> Mention:
    """One that is not: another kind, or where they were told another count or ground."""
    absent = rng.choice([kind for kind in KINDS if kind not in dict(description.groups)])
    changes = [replace(true, kind=absent), replace(true, kind=absent)]
    if true.count is not None:
        changes.append(replace(true, count=5 - true.count))
    if true.background is not None:
        changes.append(replace(true, background=rng.choice([name for name in COLORS if name != true.background])))
    return rng.choice(changes)
