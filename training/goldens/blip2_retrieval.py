"""Reference outputs of Blip2ForImageTextRetrieval."""

from pathlib import Path

import torch
from torch.nn.functional import normalize
from transformers import Blip2ForImageTextRetrieval

from images import encode_pictures, load_pixels
from pictures import PICTURES
from retrieval import MAX_TOKENS, TEXTS
from text import make_tokenizer


def retrieval_tensors(model: Blip2ForImageTextRetrieval, folder: Path) -> dict[str, torch.Tensor]:
    """Every picture against every text: matching logits, similarities and projected features."""
    images, texts = encode_pictures(model, folder), [encode_text(text) for text in TEXTS]
    tensors = {image.name: image.states for image in images}
    native = [image for image in images if not image.interpolated]
    tensors["image_features"] = torch.cat([image_features(model, image.states) for image in native])
    tensors["text_features"] = torch.cat([text_features(model, ids) for ids in texts])
    for name, itm in (("itm", True), ("itc", False)):
        rows = [[forward(model, folder, picture, ids, itm) for ids in texts] for picture in PICTURES]
        tensors[name] = torch.stack([torch.stack(row) for row in rows])
    check(tensors)
    return tensors


def retrieval_cases(model: Blip2ForImageTextRetrieval, folder: Path) -> dict:
    """Everything but tensors."""
    return {
        "images": [image.to_dict() for image in encode_pictures(model, folder)],
        "pictures": PICTURES,
        "texts": [{"text": text, "tokenIds": encode_text(text)} for text in TEXTS],
        "maxTextTokens": MAX_TOKENS,
    }


def encode_text(text: str) -> list[int]:
    return make_tokenizer(added=False)(text, truncation=True, max_length=MAX_TOKENS).input_ids


def forward(model: Blip2ForImageTextRetrieval, folder: Path, picture: str, ids: list[int], itm: bool) -> torch.Tensor:
    """The class's own forward: two matching logits, or one similarity."""
    rows = torch.tensor([ids])
    pixels = load_pixels(folder, picture, model.config.vision_config.image_size)
    result = model(pixels, rows, torch.ones_like(rows), use_image_text_matching_head=itm).logits_per_image[0]
    return result if itm else result[0]


def image_features(model: Blip2ForImageTextRetrieval, states: torch.Tensor) -> torch.Tensor:
    """[1, queries, width of vectors]"""
    queries = model.qformer(query_embeds=model.query_tokens, encoder_hidden_states=states).last_hidden_state
    return normalize(model.vision_projection(queries), dim=-1)


def text_features(model: Blip2ForImageTextRetrieval, ids: list[int]) -> torch.Tensor:
    """[1, width of vectors]"""
    rows = torch.tensor([ids])
    embeds = model.embeddings(input_ids=rows)
    states = model.qformer(query_embeds=embeds, query_length=0, attention_mask=torch.ones_like(rows)).last_hidden_state
    return normalize(model.text_projection(states[:, 0]), dim=-1)


def check(tensors: dict[str, torch.Tensor]) -> None:
    """The similarity is the largest of the queries' dot products."""
    products = torch.einsum("pqw,tw->ptq", tensors["image_features"], tensors["text_features"])
    torch.testing.assert_close(products.max(dim=-1).values, tensors["itc"], rtol=0.0, atol=1e-5)
