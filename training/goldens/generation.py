"""Greedy and beam generation through transformers, refused where a rounding error could change the answer."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from transformers import LogitsProcessor, LogitsProcessorList

from vocabulary import SEP

NOISE = 5e-4
MARGIN = 2e-3


class Unstable(Exception):
    """The outcome hangs on differences that another runtime need not reproduce, or shows too little."""


@dataclass(frozen=True)
class Options:
    """Settings under the names the TypeScript side uses; minTokens and maxTokens count new tokens."""

    beams: int = 1
    lengthPenalty: float = 1.0
    earlyStopping: bool = False
    minTokens: int = 0
    maxTokens: int = 20
    repetitionPenalty: float = 1.0

    def to_dict(self) -> dict:
        return asdict(self)

    def to_transformers(self) -> dict:
        """Keyword arguments of generate()."""
        chosen = {
            "num_beams": self.beams,
            "max_new_tokens": self.maxTokens,
            "repetition_penalty": self.repetitionPenalty,
            "do_sample": False,
        }
        if self.minTokens:
            chosen["min_new_tokens"] = self.minTokens
        if self.beams > 1:
            chosen |= {"length_penalty": self.lengthPenalty, "early_stopping": self.earlyStopping}
        return chosen


class Noise(LogitsProcessor):
    """Disturbs every score a little."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        return scores + NOISE * (2 * torch.rand(scores.shape, generator=self.generator) - 1)


Generate = Callable[..., torch.Tensor]


def settle(generate: Generate, options: Options) -> tuple[list[int], float | None]:
    """Token ids (prompt included) and, of beams, the winner's score; the same ids under noise, or Unstable."""
    kwargs = options.to_transformers() | {"return_dict_in_generate": True, "output_scores": True}
    result = generate(**kwargs)
    ids = result.sequences[0].tolist()
    if options.beams == 1:
        require_margin(result.scores)
    for seed in range(3):
        noisy = generate(**kwargs, logits_processor=LogitsProcessorList([Noise(seed)]))
        if noisy.sequences[0].tolist() != ids:
            raise Unstable("beams")
    return ids, None if options.beams == 1 else result.sequences_scores[0].item()


def require_margin(scores: tuple[torch.Tensor, ...]) -> None:
    """Every greedy step must be decided clearly."""
    for step in scores:
        best, second = step[0].topk(2).values.tolist()
        if best - second < MARGIN:
            raise Unstable("greedy")


def require_variety(cases: list[dict], end: int = SEP) -> None:
    """Some answers must end in their end token, some at the limit, most must differ, and no word may drown the rest."""
    ended = sum(case["tokenIds"][-1] == end for case in cases)
    greedy = [tuple(case["tokenIds"]) for case in cases if case["options"] == Options().to_dict()]
    words = Counter(token for case in cases for token in case["tokenIds"])
    drowned = max(words.values()) > 0.25 * words.total()
    if drowned or not 0.2 < ended / len(cases) < 0.8 or len(set(greedy)) < 0.7 * len(greedy) or len(words) < 25:
        raise Unstable("variety")
