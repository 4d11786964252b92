"""False texts: a description changed in one thing, so that matching must look closely."""

from __future__ import annotations

import random
from dataclasses import replace

from world import COLORS, KINDS, Description


def edited(description: Description, rng: random.Random) -> Description:
    """A description that differs in one thing: a noun, a count, the ground, the order or the relation."""
    change = rng.choice([change_noun, change_noun, change_background, change_count, change_order, change_relation])
    wrong = change(description, rng)
    return wrong if wrong != description else change_noun(description, rng)


def change_noun(description: Description, rng: random.Random) -> Description:
    """Another kind in one place."""
    groups = list(description.groups)
    place = rng.randrange(len(groups))
    names = [kind for kind, _ in groups]
    groups[place] = (rng.choice([kind for kind in KINDS if kind not in names]), groups[place][1])
    return replace(description, groups=tuple(groups))


def change_background(description: Description, rng: random.Random) -> Description:
    """Another ground."""
    return replace(description, background=rng.choice([name for name in COLORS if name != description.background]))


def change_count(description: Description, rng: random.Random) -> Description:
    """Another count in one place, or one thing left out."""
    groups = list(description.groups)
    place = rng.randrange(len(groups))
    if len(groups) > 1 and rng.random() < 0.4:
        del groups[place]
        return replace(description, groups=tuple(groups), stacked=description.stacked and len(groups) == 2)
    kind, count = groups[place]
    groups[place] = (kind, rng.choice([other for other in (1, 2, 3) if other != count]))
    return replace(description, groups=tuple(groups))


def change_order(description: Description, rng: random.Random) -> Description:
    """Two neighbours trade places; a count stays with its noun's place."""
    groups = list(description.groups)
    if len(groups) < 2:
        return description
    place = rng.randrange(len(groups) - 1)
    (first, many), (second, few) = groups[place:place + 2]
    groups[place:place + 2] = [(second, many), (first, few)]
    return replace(description, groups=tuple(groups))


def change_relation(description: Description, rng: random.Random) -> Description:
    """Side by side becomes one above the other, and back."""
    return replace(description, stacked=not description.stacked) if len(description.groups) == 2 else description
