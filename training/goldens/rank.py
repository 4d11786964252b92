"""Answer ranking as in the original BLIP (models/blip_vqa.py, rank_answer), on the Hugging Face modules."""

from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy, pad
from transformers import PreTrainedModel

from vocabulary import PAD

SMOOTHING = 0.1
CLEAR = 1e-3


@dataclass(frozen=True)
class Ranking:
    """Scores of the kept candidates, in the order of their first-token probability."""

    probabilities: torch.Tensor
    kept: list[int]
    smoothed: torch.Tensor
    plain: torch.Tensor
    clear: bool

    def to_dict(self) -> dict:
        return {
            "keep": len(self.kept),
            "firstTokenProbabilities": self.probabilities.tolist(),
            "kept": self.kept,
            "smoothedScores": self.smoothed.tolist(),
            "logProbabilities": self.plain.tolist(),
            "bestSmoothed": self.kept[self.smoothed.argmax()],
            "best": self.kept[self.plain.argmax()],
        }


def rank(decoder: PreTrainedModel, states: torch.Tensor, candidates: list[list[int]], keep: int) -> Ranking:
    """Keep the candidates whose first token is likeliest after [DEC], then score each in full."""
    first = logits(decoder, torch.tensor([candidates[0][:1]]), states)[0, 0]
    probabilities = first.softmax(0)[torch.tensor([ids[1] for ids in candidates])]
    order = probabilities.sort(descending=True, stable=True)
    kept = order.indices[:keep].tolist()
    smoothed, plain = (scores(decoder, states, [candidates[i] for i in kept], s) for s in (SMOOTHING, 0.0))
    clear = apart(smoothed) and apart(plain) and cut_is_clear(order.values.log(), keep)
    return Ranking(probabilities, kept, smoothed, plain, clear)


def logits(decoder: PreTrainedModel, ids: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
    """Decoder logits of several token sequences over one question."""
    states = states.expand(len(ids), -1, -1)
    mask = torch.ones(states.shape[:2])
    return decoder(
        ids, attention_mask=(ids != PAD).long(), encoder_hidden_states=states, encoder_attention_mask=mask
    ).logits


def scores(
    decoder: PreTrainedModel, states: torch.Tensor, candidates: list[list[int]], smoothing: float
) -> torch.Tensor:
    """Minus the summed loss over each candidate's tokens after [DEC], [SEP] included."""
    longest = max(map(len, candidates))
    ids = torch.stack([pad(torch.tensor(row), (0, longest - len(row)), value=PAD) for row in candidates])
    predicted = logits(decoder, ids, states)[:, :-1].transpose(1, 2)
    labels = ids[:, 1:].masked_fill(ids[:, 1:] == PAD, -100)
    return -cross_entropy(predicted, labels, reduction="none", label_smoothing=smoothing).sum(1)


def apart(values: torch.Tensor) -> bool:
    """The best two must differ clearly."""
    best, second = values.topk(2).values.tolist()
    return best - second > CLEAR


def cut_is_clear(descending: torch.Tensor, keep: int) -> bool:
    """Candidates that share a first token tie; the cut must not fall between them."""
    return keep >= len(descending) or bool(descending[keep - 1] - descending[keep] > CLEAR)
