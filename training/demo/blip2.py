"""A small BLIP-2: the vision tower held still, a Q-Former, and an OPT."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize
from transformers import (Blip2Config, Blip2ForConditionalGeneration, Blip2QFormerConfig, Blip2VisionConfig,
                          BlipImageProcessor, GenerationConfig, OPTConfig)

import bpe
from data import Batch
from dialogues import HIDDEN
from heads import QueryHeads, TurnHeads, word_rows, query_loss, turn_loss
from reader import BlipReader
from tokens import MAX_LENGTH, vocabulary, write_json
from towers import blip_tower
from world import KINDS, SIDE

NAME = "demo-blip2-opt"
QUERIES = 16
WIDTH, HEADS, LAYERS, INNER = 192, 6, 4, 384
OPT_LAYERS, OPT_INNER = 4, 512


def config(tower: nn.Module, reads: bool) -> Blip2Config:
    """The shape of BLIP-2 with OPT; the retrieval sibling's Q-Former also reads text."""
    told = tower.config
    vision = Blip2VisionConfig(hidden_size=told.hidden_size, intermediate_size=told.intermediate_size,
                               num_hidden_layers=told.num_hidden_layers, num_attention_heads=told.num_attention_heads,
                               image_size=told.image_size, patch_size=told.patch_size,
                               layer_norm_eps=told.layer_norm_eps, initializer_range=0.02)
    former = Blip2QFormerConfig(hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                                intermediate_size=INNER, encoder_hidden_size=told.hidden_size,
                                vocab_size=len(vocabulary()), max_position_embeddings=MAX_LENGTH,
                                hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
                                cross_attention_frequency=2, use_qformer_text_input=reads)
    return Blip2Config(vision_config=vision, qformer_config=former, text_config=opt_config(),
                       num_query_tokens=QUERIES, image_text_hidden_size=WIDTH,
                       image_token_index=None if reads else bpe.opt_tokenizer().token_to_id(bpe.IMAGE))


def opt_config() -> OPTConfig:
    """The shape of OPT."""
    return OPTConfig(hidden_size=WIDTH, word_embed_proj_dim=WIDTH, ffn_dim=OPT_INNER, num_hidden_layers=OPT_LAYERS,
                     num_attention_heads=HEADS, vocab_size=-(-bpe.opt_tokenizer().get_vocab_size() // 8) * 8,
                     max_position_embeddings=bpe.MAX_LENGTH, dropout=0.0, attention_dropout=0.0,
                     bos_token_id=bpe.OPT_BOS, eos_token_id=bpe.newline(), pad_token_id=bpe.OPT_PAD)


class OptTeaching(nn.Module):
    """The model and the heads that are thrown away after training."""

    def __init__(self, checkpoints: Path) -> None:
        super().__init__()
        tower = blip_tower(checkpoints)
        self.model = Blip2ForConditionalGeneration(config(tower, reads=False))
        self.model.vision_model.load_state_dict(tower.state_dict())
        self.model.set_attn_implementation("eager")
        self.model.vision_model.requires_grad_(False)
        BlipReader(checkpoints).start(self.model)
        self.queries, self.turns = QueryHeads(WIDTH), TurnHeads(WIDTH)
        self.nouns = word_rows(bpe.opt_tokenizer(), [f" {kind}" for kind in KINDS])
        self.no_noun = nn.Parameter(0.02 * torch.randn(WIDTH))

    def loss(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The next-word losses of captions and answers, and what teaches the queries what to look for."""
        with torch.no_grad():
            states = self.model.vision_model(pixel_values=batch["pixels"]).last_hidden_state
        seen = look(self.model, states)
        prefix = self.model.language_projection(seen)
        caption, _ = self.next_words(prefix, batch["caption"], batch["caption_labels"])
        answer, told = self.next_words(prefix, batch["ids"], batch["labels"])
        return {"caption": caption, "answer": answer, "query": 0.2 * query_loss(self.queries, seen, batch),
                "noun": 0.2 * self.noun_loss(prefix, batch),
                "turn": 0.3 * turn_loss(self.turns, told, QUERIES, batch)}

    def next_words(self, prefix: torch.Tensor, ids: torch.Tensor, labels: torch.Tensor) -> tuple:
        """The loss of the words that are to be said, and OPT's states."""
        words = self.model.language_model.get_input_embeddings()(ids)
        told = self.model.language_model.model(inputs_embeds=torch.cat([prefix.to(words.dtype), words], 1),
                                               use_cache=False, output_hidden_states=True)
        known = labels != HIDDEN
        logits = self.model.language_model.lm_head(told.last_hidden_state[:, QUERIES:][known]).float()
        return cross_entropy(logits, labels[known]), told.hidden_states

    def noun_loss(self, prefix: torch.Tensor, batch: Batch) -> torch.Tensor:
        """The first three rows should look like the words for the things of the caption."""
        table = self.model.language_model.get_input_embeddings().weight
        names = normalize(torch.cat([table[self.nouns], self.no_noun[None]]), dim=-1)
        logits = 10 * normalize(prefix[:, :3].float(), dim=-1) @ names.T
        return cross_entropy(logits.flatten(0, 1), batch["told"].flatten())

    def save(self, folder: Path) -> None:
        """The checkpoint in float16 as Hugging Face lays it out."""
        folder = folder / NAME
        save_half(self.model, folder)
        GenerationConfig(max_new_tokens=24, bos_token_id=bpe.OPT_BOS, eos_token_id=bpe.newline(),
                         pad_token_id=bpe.OPT_PAD).save_pretrained(folder)
        BlipImageProcessor(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
        bpe.save_opt(folder)
        write_json(folder / "processor_config.json", {"num_query_tokens": QUERIES, "processor_class": "Blip2Processor"})


def look(model: nn.Module, states: torch.Tensor) -> torch.Tensor:
    """The Q-Former's reading of a picture."""
    queries = model.query_tokens.expand(len(states), -1, -1)
    return model.qformer(query_embeds=queries, encoder_hidden_states=states).last_hidden_state


def save_half(model: nn.Module, folder: Path) -> None:
    """All weights in float16, the Q-Former's too."""
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).half().save_pretrained(folder)
