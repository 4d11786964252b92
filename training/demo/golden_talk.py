"""Writes the held-out conversations for the TypeScript evaluation, with what transformers makes of the first ones."""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image

from conversations import CAPTION_PROMPT, Turn
from golden import rounded, write_lines
from heldout import HeldOut
from official import Official

PREDICTED, PAIRS = 30, 10


def write_talks(folder: Path, checkpoints: Path, world: HeldOut, talks: list[list[Turn]], scores: dict) -> None:
    """conversations.json: for every scene three turns, for the first some predictions."""
    opt, llava, itm = (Official(checkpoints, model) for model in ("blip2-opt", "llava", "blip2-itm"))
    rows = [{"turns": [{"kind": turn.kind, "question": turn.question, "answer": turn.answer} for turn in talk]}
            for talk in talks]
    for at in range(PREDICTED):
        picture, questions = world.pictures[at], [turn.question for turn in talks[at]]
        rows[at] |= {"opt": opt_prediction(opt, picture, questions),
                     "llava": llava_prediction(llava, picture, questions)}
    write_lines(folder / "conversations.json", {"scores": scores, **pair_scores(itm, world), "conversations": rows},
                "conversations")


def opt_prediction(opt: Official, picture: object, questions: list[str]) -> dict:
    """BLIP-2's caption and replies."""
    caption, told, replies = opt.told(picture, ""), "", []
    for question in questions:
        replies.append(opt.text(opt.told(picture, f"{told}Question: {question} Answer:")))
        told += f"Question: {question} Answer: {replies[-1]}. "
    return {"captionIds": caption, "caption": opt.text(caption), "answers": replies}


def llava_prediction(llava: Official, picture: object, questions: list[str]) -> dict:
    """LLaVA's caption and replies."""
    caption, chat, replies = llava.told(picture, llava.rendered([("user", CAPTION_PROMPT)])), [], []
    for question in questions:
        chat.append(("user", question))
        replies.append(llava.text(llava.told(picture, llava.rendered(chat))))
        chat.append(("assistant", replies[-1]))
    return {"captionIds": caption, "caption": llava.text(caption), "answers": replies}


@torch.no_grad()
def pair_scores(itm: Official, world: HeldOut) -> dict[str, list]:
    """Matching logits and similarities of the first texts (rows) with the first pictures (columns)."""
    pictures, logits, cosines = [Image.fromarray(picture) for picture in world.pictures[:PAIRS]], [], []
    for caption in world.captions[:PAIRS]:
        fields = itm.processor.image_processor(pictures, return_tensors="pt")
        text = itm.processor.tokenizer([caption] * PAIRS, return_tensors="pt", return_token_type_ids=False)
        one = itm.processor.tokenizer([caption], return_tensors="pt", return_token_type_ids=False)
        logits.append(itm.model(**fields, **text, use_image_text_matching_head=True).logits_per_image)
        cosines.append(itm.model(**fields, **one, use_image_text_matching_head=False).logits_per_image[:, 0])
    return {"itmLogits": rounded(torch.stack(logits)), "itcSimilarities": rounded(torch.stack(cosines))}
