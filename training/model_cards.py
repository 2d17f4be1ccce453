"""Writes a card beside each demo network: what it is, how it was trained, what it reaches, what it is not for.

    /usr/bin/python3 training/model_cards.py --runs RUNS --evaluation evaluation.json --out models/demo

Settings come from the runs, results from `evaluate.py`'s output, sizes and hashes from the exported files. The curves
of the runs are copied beside the cards.
"""
import argparse
import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import onnx

RUN_OF = {'demo-pose': 'attributes', 'demo-quality': 'attributes', 'demo-fid': 'attributes'}
RESULT_OF = {'demo-recogniser-a': 'a', 'demo-recogniser-b': 'b', 'demo-generator': 'generator',
             'demo-pose': 'attributes', 'demo-quality': 'attributes', 'demo-fid': 'attributes'}
WHAT = {
    'demo-recogniser-a': 'Recogniser: an aligned 112x112 face becomes a feature of 512 numbers. ArcFace margin softmax. '
                         'Faces of this world are not symmetric and it was trained without mirrored images, so the '
                         "mirrored image's feature is not added.",
    'demo-recogniser-b': 'Second recogniser: smaller, CosFace, other seed, trained with mirrored images, whose feature is '
                         'added as in the protocol of the field. The generator never saw it.',
    'demo-generator': "Vec2Face's design at small width: a vector of 512 numbers and two masks become a face of 112x112. "
                      'Trained with reconstruction, identity, perceptual and patch-GAN losses against demo-recogniser-a.',
    'demo-pose': 'Yaw, pitch and roll in degrees.',
    'demo-quality': 'A vector whose length is the quality of the image, 18 (worst) to 35 (best), as the length of '
                    "MagFace's feature is.",
    'demo-fid': 'Features for demo-FID, the Frechet distance of this world. It is not FID and its values compare with '
                'no published ones.',
}
TRAINER = {'demo-recogniser-a': 'recogniser.py', 'demo-recogniser-b': 'recogniser.py', 'demo-generator': 'generator.py'}


def rows_of(value: Any, prefix: str = '') -> List[str]:
    """Nested results as table rows; lists have no place in a table."""
    if isinstance(value, dict):
        return [row for name, part in value.items() for row in rows_of(part, f'{prefix}{" / " if prefix else ""}{name}')]
    text = f'{value:.4f}' if isinstance(value, float) else str(value)
    return [f'| {prefix.replace("_", " ")} | {text} |']


def settings_table(stages: List[Dict[str, Any]]) -> List[str]:
    """One column a stage of the training."""
    heads = ' | '.join(f'from step {stage["from_step"]}' for stage in stages)
    names = list(stages[0]['settings'])
    return [f'| setting | {heads} |', '| --- |' + ' ---: |' * len(stages),
            *[f'| {name.replace("_", " ")} | {" | ".join(str(stage["settings"][name]) for stage in stages)} |' for name in names]]


def results_of(name: str, evaluation: Dict[str, Any]) -> Dict[str, Any]:
    results = evaluation[RESULT_OF[name]]
    word = {'demo-pose': 'degrees', 'demo-quality': 'quality', 'demo-fid': 'explained'}.get(name)
    return results if word is None else {key: value for key, value in results.items() if word in key}


def seen_on(name: str, evaluation: Dict[str, Any]) -> str:
    if name == 'demo-generator':
        return f'{evaluation["sampled_vectors"]["kept"]} vectors drawn from the PCA of identity features, none nearer than 0.3'
    return f'{evaluation["held_out_identities"]} identities that no training saw'


def card(name: str, runs: Path, evaluation: Dict[str, Any], folder: Path) -> str:
    run = runs / RUN_OF.get(name, name)
    data = (folder / f'{name}.onnx').read_bytes()
    parameters = sum(int(np.prod(tensor.dims)) for tensor in onnx.load_from_string(data).graph.initializer)
    stages = json.loads((run / 'settings.json').read_text())
    with (run / 'curve.csv').open() as file:
        last = list(csv.DictReader(file))[-1]
    lines = [
        f'# {name} (demo)', '', WHAT[name], '',
        '**Demo.** Trained on faces that this project renders. It knows no photographs and recognises, makes or measures '
        'nothing about real people: use it to see the harness at work, and for nothing else.', '',
        f'- {parameters:,} numbers, {len(data):,} bytes (weights stored as float16), MIT licence',
        f'- sha256 `{hashlib.sha256(data).hexdigest()}`',
        f'- trained by `training/{TRAINER.get(name, "attributes.py")}`; curve: [{run.name}.csv](curves/{run.name}.csv)', '',
        '## Settings', '', *settings_table(stages), '',
        '## At the end of the training', '', '| loss | value |', '| --- | ---: |',
        *[f'| {key.replace("_", " ")} | {value} |' for key, value in last.items() if key != 'images_per_second'], '',
        f'## Results on {seen_on(name, evaluation)}', '', '| measure | value |', '| --- | ---: |',
        *rows_of(results_of(name, evaluation)), '',
    ]
    return '\n'.join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--runs', required=True)
    parser.add_argument('--evaluation', required=True, help='what evaluate.py printed')
    parser.add_argument('--out', required=True, help='the folder with the exported networks')
    args = parser.parse_args()
    out = Path(args.out)
    evaluation = json.loads(Path(args.evaluation).read_text())
    (out / 'curves').mkdir(exist_ok=True)
    for name in RESULT_OF:
        (out / f'{name}.md').write_text(card(name, Path(args.runs), evaluation, out))
        run = RUN_OF.get(name, name)
        shutil.copy(Path(args.runs) / run / 'curve.csv', out / 'curves' / f'{run}.csv')


if __name__ == '__main__':
    main()
