"""The retrieval sibling of BLIP-2: a Q-Former that also reads text, for contrast and matching."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize
from transformers import Blip2ForImageTextRetrieval, BlipImageProcessor

import data
import tokens
from blip2 import QUERIES, WIDTH, config, look, save_half
from data import Batch, kinds_of_tokens
from dialogues import thing_fields
from heads import QueryHeads, query_loss
from questions import PLACES
from reader import BlipReader
from tokens import write_json
from towers import blip_tower
from world import SIDE, sample_scene

NAME = "demo-blip2-itm"
KIND_OF_TOKEN = kinds_of_tokens()


class MatchingTeaching(nn.Module):
    """The model, the BLIP that it also learns from, and the heads that are thrown away after training."""

    def __init__(self, checkpoints: Path) -> None:
        super().__init__()
        tower, reader = blip_tower(checkpoints), BlipReader(checkpoints)
        self.model = Blip2ForImageTextRetrieval(config(tower, reads=True))
        self.model.vision_model.load_state_dict(tower.state_dict())
        self.model.set_attn_implementation("eager")
        self.model.vision_model.requires_grad_(False)
        reader.start(self.model)
        reader.start_reading(self.model)
        self.blip = reader.model.requires_grad_(False)
        self.queries = QueryHeads(WIDTH)
        self.noun_count, self.noun_place = nn.Linear(WIDTH, 4), nn.Linear(WIDTH, len(PLACES))
        self.log_scale = nn.Parameter(torch.tensor(3.0))

    def loss(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Contrast within the batch, likeness to BLIP's embeddings, and matching against near misses."""
        with torch.no_grad():
            states = self.model.vision_model(pixel_values=batch["pixels"]).last_hidden_state
        queries = look(self.model, states)
        seen, said = pictured(self.model, queries), worded(self.model, batch["text"])
        similar = self.log_scale.exp().clamp(max=100) * (seen @ said.T).amax(1)
        texts = torch.stack([batch["text"], batch["wrong"], nearest(similar, batch)], 1)
        return {"contrast": 0.5 * contrast(similar, batch), "like": self.likeness(states, seen, said, batch),
                "query": 0.2 * query_loss(self.queries, queries, batch)} | self.matching(states, texts, batch)

    def likeness(self, states: torch.Tensor, seen: torch.Tensor, said: torch.Tensor, batch: Batch) -> torch.Tensor:
        """The first query and the text should lie where BLIP puts picture and text."""
        with torch.no_grad():
            text = batch["text"]
            read = self.blip.text_encoder(input_ids=text, attention_mask=(text != tokens.PAD).long())[0]
            picture = normalize(self.blip.vision_proj(states[:, 0]).float(), dim=-1)
            words = normalize(self.blip.text_proj(read[:, 0]).float(), dim=-1)
        return 2 - (seen[:, 0] * picture).sum(-1).mean() - (said * words).sum(-1).mean()

    def matching(self, states: torch.Tensor, texts: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
        """Each scene's texts, of which the first alone is true, told apart; every noun should find its things."""
        each, words = texts.shape[1], texts.flatten(0, 1)
        logits, read = compared(self.model, states.repeat_interleave(each, 0), words)
        truth = torch.tensor([1] + [0] * (each - 1)).repeat(len(texts))
        row, at = ((kinds := KIND_OF_TOKEN[words]) >= 0).nonzero(as_tuple=True)
        scene, kind, nouns = row // each, kinds[row, at], read[row, at]
        found = (cross_entropy(self.noun_count(nouns).float(), batch["counts"][scene, kind])
                 + 0.5 * cross_entropy(self.noun_place(nouns).float(), batch["places"][scene, kind]))
        return {"match": cross_entropy(logits.float(), truth), "noun": 0.5 * found}

    def save(self, folder: Path) -> None:
        """The checkpoint in float16 as Hugging Face lays it out."""
        folder = folder / NAME
        save_half(self.model, folder)
        BlipImageProcessor(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
        tokens.save(folder)
        write_json(folder / "processor_config.json", {"processor_class": "Blip2Processor"})


def make_batch(first_seed: int, size: int) -> Batch:
    """Scenes of consecutive seeds with a true and a false text each."""
    scenes = [sample_scene(first_seed + at) for at in range(size)]
    return data.make_batch(first_seed, size, "retrieval", 0) | thing_fields(scenes)


def pictured(model: nn.Module, queries: torch.Tensor) -> torch.Tensor:
    """Embeddings of a picture, one for each query."""
    return normalize(model.vision_projection(queries).float(), dim=-1)


def worded(model: nn.Module, text: torch.Tensor) -> torch.Tensor:
    """The embedding of a text."""
    read = model.qformer(query_embeds=model.embeddings(input_ids=text), query_length=0,
                         attention_mask=(text != tokens.PAD).long()).last_hidden_state
    return normalize(model.text_projection(read[:, 0]).float(), dim=-1)


def compared(model: nn.Module, states: torch.Tensor, text: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The matching head's logits for each picture with its text, and the text's states in sight of the picture."""
    queries = model.query_tokens.expand(len(states), -1, -1)
    mask = torch.cat([torch.ones(len(states), QUERIES, dtype=torch.long), (text != tokens.PAD).long()], 1)
    both = model.qformer(query_embeds=model.embeddings(input_ids=text, query_embeds=queries), query_length=QUERIES,
                         attention_mask=mask, encoder_hidden_states=states).last_hidden_state
    return model.itm_head(both[:, :QUERIES]).mean(1), both[:, QUERIES:]


def true_pairs(batch: Batch) -> torch.Tensor:
    """Of which picture (row) which text (column) is true."""
    text = batch["text"]
    return batch["fits"].T | (text[:, None] == text[None]).all(-1)


def contrast(similar: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Pictures (rows) find their text among the false ones, texts find all pictures that they fit."""
    own, fits = torch.arange(len(similar)), batch["fits"]
    others_hidden = similar.masked_fill(true_pairs(batch) & ~torch.eye(len(own), dtype=torch.bool), -1e4)
    return (cross_entropy(others_hidden, own) + cross_entropy(similar.T, fits / fits.sum(1, keepdim=True))) / 2


def nearest(similar: torch.Tensor, batch: Batch) -> torch.Tensor:
    """For each picture a false text, drawn by how similar it is."""
    false = similar.detach().masked_fill(true_pairs(batch), -1e4)
    return batch["text"][false.softmax(-1).multinomial(1)[:, 0]]
