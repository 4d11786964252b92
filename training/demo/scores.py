"""How the demo checkpoints are scored, each task by itself."""

from __future__ import annotations

from collections import defaultdict

import torch
from torch.nn.functional import normalize

import tokens
from data import TOKENIZER, ids, padded
from questions import Question

GALLERY, NEAR = 100, 32
Asked = list[tuple[int, Question]]
"""Questions, each with the index of its scene."""


def mean(values: object) -> float:
    """The share that is true."""
    values = list(values)
    return sum(values) / len(values)


def greedy(decoder: torch.nn.Module, states: torch.Tensor, length: int = 24) -> list[str]:
    """The likeliest words from [DEC] on, up to [SEP], as text."""
    rows = torch.full((len(states), 1), tokens.DEC)
    for _ in range(length):
        logits = decoder(input_ids=rows, encoder_hidden_states=states, use_cache=False).logits[:, -1]
        rows = torch.cat([rows, logits.argmax(-1, keepdim=True)], 1)
        if (rows == tokens.SEP).any(1).all():
            break
    return [said(row) for row in rows.tolist()]


def said(row: list[int]) -> str:
    """Token ids up to [SEP] as text."""
    row = row + [tokens.SEP]
    return TOKENIZER.decode(row[:row.index(tokens.SEP)]).replace(" ,", ",")


def word_set(caption: str) -> set[str]:
    """What a caption names, its ground included, without regard to order."""
    head, _, tail = caption.partition(" on a ")
    return {tail, *head.replace(", ", " and ").replace(" above ", " and ").split(" and ")}


@torch.no_grad()
def captions(model: torch.nn.Module, pixels: torch.Tensor) -> list[str]:
    """A greedy caption for each picture."""
    return [caption for part in pixels.split(GALLERY)
            for caption in greedy(model.text_decoder, model.vision_model(part).last_hidden_state)]


@torch.no_grad()
def answers(model: torch.nn.Module, pixels: torch.Tensor, asked: Asked) -> list[str]:
    """A greedy answer to each question, asked among those of its length: the official decoder sees padding."""
    states = torch.cat([model.vision_model(part).last_hidden_state for part in pixels.split(GALLERY)])
    rows = [ids(item.question) for _, item in asked]
    replies = [""] * len(asked)
    for length in set(map(len, rows)):
        some = [at for at, row in enumerate(rows) if len(row) == length]
        read = model.text_encoder(input_ids=torch.tensor([rows[at] for at in some]),
                                  encoder_hidden_states=states[[asked[at][0] for at in some]])[0]
        for at, reply in zip(some, greedy(model.text_decoder, read, length=14)):
            replies[at] = reply
    return replies


@torch.no_grad()
def ranks(model: torch.nn.Module, pixels: torch.Tensor, texts: list[str]) -> tuple[list[bool], list[bool]]:
    """For each text of one gallery: is its own picture first by contrast alone, and after matching re-ranks."""
    states = model.vision_model(pixels).last_hidden_state
    similar = similarities(model, states, texts)
    near = similar.topk(min(NEAR, len(texts))).indices
    order = torch.stack([row[(matches(model, states[row], text) + similar[at, row]).argsort(descending=True)]
                         for at, (row, text) in enumerate(zip(near, texts))])
    own = torch.arange(len(texts))
    return (near[:, 0] == own).tolist(), (order[:, 0] == own).tolist()


def similarities(model: torch.nn.Module, states: torch.Tensor, texts: list[str]) -> torch.Tensor:
    """Cosine of every text with every picture."""
    rows = padded([ids(text) for text in texts])
    read = model.text_encoder(input_ids=rows, attention_mask=(rows != tokens.PAD).long())[0]
    said_, seen = model.text_proj(read[:, 0]).float(), model.vision_proj(states[:, 0]).float()
    return normalize(said_, dim=-1) @ normalize(seen, dim=-1).T


def matches(model: torch.nn.Module, states: torch.Tensor, text: str) -> torch.Tensor:
    """The matching head's logit of "yes" for one text with each picture."""
    rows = torch.tensor([ids(text)]).expand(len(states), -1)
    return model.itm_head(model.text_encoder(input_ids=rows, encoder_hidden_states=states)[0][:, 0])[:, 1].float()


def caption_scores(model: torch.nn.Module, pixels: torch.Tensor, truth: list[str]) -> dict[str, float]:
    """Exact captions, and captions that name the right things and ground."""
    pairs = list(zip(captions(model, pixels), truth))
    return {"exact": mean(a == b for a, b in pairs), "set": mean(word_set(a) == word_set(b) for a, b in pairs)}


def vqa_scores(model: torch.nn.Module, pixels: torch.Tensor, asked: Asked) -> dict[str, float]:
    """Right answers by kind of question, and over all."""
    right = defaultdict(list)
    for (_, item), reply in zip(asked, answers(model, pixels, asked)):
        right[item.kind].append(reply == item.answer)
        right["all"].append(reply == item.answer)
    return {kind: mean(values) for kind, values in sorted(right.items())}


def retrieval_scores(model: torch.nn.Module, pixels: torch.Tensor, truth: list[str]) -> dict[str, float]:
    """Text to picture, first of a hundred, by contrast alone and re-ranked, over all galleries."""
    parts = [ranks(model, pixels[at:at + GALLERY], truth[at:at + GALLERY]) for at in range(0, len(truth), GALLERY)]
    first, ranked = (sum(column, []) for column in zip(*parts))
    return {"itc r@1": mean(first), "r@1": mean(ranked)}
