"""A small LLaVA-1.5: the moved vision tower, a projector, and a LLaMA with fewer key heads than query heads."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import (CLIPImageProcessor, GenerationConfig, LlamaConfig, LlavaConfig,
                          LlavaForConditionalGeneration)

import bpe
from data import Batch
from dialogues import HIDDEN, PATCHES
from heads import TurnHeads, word_rows, turn_loss
from tokens import write_json
from towers import blip_tower, clip_config, clip_states, transplant
from world import COLORS, KINDS, SIDE

NAME = "demo-llava"
WIDTH, HEADS, KEY_HEADS, LAYERS, INNER = 192, 6, 2, 4, 512


def config(tower: nn.Module) -> LlavaConfig:
    """The shape of LLaVA-1.5."""
    tokenizer = bpe.llama_tokenizer()
    text = LlamaConfig(hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                       num_key_value_heads=KEY_HEADS, vocab_size=-(-tokenizer.get_vocab_size() // 8) * 8,
                       max_position_embeddings=bpe.MAX_LENGTH, rms_norm_eps=1e-5, tie_word_embeddings=False,
                       bos_token_id=bpe.LLAMA_BOS, eos_token_id=bpe.LLAMA_EOS,
                       pad_token_id=tokenizer.token_to_id("<pad>"))
    return LlavaConfig(vision_config=clip_config(tower), text_config=text,
                       image_token_index=tokenizer.token_to_id(bpe.IMAGE), image_seq_length=PATCHES,
                       vision_feature_layer=-2, vision_feature_select_strategy="default")


class LlavaTeaching(nn.Module):
    """The model and the heads that are thrown away after training. The vision tower is not moved."""

    def __init__(self, checkpoints: Path) -> None:
        super().__init__()
        tower = blip_tower(checkpoints)
        self.model = LlavaForConditionalGeneration(config(tower))
        transplant(tower, self.model.model.vision_tower)
        self.model.set_attn_implementation("eager")
        self.model.model.vision_tower.requires_grad_(False)
        self.heads = TurnHeads(WIDTH)
        self.names = word_rows(bpe.llama_tokenizer(), [*KINDS, *COLORS])
        self.log_scale = nn.Parameter(torch.tensor(1.0))

    def loss(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The next-word loss of the answers, and what teaches it to look."""
        with torch.no_grad():
            states = clip_states(self.model.model.vision_tower, batch["pixels"])[:, 1:]
        patches = self.model.model.multi_modal_projector(states)
        words = self.model.model.language_model.embed_tokens(batch["ids"])
        start = int((batch["ids"][0] == self.model.config.image_token_index).nonzero()[0])
        rows = torch.cat([words[:, :start], patches.to(words.dtype), words[:, start + PATCHES:]], 1)
        told = self.model.model.language_model(inputs_embeds=rows, use_cache=False, output_hidden_states=True)
        known = batch["labels"] != HIDDEN
        logits = self.model.lm_head(told.last_hidden_state[known]).float()
        return {"answer": cross_entropy(logits, batch["labels"][known]),
                "patch": 0.3 * self.patch_loss(patches, batch),
                "turn": 0.3 * turn_loss(self.heads, told.hidden_states, 0, batch)}

    def patch_loss(self, patches: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Each projected patch should look like the word for what lies over it, else like the word for the ground."""
        names = self.model.model.language_model.embed_tokens.weight[self.names]
        logits = nn.functional.normalize(patches.float(), dim=-1) @ nn.functional.normalize(names, dim=-1).T
        kinds, grounds = batch["patch_kind"], len(KINDS) + batch["background"][:, None]
        labels = torch.where(kinds > 0, kinds - 1, grounds)
        return cross_entropy((4 * self.log_scale.exp() * logits).flatten(0, 1), labels.flatten())

    def save(self, folder: Path) -> None:
        """The checkpoint in float16 as Hugging Face lays it out."""
        folder = folder / NAME
        folder.mkdir(parents=True, exist_ok=True)
        copy.deepcopy(self.model).half().save_pretrained(folder)
        official_names(folder / "model.safetensors")
        pad = bpe.llama_tokenizer().token_to_id("<pad>")
        GenerationConfig(max_new_tokens=24, bos_token_id=bpe.LLAMA_BOS, eos_token_id=bpe.LLAMA_EOS,
                         pad_token_id=pad).save_pretrained(folder)
        CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
                           ).save_pretrained(folder)
        bpe.save_llama(folder)
        write_json(folder / "processor_config.json", {
            "image_token": bpe.IMAGE, "num_additional_image_tokens": 1, "patch_size": 16,
            "processor_class": "LlavaProcessor", "vision_feature_select_strategy": "default"})


def official_names(path: Path) -> None:
    """The tower's names as the published checkpoints spell them."""
    tower = "vision_tower."
    tensors = {f"{tower}vision_model.{name.removeprefix(tower)}" if name.startswith(tower) else name: value
               for name, value in load_file(path).items()}
    save_file(tensors, path, {"format": "pt"})
