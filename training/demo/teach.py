"""Teaches one of the language models: BLIP-2's OPT, its retrieval sibling, or LLaVA.

python training/demo/teach.py llava --out checkpoints
"""

from __future__ import annotations

import argparse
import copy
import time
from functools import partial
from pathlib import Path

import torch

from dialogues import stream
from lessons import LESSONS

EMA = 0.998


class Teacher:
    """A model, its running mean that is saved in the end, and the optimiser."""

    def __init__(self, args: argparse.Namespace) -> None:
        torch.manual_seed(args.seed)
        self.args, self.lesson, self.step = args, LESSONS[args.model], 0
        self.model = self.lesson.build(args.checkpoints)
        self.mean = copy.deepcopy(self.model)
        self.moved = [p for p in self.model.parameters() if p.requires_grad]
        self.means = [m for p, m in zip(self.model.parameters(), self.mean.parameters()) if p.requires_grad]
        self.optimiser = torch.optim.AdamW([
            {"params": [p for p in self.moved if p.ndim > 1], "weight_decay": 0.05},
            {"params": [p for p in self.moved if p.ndim <= 1], "weight_decay": 0.0}], betas=(0.9, 0.98), fused=True)
        if args.state.exists():
            self.load()

    def load(self) -> None:
        """Goes on from the saved state."""
        saved = torch.load(self.args.state)
        self.step = saved["step"]
        self.model.load_state_dict(saved["model"])
        self.mean.load_state_dict(saved["mean"])
        self.optimiser.load_state_dict(saved["optimiser"])

    def save(self) -> None:
        """Saves the state, and the checkpoint from the running mean."""
        part = self.args.state.with_suffix(".part")
        torch.save({"step": self.step, "model": self.model.state_dict(), "mean": self.mean.state_dict(),
                    "optimiser": self.optimiser.state_dict()}, part)
        part.replace(self.args.state)
        self.mean.save(self.args.out)

    def rate(self) -> float:
        """A warm-up, a plateau, and a straight way down over the last half."""
        left = (self.args.steps - self.step) / self.args.steps
        return self.args.rate * min(1.0, (self.step + 1) / 100, max(0.01, left * 2))

    def learn(self, batch: dict[str, torch.Tensor]) -> dict[str, float]:
        """One step of the optimiser and of the running mean."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        with torch.autocast("cpu", torch.bfloat16):
            losses = self.model.loss(batch)
        self.optimiser.zero_grad()
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.moved, 1.0)
        self.optimiser.step()
        self.step += 1
        with torch.no_grad():
            torch._foreach_lerp_(self.means, self.moved, 1 - min(EMA, self.step / (self.step + 10)))
        return {name: loss.item() for name, loss in losses.items()}

    def run(self) -> None:
        """All steps that are left, with a line of losses and scores now and then."""
        batches = stream(self.step, self.args.batch, partial(self.lesson.make, size=self.args.batch))
        while self.step < self.args.steps:
            losses = self.learn(next(batches))
            if self.step % 25 == 0:
                report(self.step, losses)
            if self.step % self.args.every == 0 or self.step == self.args.steps:
                self.save()
                report(self.step, self.lesson.score(self.mean))


def report(step: int, values: dict[str, float]) -> None:
    """One line of progress."""
    told = "  ".join(f"{name} {value:.3f}" for name, value in values.items())
    print(f"{time.strftime('%H:%M:%S')}  step {step}  {told}", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=LESSONS)
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"), help="where BLIP's are")
    parser.add_argument("--out", type=Path, default=Path("checkpoints"))
    parser.add_argument("--state", type=Path, default=Path("demo-teaching.pt"), help="where to go on from")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--every", type=int, default=500, help="steps between saves")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    Teacher(args).run()


if __name__ == "__main__":
    main()
