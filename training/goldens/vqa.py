"""Reference outputs of BlipForQuestionAnswering."""

from pathlib import Path

import torch
from transformers import BlipForQuestionAnswering

from captioning import native, short
from generation import Options, Unstable, require_variety, settle
from images import ImageEmbeds, encode_pictures, load_pixels
from pictures import PICTURES
from rank import rank
from text import make_tokenizer
from vocabulary import DEC, ENC, PAD, SEP

QUESTIONS = [
    "how many dogs are in the picture?",
    "what color is the bus?",
    "is it raining?",
    "what is the man standing near the red car holding in his hand?",
]
ANSWER = "two brown dogs"
CANDIDATES = [
    "yes",
    "no",
    "two",
    "two dogs",
    "red",
    "red and white",
    "a red bus",
    "a man",
    "a woman",
    "on the beach",
    "surfboard",
    "brown",
    "black and white",
    "4",
    "7",
    "kitchen knife",
    "cats",
    "holding a kite",
    "3 people",
    "grass",
]
STARTS = {"hf": None, "paper": ENC}
GREEDY = [Options(), Options(maxTokens=10, minTokens=3)]
BEAMS = [
    Options(beams=3, maxTokens=9, minTokens=1),
    Options(beams=5, maxTokens=10, lengthPenalty=-1.0),
    Options(beams=3, maxTokens=10, repetitionPenalty=1.5),
    Options(beams=5, maxTokens=8, lengthPenalty=0.0),
]


def vqa_goldens(model: BlipForQuestionAnswering, folder: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Tensors and cases of the VQA model."""
    images = encode_pictures(model, folder)
    tensors = {image.name: image.states for image in images}
    pairs = [(image, question, start) for image in native(images)[:3] for question in QUESTIONS for start in STARTS]
    questions = [answer_logits(model, *pair, tensors) for pair in pairs]
    ranks = [
        rank_case(model, image, question, keep)
        for image in native(images)[:4]
        for question in QUESTIONS[:2]
        for keep in (8, len(CANDIDATES))
    ]
    generations = [generation(model, folder, *plan) for plan in plans()]
    require_variety(generations)
    return tensors, {
        "images": [image.to_dict() for image in images],
        "questions": questions,
        "batch": padded_batch(model, native(images), tensors),
        "generations": generations,
        "candidates": {"texts": CANDIDATES, "tokenIds": candidate_ids()},
        "ranks": ranks,
    }


def plans() -> list[tuple[str, str, Options]]:
    """Greedy for every picture and question; beams on some."""
    greedy = [(picture, question, GREEDY[0]) for picture in PICTURES for question in QUESTIONS[:3]]
    return greedy + [
        (PICTURES[i], QUESTIONS[(i + j) % 4], options) for i, options in enumerate(GREEDY[1:] + BEAMS) for j in (0, 1)
    ]


def question_ids(question: str, start: str) -> list[int]:
    """[CLS] … [SEP] as HF has it; the original begins with [ENC]."""
    ids = make_tokenizer()(question).input_ids
    return ids if STARTS[start] is None else [STARTS[start]] + ids[1:]


def candidate_ids() -> list[list[int]]:
    """Each answer as the decoder is scored on it: [DEC] … [SEP]."""
    return [[DEC] + make_tokenizer()(text).input_ids[1:] for text in CANDIDATES]


def question_states(
    model: BlipForQuestionAnswering, states: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """The text encoder's output [batch, length, 32], reading the image."""
    return model.text_encoder(
        ids, attention_mask=mask, encoder_hidden_states=states, encoder_attention_mask=torch.ones(states.shape[:2])
    ).last_hidden_state


def answer_logits(
    model: BlipForQuestionAnswering, image: ImageEmbeds, question: str, start: str, tensors: dict
) -> dict:
    """Question states, and decoder logits of a given answer over them."""
    ids, answer = question_ids(question, start), [DEC] + make_tokenizer()(ANSWER).input_ids[1:]
    suffix = f"{image.name.split('.', 1)[1]}.{QUESTIONS.index(question)}.{start}"
    states = question_states(model, image.states, torch.tensor([ids]), torch.ones(1, len(ids)))
    logits = model.text_decoder(
        torch.tensor([answer]), encoder_hidden_states=states, encoder_attention_mask=torch.ones(1, len(ids))
    ).logits
    tensors |= {f"question_states.{suffix}": states, f"logits.{suffix}": logits}
    return {
        "name": suffix,
        "image": image.picture,
        "imageEmbeds": image.name,
        "question": question,
        "start": start,
        "tokenIds": ids,
        "questionStates": f"question_states.{suffix}",
        "answerTokenIds": answer,
        "logits": f"logits.{suffix}",
    }


def padded_batch(model: BlipForQuestionAnswering, images: list[ImageEmbeds], tensors: dict) -> dict:
    """All questions at once, each over another picture; padded places masked in both attentions."""
    rows = [question_ids(question, "hf") for question in QUESTIONS]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
    mask, states = (ids != PAD).long(), torch.cat([image.states for image in images[: len(rows)]])
    answer = torch.tensor([[DEC] + make_tokenizer()(ANSWER).input_ids[1:]] * len(rows))
    tensors["question_states.batch"] = question_states(model, states, ids, mask)
    tensors["logits.batch"] = model.text_decoder(
        answer, encoder_hidden_states=tensors["question_states.batch"], encoder_attention_mask=mask
    ).logits
    return {
        "images": [image.picture for image in images[: len(rows)]],
        "questions": QUESTIONS,
        "tokenIds": ids.tolist(),
        "attentionMask": mask.tolist(),
        "questionStates": "question_states.batch",
        "answerTokenIds": answer[0].tolist(),
        "logits": "logits.batch",
    }


def generation(model: BlipForQuestionAnswering, folder: Path, picture: str, question: str, options: Options) -> dict:
    """One call of HF's generate; its all-ones question mask is right for a single question."""
    pixels = load_pixels(folder, picture, model.config.vision_config.image_size)
    ids = question_ids(question, "hf")

    def generate(**kwargs) -> torch.Tensor:
        return model.generate(input_ids=torch.tensor([ids]), pixel_values=pixels, **kwargs)

    answer, score = settle(generate, options)
    return {
        "name": f"{picture} {question} {short(options)}",
        "image": picture,
        "question": question,
        "start": "hf",
        "questionTokenIds": ids,
        "promptTokenIds": [DEC],
        "options": options.to_dict(),
        "tokenIds": answer,
        "text": make_tokenizer().decode(answer, skip_special_tokens=True),
        "score": score,
        "finishReason": "stop" if answer[-1] == SEP else "length",
    }


def rank_case(model: BlipForQuestionAnswering, image: ImageEmbeds, question: str, keep: int) -> dict:
    """The original's answer ranking, with its [ENC] start."""
    ids = question_ids(question, "paper")
    states = question_states(model, image.states, torch.tensor([ids]), torch.ones(1, len(ids)))
    ranking = rank(model.text_decoder, states, candidate_ids(), keep)
    if not ranking.clear:
        raise Unstable("rank")
    return {
        "name": f"{image.picture} {question} top {keep}",
        "image": image.picture,
        "imageEmbeds": image.name,
        "question": question,
        "start": "paper",
        "tokenIds": ids,
        **ranking.to_dict(),
    }
