"""Trains the three demo checkpoints one after the other: caption with the vision tower, retrieval, answers.

python training/demo/train.py --out checkpoints
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Iterator

import torch
import torch.distributed as workers
import torch.multiprocessing

from data import Batch, batches, normalised
from heldout import held_out
from losses import caption_loss, patch_loss, retrieval_loss, vqa_loss
from model import Models
from scores import caption_scores, retrieval_scores, vqa_scores

EMA = 0.995
LOSSES = {"caption": (patch_loss, caption_loss), "retrieval": (retrieval_loss,), "vqa": (vqa_loss,)}
RATES = {"caption": 1e-3, "retrieval": 1e-3, "vqa": 6e-4}


@dataclass(frozen=True)
class Stage:
    """The steps in which one checkpoint learns."""

    task: str
    first: int
    last: int

    def rate(self, step: int) -> float:
        """A warm-up, a plateau, and a straight way down over the last two thirds."""
        left = (self.last - step) / (self.last - self.first)
        return RATES[self.task] * min(1.0, (step - self.first + 1) / 100, max(0.01, left * 1.5))


def stages(args: argparse.Namespace) -> list[Stage]:
    """The three stages in their order."""
    ends = list(accumulate((args.caption, args.retrieval, args.vqa), initial=0))
    return [Stage(task, first, last) for task, first, last in zip(LOSSES, ends, ends[1:])]


class Trainer:
    """The models, their running mean that is saved in the end, and the optimiser."""

    def __init__(self, args: argparse.Namespace, rank: int) -> None:
        torch.manual_seed(args.seed)
        self.args, self.rank, self.step = args, rank, 0
        self.models, self.mean = Models(), Models()
        self.mean.load_state_dict(self.models.state_dict())
        self.optimiser = self.fresh_optimiser()
        if args.state.exists():
            self.load()

    def fresh_optimiser(self) -> torch.optim.Optimizer:
        """AdamW; gains and biases do not decay."""
        decayed = [p for p in self.models.parameters() if p.ndim > 1]
        plain = [p for p in self.models.parameters() if p.ndim <= 1]
        return torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05},
                                  {"params": plain, "weight_decay": 0.0}], fused=True)

    def load(self) -> None:
        """Goes on from the saved state."""
        saved = torch.load(self.args.state)
        self.step = saved["step"]
        self.models.load_state_dict(saved["models"])
        self.mean.load_state_dict(saved["mean"])
        self.optimiser.load_state_dict(saved["optimiser"])

    def save(self) -> None:
        """Saves the state, and the checkpoints from the running mean."""
        parts = {"models": self.models, "mean": self.mean, "optimiser": self.optimiser}
        torch.save({"step": self.step, **{name: part.state_dict() for name, part in parts.items()}},
                   self.args.state.with_suffix(".part"))
        self.args.state.with_suffix(".part").replace(self.args.state)
        self.mean.save(self.args.out)

    def begin(self, stage: Stage) -> Iterator[Batch]:
        """Starts a stage from the running mean of the last one."""
        if self.step == stage.first:
            self.mean.start(stage.task)
            self.models.load_state_dict(self.mean.state_dict())
            self.optimiser = self.fresh_optimiser()
        turn, size = self.step * self.args.workers + self.rank, self.args.batch // self.args.workers
        return batches(turn, self.args.workers, size, stage.task, self.args.questions)

    def learn(self, stage: Stage, batch: Batch) -> torch.Tensor:
        """One step of the optimiser and of the running mean. Only the first stage moves the vision tower."""
        for group in self.optimiser.param_groups:
            group["lr"] = stage.rate(self.step)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.set_grad_enabled(stage.task == "caption"):
                states = self.models.see(batch["pixels"])
            loss = sum(part(self.models, states, batch) for part in LOSSES[stage.task])
        self.optimiser.zero_grad()
        loss.backward()
        average([p.grad for p in self.models.parameters() if p.grad is not None])
        torch.nn.utils.clip_grad_norm_(self.models.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.follow()
        return loss.detach()

    @torch.no_grad()
    def follow(self) -> None:
        """Moves the running mean towards the weights."""
        keep = min(EMA, self.step / (self.step + 10))
        torch._foreach_lerp_(list(self.mean.parameters()), list(self.models.parameters()), 1 - keep)

    def run(self) -> None:
        """All stages that are left."""
        for stage in stages(self.args):
            if self.step < stage.last:
                self.teach(stage)

    def teach(self, stage: Stage) -> None:
        """The steps of a stage, with a line of losses and scores now and then."""
        stream = self.begin(stage)
        while self.step < stage.last:
            loss = self.learn(stage, next(stream))
            if self.rank == 0 and self.step % 50 == 0:
                report(self.step, {stage.task: loss.item()})
            if self.rank == 0 and (self.step % self.args.every == 0 or self.step == stage.last):
                self.save()
                report(self.step, progress(self.mean, stage.task))


def average(gradients: list[torch.Tensor]) -> None:
    """Makes the gradients of all workers their mean."""
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    workers.all_reduce(flat)
    flat /= workers.get_world_size()
    torch._foreach_copy_(gradients, [part.view_as(gradient) for part, gradient in
                                     zip(flat.split([gradient.numel() for gradient in gradients]), gradients)])


def progress(models: Models, task: str) -> dict[str, float]:
    """A task's scores on 200 held-out scenes, none of them among those of the published scores."""
    world = held_out(200, 100_000)
    pixels = normalised(world.pictures)
    if task == "vqa":
        return vqa_scores(models.vqa, pixels, world.asked)
    score = caption_scores if task == "caption" else retrieval_scores
    return score(getattr(models, task), pixels, world.captions)


def report(step: int, values: dict[str, float]) -> None:
    """One line of progress."""
    told = "  ".join(f"{name} {value:.3f}" for name, value in values.items())
    print(f"{time.strftime('%H:%M:%S')}  step {step}  {told}", flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("checkpoints"))
    parser.add_argument("--state", type=Path, default=Path("demo-training.pt"), help="where to go on from")
    parser.add_argument("--caption", type=int, default=4000, help="steps of the first stage, vision included")
    parser.add_argument("--retrieval", type=int, default=1500, help="steps of the second stage")
    parser.add_argument("--vqa", type=int, default=1500, help="steps of the third stage")
    parser.add_argument("--every", type=int, default=250, help="steps between saves")
    parser.add_argument("--batch", type=int, default=64, help="scenes to a step, over all workers")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--questions", type=int, default=4, help="questions to a scene")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def work(rank: int, args: argparse.Namespace) -> None:
    """One worker: one thread, for threads that wait on each other lose most on a busy machine."""
    torch.set_num_threads(1)
    workers.init_process_group("gloo", init_method=f"file://{args.state.resolve()}.meet", rank=rank,
                               world_size=args.workers)
    Trainer(args, rank).run()


def main() -> None:
    """Starts the workers and waits for them."""
    args = arguments()
    Path(f"{args.state}.meet").unlink(missing_ok=True)
    torch.multiprocessing.spawn(work, (args,), nprocs=args.workers)


if __name__ == "__main__":
    main()
