"""Next-token probabilities after transformers' own logits processors, in the order generate() applies them."""

from pathlib import Path

import torch
from transformers import (
    LogitsProcessorList,
    MinNewTokensLengthLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from text import write_compact_json

VOCABULARY, EOS, CASES = 20, 1, 200
CLOSE = 1e-4


def make_processors(path: Path) -> None:
    """Random logits, histories and settings; a case whose nucleus ends near a tie is drawn again."""
    generator = torch.Generator().manual_seed(10)
    rows: list[dict] = []
    while len(rows) < CASES:
        case = draw_case(generator)
        if clear(case):
            rows.append(finish(case))
    write_compact_json(path, {"vocabulary": VOCABULARY, "eosTokenId": EOS}, "cases", rows)


def draw_case(generator: torch.Generator) -> dict:
    """About half of the settings are on in each case."""

    def pick(values: list) -> float | int | None:
        on = torch.rand(1, generator=generator).item() < 0.5
        return values[torch.randint(len(values), (1,), generator=generator)] if on else None

    prompt, generated = (int(torch.randint(low, 6, (1,), generator=generator)) for low in (1, 0))
    return {
        "logits": [round(3 * value, 3) for value in torch.randn(VOCABULARY, generator=generator).tolist()],
        "tokenIds": torch.randint(VOCABULARY, (prompt + generated,), generator=generator).tolist(),
        "numPromptTokens": prompt,
        "repetitionPenalty": pick([1.1, 1.5, 0.8, 2.0]),
        "minTokens": pick([1, 3, 5, 8]),
        "temperature": pick([0.2, 0.7, 1.3, 2.5]),
        "topK": pick([1, 2, 5, 10, 20, 50]),
        "topP": pick([0.1, 0.5, 0.9, 0.95, 0.99]),
    }


def processors(case: dict, nudge: float = 0.0) -> LogitsProcessorList:
    """The processors a case asks for."""
    chosen = LogitsProcessorList()
    if case["repetitionPenalty"]:
        chosen.append(RepetitionPenaltyLogitsProcessor(case["repetitionPenalty"]))
    if case["minTokens"]:
        chosen.append(MinNewTokensLengthLogitsProcessor(case["numPromptTokens"], case["minTokens"], EOS, device="cpu"))
    if case["temperature"]:
        chosen.append(TemperatureLogitsWarper(case["temperature"]))
    if case["topK"]:
        chosen.append(TopKLogitsWarper(case["topK"]))
    if case["topP"]:
        chosen.append(TopPLogitsWarper(case["topP"] + nudge))
    return chosen


def scores(case: dict, nudge: float = 0.0) -> torch.Tensor:
    """Processed logits [vocabulary], −inf where a token is out."""
    ids = torch.tensor([case["tokenIds"]])
    return processors(case, nudge)(ids, torch.tensor([case["logits"]]))[0]


def clear(case: dict) -> bool:
    """The same tokens stay in when top_p moves a little."""
    kept = [scores(case, nudge).isfinite() for nudge in (-CLOSE, 0.0, CLOSE)]
    return all(torch.equal(kept[1], other) for other in kept)


def finish(case: dict) -> dict:
    """Add the outcome; null stands for −inf."""
    result = scores(case)
    return case | {
        "scores": [round(value, 6) if value > float("-inf") else None for value in result.tolist()],
        "probabilities": [round(value, 8) for value in result.softmax(0).tolist()],
    }
