"""LLaVA's captions and replies."""

from __future__ import annotations

from typing import Sequence

import torch
from torch import nn

import bpe
from conversations import CAPTION_PROMPT, Turn
from data import normalised
from dialogues import llama_ids, spread
from talk import Next, caption_marks, conversations, greedy, turn_scores


def llava_next(model: nn.Module, pixels: torch.Tensor) -> Next:
    """LLaVA's next token; pictures are looked at once."""
    with torch.no_grad():
        patches = torch.stack([row for part in pixels.split(100)
                               for row in model.get_image_features(part, vision_feature_layer=-2,
                               vision_feature_select_strategy="default", return_dict=True).pooler_output])

    def next_logits(ids: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        rows = model.get_input_embeddings()(ids)
        rows = rows.masked_scatter((ids == model.config.image_token_index)[..., None], patches[pictures])
        return model(inputs_embeds=rows, logits_to_keep=1, use_cache=False).logits[:, -1]

    return next_logits


def llama_prompt(asked: Sequence[str], answered: Sequence[Sequence[int]]) -> list[int]:
    """The ids of a conversation up to the answer that is due."""
    ids = [bpe.LLAMA_BOS]
    for at, question in enumerate(asked):
        ids += spread(list(llama_ids(f"USER: {'' if at else bpe.IMAGE + chr(10)}{question} ASSISTANT:")))
        ids += [*answered[at], bpe.LLAMA_EOS] if at < len(answered) else []
    return ids


def llava_replies(model: nn.Module, pixels: torch.Tensor, talks: list[list[Turn]]) -> list[list[str]]:
    """Every turn's reply, each conversation going on from the model's own."""
    following, replies = llava_next(model, pixels), [[] for _ in talks]
    for at in range(max(map(len, talks))):
        rows = [llama_prompt([turn.question for turn in talk[:at + 1]], said) for talk, said in zip(talks, replies)]
        for said, ids in zip(replies, greedy(following, rows, range(len(talks)), bpe.LLAMA_EOS)):
            said.append(ids)
    return [[bpe.llama_tokenizer().decode(ids) for ids in said] for said in replies]


def llava_captions(model: nn.Module, pixels: torch.Tensor) -> list[str]:
    """A caption for each picture, by prompt."""
    rows = [llama_prompt([CAPTION_PROMPT], [])] * len(pixels)
    return [bpe.llama_tokenizer().decode(ids)
            for ids in greedy(llava_next(model, pixels), rows, range(len(pixels)), bpe.LLAMA_EOS)]


def llava_scores(teaching: nn.Module, number: int = 100, offset: int = 100_000) -> dict[str, float]:
    """Captions and conversations on held-out scenes."""
    world, talks = conversations(number, offset)
    pixels, model = normalised(world.pictures), teaching.model
    return (caption_marks(llava_captions(model, pixels), world.captions)
            | turn_scores(talks, llava_replies(model, pixels, talks)))
