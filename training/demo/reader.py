"""BLIP's text encoder as a beginning for the Q-Former, as BERT is for the official one."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import BlipForImageTextRetrieval


class BlipReader:
    """The retrieval checkpoint."""

    def __init__(self, checkpoints: Path) -> None:
        self.model = BlipForImageTextRetrieval.from_pretrained(checkpoints / "demo-blip-retrieval",
                                                               dtype=torch.float32)

    @torch.no_grad()
    def start(self, model: nn.Module) -> None:
        """Gives a Q-Former the encoder's layers, both its text and its query side; one layer more is a copy."""
        encoder = self.model.text_encoder
        layers = [*encoder.encoder.layer, encoder.encoder.layer[-1]]
        model.qformer.layernorm.load_state_dict(encoder.embeddings.LayerNorm.state_dict())
        model.query_tokens.normal_(std=0.1)
        for old, new in zip(layers, model.qformer.encoder.layer, strict=True):
            move(old, new)

    @torch.no_grad()
    def start_reading(self, model: nn.Module) -> None:
        """Gives a retrieval model the encoder's words and heads."""
        for name in ("word_embeddings", "position_embeddings"):
            table = getattr(self.model.text_encoder.embeddings, name)
            getattr(model.embeddings, name).weight.copy_(table.weight)
        model.text_projection.load_state_dict(self.model.text_proj.state_dict())
        model.vision_projection.load_state_dict(self.model.vision_proj.state_dict())
        model.itm_head.load_state_dict(self.model.itm_head.state_dict())
        last = model.qformer.encoder.layer[-1]
        for part in (last.attention.output.dense, last.output.dense):
            part.weight.zero_()
            part.bias.zero_()


def move(old: nn.Module, new: nn.Module) -> None:
    """One layer."""
    pairs = [(old.attention.self, new.attention.attention), (old.attention.output, new.attention.output),
             (old.intermediate, new.intermediate_query), (old.output, new.output_query)]
    if new.has_cross_attention:
        pairs += [(old.crossattention.self, new.crossattention.attention),
                  (old.crossattention.output, new.crossattention.output)]
    if hasattr(new, "intermediate"):
        pairs += [(old.intermediate, new.intermediate), (old.output, new.output)]
    for given, taken in pairs:
        taken.load_state_dict(given.state_dict())
