"""Checkpoints that a killed run goes on from, a curve as CSV, and the settings as JSON."""
import csv
import json
import time
from pathlib import Path
from typing import Any, Dict

import torch


class Run:
    """One training run in a folder: `checkpoint.pt`, replaced whole, `curve.csv`, one line every `every` steps, and
    `settings.json`, what the commands were given but for paths and threads."""

    def __init__(self, folder: str, parts: Dict[str, Any], settings: Dict[str, Any], every: int = 50, save_every: int = 100):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parts = parts
        self.every = every
        self.save_every = save_every
        self.sums: Dict[str, float] = {}
        self.count = 0
        self.began = time.time()
        self.step = 0
        checkpoint = self.folder / 'checkpoint.pt'
        if checkpoint.exists():
            saved = torch.load(checkpoint)
            for name, part in parts.items():
                part.load_state_dict(saved['parts'][name])
            self.step = saved['step']
        self.note_settings({name: value for name, value in settings.items()
                            if name not in ('data', 'out', 'recogniser', 'threads')})

    def note_settings(self, settings: Dict[str, Any]) -> None:
        """A run may go on with other settings: each stage is kept with the step that it began at."""
        path = self.folder / 'settings.json'
        stages = json.loads(path.read_text()) if path.exists() else []
        if not stages or stages[-1]['settings'] != settings:
            stages.append({'from_step': self.step, 'settings': settings})
            path.write_text(json.dumps(stages, indent=1) + '\n')

    def record(self, images: int, **values: float) -> None:
        """Counts one step done, writes the curve and the checkpoint when they are due."""
        self.step += 1
        self.count += 1
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)
        if self.step % self.every == 0:
            line: Dict[str, Any] = {'step': self.step}
            line.update({name: f'{total / self.count:.4f}' for name, total in self.sums.items()})
            line['images_per_second'] = f'{images * self.count / (time.time() - self.began):.0f}'
            self.write(line)
            self.sums, self.count, self.began = {}, 0, time.time()
        if self.step % self.save_every == 0:
            self.save()

    def write(self, line: Dict[str, Any]) -> None:
        path = self.folder / 'curve.csv'
        new = not path.exists()
        with path.open('a', newline='') as file:
            writer = csv.DictWriter(file, list(line))
            if new:
                writer.writeheader()
            writer.writerow(line)
        print(' '.join(f'{name}={value}' for name, value in line.items()), flush=True)

    def save(self) -> None:
        partial = self.folder / 'checkpoint.partial'
        torch.save({'step': self.step, 'parts': {name: part.state_dict() for name, part in self.parts.items()}}, partial)
        partial.replace(self.folder / 'checkpoint.pt')


def mixed_precision(off: bool):
    """Products in bfloat16, about three times as fast on processors that have it (AMX); sums and weights stay float32."""
    return torch.autocast('cpu', dtype=torch.bfloat16, enabled=not off)


def warm_up_and_cosine(step: int, steps: int, warm_up: int) -> float:
    """The share of the highest learning rate at a step: a linear rise, then half a cosine down to 1 %."""
    if step < warm_up:
        return (step + 1) / warm_up
    share = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return 0.01 + 0.99 * 0.5 * (1 + torch.cos(torch.tensor(share * torch.pi)).item())
