"""Three small BLIP models of Hugging Face's own classes that share one vision tower."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn
from transformers import (BlipConfig, BlipForConditionalGeneration, BlipForImageTextRetrieval,
                          BlipForQuestionAnswering, BlipImageProcessor, GenerationConfig)
from transformers.models.blip.modeling_blip_text import BlipTextAttention, BlipTextLayer

import tokens
from questions import PLACES
from world import COLORS, KINDS, LAYOUTS, PATCH, SIDE

WIDTH, HEADS = 192, 6
VISION_LAYERS, VISION_INNER = 6, 512
TEXT_LAYERS, TEXT_INNER = 3, 384
NAMES = {"caption": "demo-blip-caption", "vqa": "demo-blip-vqa", "retrieval": "demo-blip-retrieval"}


def config() -> BlipConfig:
    """The one configuration of all three."""
    shared = dict(hidden_size=WIDTH, num_attention_heads=HEADS, initializer_range=0.02, projection_dim=WIDTH)
    vision = dict(shared, num_hidden_layers=VISION_LAYERS, intermediate_size=VISION_INNER, image_size=SIDE,
                  patch_size=PATCH)
    text = dict(shared, num_hidden_layers=TEXT_LAYERS, intermediate_size=TEXT_INNER, encoder_hidden_size=WIDTH,
                vocab_size=len(tokens.vocabulary()), max_position_embeddings=tokens.MAX_LENGTH,
                bos_token_id=tokens.DEC, eos_token_id=tokens.SEP, sep_token_id=tokens.SEP, pad_token_id=tokens.PAD)
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=WIDTH, image_text_hidden_size=WIDTH,
                      initializer_range=0.02)


class SharedCrossAttention(BlipTextAttention):
    """Cross-attention in which consecutive texts share one picture's keys and values, and which heeds its mask.

    The official one (transformers 5.18) computes them for each text anew, and leaves the mask aside."""

    def forward(self, hidden_states: torch.Tensor, attention_mask: torch.Tensor | None = None,
                encoder_hidden_states: torch.Tensor | None = None, **_: object) -> tuple[torch.Tensor, torch.Tensor]:
        joined = hidden_states.reshape(len(encoder_hidden_states), -1, hidden_states.shape[-1])
        context, self.weights = self.self(joined, encoder_hidden_states=encoder_hidden_states,
                                     encoder_attention_mask=attention_mask)
        return self.output(context.reshape(hidden_states.shape), hidden_states), self.weights


class Models(nn.Module):
    """The three models and the heads that are thrown away after training."""

    def __init__(self) -> None:
        super().__init__()
        self.caption = BlipForConditionalGeneration(config())
        self.vqa = BlipForQuestionAnswering(config())
        self.retrieval = BlipForImageTextRetrieval(config())
        self.vqa.vision_model = self.retrieval.vision_model = self.caption.vision_model
        for layer in filter(lambda part: isinstance(part, BlipTextLayer), self.modules()):
            layer.crossattention.__class__ = SharedCrossAttention
        self.patch_kind = nn.Linear(WIDTH, len(KINDS) + 1)
        self.patch_turn = nn.Linear(WIDTH, 4)
        self.layout = nn.Linear(WIDTH, len(LAYOUTS))
        self.background = nn.Linear(WIDTH, len(COLORS))
        self.noun_count = nn.Linear(WIDTH, 4)
        self.noun_place = nn.Linear(WIDTH, len(PLACES))
        self.log_scale = nn.Parameter(torch.tensor(2.66))

    def see(self, pixels: torch.Tensor) -> torch.Tensor:
        """Image states, class token first."""
        return self.caption.vision_model(pixel_values=pixels).last_hidden_state

    def start(self, task: str) -> None:
        """Starts the text towers of a task from those that have learnt: reading a caption helps to match it,
        and matching nouns with a picture, which questions alone teach slowly, helps to answer."""
        if task == "retrieval":
            self.retrieval.text_encoder.load_state_dict(self.caption.text_decoder.bert.state_dict())
        if task == "vqa":
            self.vqa.text_encoder.load_state_dict(self.retrieval.text_encoder.state_dict())
            self.vqa.text_decoder.load_state_dict(self.caption.text_decoder.state_dict())

    def save(self, folder: Path) -> None:
        """Writes the three checkpoints in float16."""
        for task, name in NAMES.items():
            save_checkpoint(getattr(self, task), folder / name)


def save_checkpoint(model: nn.Module, folder: Path) -> None:
    """One checkpoint as Hugging Face lays it out: weights, configuration, tokenizer, image processor."""
    folder.mkdir(parents=True, exist_ok=True)
    half = copy.deepcopy(model).half()
    half.save_pretrained(folder)
    GenerationConfig(max_new_tokens=24, bos_token_id=tokens.DEC, eos_token_id=tokens.SEP,
                     pad_token_id=tokens.PAD).save_pretrained(folder)
    BlipImageProcessor(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    tokens.save(folder)
