"""Heads that are thrown away: what a language model should know by the time it answers."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import cross_entropy

from data import Batch
from dialogues import HIDDEN, NONE
from questions import PLACES
from world import COLORS, LAYOUTS

SUBJECT_LAYER, DETAIL_LAYER = 2, 3
"""After so many layers it should know which thing is asked about, and after so many what there is to know of it."""


class TurnHeads(nn.Module):
    """Read where an answer is about to begin."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.subject = nn.Linear(width, NONE + 1)
        self.details = nn.ModuleDict({"counts": nn.Linear(width, 4), "places": nn.Linear(width, len(PLACES)),
                                      "before": nn.Linear(width, NONE + 1), "after": nn.Linear(width, NONE + 1)})


def turn_loss(heads: TurnHeads, states: tuple[torch.Tensor, ...], offset: int, batch: Batch) -> torch.Tensor:
    """The thing asked about, and how many there are, where it is and what is beside it.

    `states` are those of every layer, in which a row's tokens begin at `offset`."""
    row, at, subject = batch["asked"].T
    early, late = states[SUBJECT_LAYER][row, at + offset], states[DETAIL_LAYER][row, at + offset]
    loss, known = cross_entropy(heads.subject(early).float(), subject), subject != NONE
    for name, head in heads.details.items():
        labels = batch[name][row[known], subject[known]]
        loss = loss + 0.5 * cross_entropy(head(late[known]).float(), labels, ignore_index=HIDDEN)
    return loss


def word_rows(tokenizer: Tokenizer, words: list[str]) -> torch.Tensor:
    """The last token of each word in the midst of a sentence."""
    return torch.tensor([tokenizer.encode(word, add_special_tokens=False).ids[-1] for word in words])


class QueryHeads(nn.Module):
    """What some of the queries should find: the things in the caption's order with their counts, the layout, the
    ground, and the things in the order of their places."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.kind, self.count = nn.Linear(width, NONE + 1), nn.Linear(width, 4)
        self.layout, self.ground = nn.Linear(width, len(LAYOUTS)), nn.Linear(width, len(COLORS))


def query_loss(heads: QueryHeads, seen: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Queries 0 to 2 tell the caption's things, 3 the layout, 4 the ground, 5 to 7 the things in order."""
    kinds = heads.kind(torch.cat([seen[:, :3], seen[:, 5:8]], 1)).float().flatten(0, 1)
    return (cross_entropy(kinds, torch.cat([batch["told"], batch["ordered"]], 1).flatten())
            + 0.5 * cross_entropy(heads.count(seen[:, :3]).float().flatten(0, 1), batch["told_counts"].flatten())
            + 0.3 * cross_entropy(heads.layout(seen[:, 3]).float(), batch["layout"])
            + 0.3 * cross_entropy(heads.ground(seen[:, 4]).float(), batch["background"]))
