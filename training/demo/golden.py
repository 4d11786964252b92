"""Writes the held-out set for the TypeScript evaluation, with Python's own predictions beside it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import torch

from data import ids, normalised
from heldout import HeldOut
from scores import said
from world import SIDE

PREDICTED, PAIRS = 50, 10


def write_golden(folder: Path, models: dict[str, torch.nn.Module], world: HeldOut, scores: dict) -> None:
    """pictures.rgb.gz, scenes.json and predictions.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pictures.rgb.gz").write_bytes(gzip.compress(np.stack(world.pictures).tobytes(), 9, mtime=0))
    shape = {"count": len(world.scenes), "height": SIDE, "width": SIDE, "channels": 3}
    scenes = [expected(world, at) for at in range(len(world.scenes))]
    write_lines(folder / "scenes.json", {"pictures": shape, "scores": scores, "scenes": scenes}, "scenes")
    predictions = [predicted(models, world, at) for at in range(PREDICTED)]
    pairs = pair_scores(models["retrieval"], world)
    write_lines(folder / "predictions.json", {"scenes": predictions, **pairs}, "scenes")


def expected(world: HeldOut, at: int) -> dict:
    """What is to be said of one scene."""
    description = world.scenes[at].description
    return {"caption": world.captions[at], "layout": world.scenes[at].layout, "background": description.background,
            "objects": [{"kind": kind, "count": count} for kind, count in sorted(description.groups)],
            "questions": [vars(item) for item in world.questions(at)]}


@torch.no_grad()
def predicted(models: dict[str, torch.nn.Module], world: HeldOut, at: int) -> dict:
    """What the official generate() says of one scene, greedily."""
    pixels = normalised([world.pictures[at]])
    settings = dict(num_beams=1, do_sample=False, max_new_tokens=24)
    row = models["caption"].generate(pixel_values=pixels, **settings)[0].tolist()
    replies = [models["vqa"].generate(input_ids=torch.tensor([ids(item.question)]), pixel_values=pixels, **settings)[0]
               for item in world.questions(at)]
    return {"captionIds": row, "caption": said(row), "answers": [said(reply.tolist()) for reply in replies]}


@torch.no_grad()
def pair_scores(model: torch.nn.Module, world: HeldOut) -> dict[str, list]:
    """Matching logits and similarities of the first texts (rows) with the first pictures (columns)."""
    pixels, logits, cosines = normalised(world.pictures[:PAIRS]), [], []
    for caption in world.captions[:PAIRS]:
        row = torch.tensor([ids(caption)])
        each = row.expand(PAIRS, -1)
        logits.append(model(input_ids=each, pixel_values=pixels, attention_mask=torch.ones_like(each)).itm_score)
        cosines.append(model(input_ids=row, pixel_values=pixels, use_itm_head=False,
                             attention_mask=torch.ones_like(row)).itm_score[:, 0])
    return {"itmLogits": rounded(torch.stack(logits)), "itcSimilarities": rounded(torch.stack(cosines))}


def rounded(values: torch.Tensor) -> list:
    """Six digits are enough to compare."""
    return np.round(values.double().numpy(), 6).tolist()


def write_lines(path: Path, value: dict, listed: str) -> None:
    """JSON with one line for each entry of the list, and one for each other field."""
    rows = ",\n".join("    " + json.dumps(row) for row in value[listed])
    rest = "".join(f'  {json.dumps(key)}: {json.dumps(field)},\n' for key, field in value.items() if key != listed)
    path.write_text(f'{{\n{rest}  {json.dumps(listed)}: [\n{rows}\n  ]\n}}\n')
