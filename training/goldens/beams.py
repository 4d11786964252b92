"""transformers' beam search over a language model that is a table, in hundreds of random settings."""

from pathlib import Path

import torch
from transformers import GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

from generation import Noise
from text import write_compact_json

PAD, EOS, ROWS, CASES = 0, 1, 61, 320
TABLES = [(12, 0.5), (12, 2.0), (16, 1.0), (20, 1.5), (20, 3.0)]


class TableModel(PreTrainedModel, GenerationMixin):
    """Next-token logits are a row of a table, chosen by the last two tokens and the length."""

    config_class = PreTrainedConfig

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__(PreTrainedConfig(vocab_size=table.shape[1]))
        self.table = torch.nn.Parameter(table)
        self.post_init()

    def forward(self, input_ids: torch.Tensor, **_: object) -> CausalLMOutput:
        last, length = input_ids[:, -1], input_ids.shape[1]
        before = input_ids[:, -2] if length > 1 else torch.zeros_like(last)
        return CausalLMOutput(logits=self.table[row(before, last, length)][:, None])

    def prepare_inputs_for_generation(self, input_ids: torch.Tensor, **_: object) -> dict:
        return {"input_ids": input_ids}


def row(before: torch.Tensor, last: torch.Tensor, length: int) -> torch.Tensor:
    """The rule the README states; `before` is 0 for a single token."""
    return (31 * before + 7 * last + 13 * length) % ROWS


def make_beams(path: Path) -> None:
    """beam.json: the tables, then one case a line."""
    generator = torch.Generator().manual_seed(11)
    tables = [make_table(vocabulary, bias, generator) for vocabulary, bias in TABLES]
    models = [TableModel(table.clone()).eval() for table in tables]
    rows: list[dict] = []
    while len(rows) < CASES:
        case = draw_case(generator)
        outcome = run(models[case["table"]], case)
        if outcome:
            rows.append(case | outcome)
    shown = [[[round(value, 3) for value in line] for line in table.tolist()] for table in tables]
    write_compact_json(path, {"padTokenId": PAD, "eosTokenId": EOS, "rows": ROWS, "tables": shown}, "cases", rows)


def make_table(vocabulary: int, eos_bias: float, generator: torch.Generator) -> torch.Tensor:
    """Logits of three decimals, so that JSON holds them exactly; [PAD] never wins."""
    table = 1.5 * torch.randn(ROWS, vocabulary, generator=generator)
    table[:, EOS] += eos_bias
    table[:, PAD] = -20
    return torch.tensor([[round(value, 3) for value in line] for line in table.tolist()])


def draw_case(generator: torch.Generator) -> dict:
    """A prompt and settings."""

    def pick(values: list) -> float | int | bool:
        return values[torch.randint(len(values), (1,), generator=generator)]

    table = pick(range(len(TABLES)))
    prompt = torch.randint(2, TABLES[table][0], (pick([1, 1, 2, 4]),), generator=generator).tolist()
    beams, max_tokens = pick([1, 2, 3, 3, 4, 5, 5]), pick([1, 2, 5, 8, 12, 16])
    return {
        "table": table,
        "promptTokenIds": prompt,
        "beams": beams,
        "lengthPenalty": pick([-1.0, 0.0, 1.0, 2.0]),
        "earlyStopping": pick([False, True]),
        "minTokens": min(pick([0, 0, 1, 3, 6]), max_tokens),
        "maxTokens": max_tokens,
        "repetitionPenalty": pick([1.0, 1.0, 1.1, 1.5]),
    }


def run(model: TableModel, case: dict) -> dict | None:
    """All finished sequences, best first; None where noise changes them."""
    sequences, scores = generate(model, case, [])
    for seed in range(2):
        if generate(model, case, [Noise(seed)])[0] != sequences:
            return None
    return {"sequences": sequences, "scores": scores}


def generate(model: TableModel, case: dict, processors: list) -> tuple[list[list[int]], list[float]]:
    """Token ids with the prompt and [EOS] where reached, and scores (none when greedy)."""
    beams = case["beams"]
    searching = {
        "length_penalty": case["lengthPenalty"],
        "early_stopping": case["earlyStopping"],
        "num_return_sequences": beams,
    }
    limits = {"min_new_tokens": case["minTokens"]} if case["minTokens"] else {}
    result = model.generate(
        torch.tensor([case["promptTokenIds"]]),
        num_beams=beams,
        do_sample=False,
        use_cache=False,
        max_new_tokens=case["maxTokens"],
        repetition_penalty=case["repetitionPenalty"],
        eos_token_id=EOS,
        pad_token_id=PAD,
        logits_processor=processors,
        return_dict_in_generate=True,
        output_scores=True,
        **limits,
        **(searching if beams > 1 else {}),
    )
    scores = [round(score, 5) for score in result.sequences_scores.tolist()] if beams > 1 else []
    return [until_end(ids, len(case["promptTokenIds"])) for ids in result.sequences.tolist()], scores


def until_end(ids: list[int], prompt: int) -> list[int]:
    """Cut behind [EOS]: generate() fills shorter beams with it where the pad id is 0."""
    return ids[: ids.index(EOS, prompt) + 1] if EOS in ids[prompt:] else ids
