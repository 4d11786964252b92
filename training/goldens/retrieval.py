"""Reference outputs of BlipForImageTextRetrieval."""

from pathlib import Path

import torch
from torch.nn.functional import normalize
from transformers import BlipForImageTextRetrieval

from captioning import native
from images import encode_pictures, load_pixels
from pictures import PICTURES
from text import make_tokenizer
from vocabulary import ENC

MAX_TOKENS = 35
TEXTS = [
    "a woman and her dog sitting on a beach",
    "a red bus",
    "cat",
    "two zebras near a tree, eating grass.",
    "A man riding a wave on a surfboard!",
    "the kitchen has " + "a white table and a glass bottle and " * 6 + "a clock",
]


def retrieval_goldens(model: BlipForImageTextRetrieval, folder: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Every picture against every text: matching logits, similarities and projected features."""
    images, texts = encode_pictures(model, folder), [encode_text(text) for text in TEXTS]
    tensors = {image.name: image.states for image in images}
    states = [image.states for image in native(images)]
    for start, first in (("hf", None), ("paper", ENC)):
        tensors[f"itm.{start}"] = torch.stack(
            [torch.stack([match(model, s, ids, first) for ids in texts]) for s in states]
        )
    tensors["image_features"] = torch.cat([normalize(model.vision_proj(s[:, 0]), dim=-1) for s in states])
    tensors["text_features"] = torch.cat([text_features(model, ids) for ids in texts])
    tensors["itc"] = tensors["image_features"] @ tensors["text_features"].T
    rows = [{"text": text, "tokenIds": ids} for text, ids in zip(TEXTS, texts, strict=True)]
    return tensors, {
        "images": [image.to_dict() for image in images],
        "pictures": [i.picture for i in native(images)],
        "texts": rows,
        "maxTextTokens": MAX_TOKENS,
    }


def encode_text(text: str) -> list[int]:
    """[CLS] … [SEP], cut at 35 ids as in the original."""
    return make_tokenizer()(text, truncation=True, max_length=MAX_TOKENS).input_ids


def match(model: BlipForImageTextRetrieval, states: torch.Tensor, ids: list[int], first: int | None) -> torch.Tensor:
    """Two logits, [no match, match], of one picture and one text."""
    ids = torch.tensor([ids if first is None else [first] + ids[1:]])
    hidden = model.text_encoder(
        ids,
        attention_mask=torch.ones_like(ids),
        encoder_hidden_states=states,
        encoder_attention_mask=torch.ones(states.shape[:2]),
    ).last_hidden_state
    return model.itm_head(hidden[:, 0])[0]


def text_features(model: BlipForImageTextRetrieval, ids: list[int]) -> torch.Tensor:
    """The text alone, through the encoder without cross-attention, projected and normalised."""
    hidden = model.text_encoder(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids))).last_hidden_state
    return normalize(model.text_proj(hidden[:, 0]), dim=-1)


def check_against_forward(model: BlipForImageTextRetrieval, folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    """The class's own forward must give the same numbers."""
    side = model.config.vision_config.image_size
    for p, picture in enumerate(PICTURES):
        for t, text in enumerate(TEXTS):
            given = {"input_ids": torch.tensor([encode_text(text)]), "pixel_values": load_pixels(folder, picture, side)}
            torch.testing.assert_close(model(**given).itm_score[0], tensors["itm.hf"][p, t], rtol=0.0, atol=1e-5)
            torch.testing.assert_close(model(**given, use_itm_head=False).itm_score[0, 0], tensors["itc"][p, t], rtol=0.0, atol=1e-5)
