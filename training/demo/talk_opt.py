"""BLIP-2's captions and replies."""

from __future__ import annotations

from typing import Sequence

import torch
from torch import nn

import bpe
from conversations import Turn
from data import normalised
from dialogues import opt_ids
from talk import Next, caption_marks, conversations, greedy, turn_scores


def opt_next(model: nn.Module, pixels: torch.Tensor) -> Next:
    """BLIP-2's next token; pictures are looked at once."""
    with torch.no_grad():
        prefix = torch.cat([model.get_image_features(part, return_dict=True).pooler_output
                            for part in pixels.split(100)])

    def next_logits(ids: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        rows = torch.cat([prefix[pictures], model.get_input_embeddings()(ids)], 1)
        return model.language_model(inputs_embeds=rows, logits_to_keep=1, use_cache=False).logits[:, -1]

    return next_logits


def opt_text(ids: Sequence[int]) -> str:
    """Tokens as text, without the space in front."""
    return bpe.opt_tokenizer().decode(list(ids)).strip()


def opt_prompt(asked: Sequence[str], answered: Sequence[str]) -> list[int]:
    """The ids of a conversation up to the answer that is due."""
    told = "".join(f"Question: {question} Answer: {answer}. " for question, answer in zip(asked, answered))
    return [bpe.OPT_BOS, *opt_ids(f"{told}Question: {asked[-1]} Answer:")]


def opt_replies(model: nn.Module, pixels: torch.Tensor, talks: list[list[Turn]]) -> list[list[str]]:
    """Every turn's reply, each conversation going on from the model's own."""
    following, replies = opt_next(model, pixels), [[] for _ in talks]
    for at in range(max(map(len, talks))):
        rows = [opt_prompt([turn.question for turn in talk[:at + 1]], said) for talk, said in zip(talks, replies)]
        for said, ids in zip(replies, greedy(following, rows, range(len(talks)), bpe.newline())):
            said.append(opt_text(ids))
    return replies


def opt_captions(model: nn.Module, pixels: torch.Tensor, prompt: str = "") -> list[str]:
    """A caption for each picture, or what follows a beginning of one."""
    rows = [[bpe.OPT_BOS, *opt_ids(prompt)]] * len(pixels)
    return [opt_text(ids) for ids in greedy(opt_next(model, pixels), rows, range(len(pixels)), bpe.newline())]


def opt_scores(teaching: nn.Module, number: int = 100, offset: int = 100_000) -> dict[str, float]:
    """Captions and conversations on held-out scenes."""
    world, talks = conversations(number, offset)
    pixels, model = normalised(world.pictures), teaching.model
    return (caption_marks(opt_captions(model, pixels), world.captions)
            | turn_scores(talks, opt_replies(model, pixels, talks)))
