import { readPolicy } from '../../../../src/compare/policy.js'
import { descriptorSchema } from '../../../../src/models/descriptor.js'
import { readPipeline } from '../../../../src/models/pipeline.js'
import { readPathsFile } from '../../../../src/run/paths-file.js'
import { loadSpec } from '../../../../src/run/spec.js'
import { readGeneratorSpec } from '../../../../src/training/generator/generator-spec.js'
import { readRecogniserSpec } from '../../../../src/training/recogniser-spec.js'
import { readYaml } from '../../../../src/yaml-file.js'
import type { FuzzedReader } from '../reader.js'
import { repositoryFile } from '../repository-file.js'

const words = [
  ...[
    '- ',
    ': ',
    '&a ',
    '*a',
    '*b',
    '<<: *a',
    '!!js/function ',
    '!!binary ',
    '? ',
    '|\n',
    '>-\n',
    '%YAML 1.1\n---\n',
  ],
  ...[
    '{',
    '[',
    '}',
    ']',
    '\n',
    '\n  ',
    '#',
    '&a [*a,*a,*a,*a]',
    '---\n',
    '...\n',
    '"\\u001b"',
    '0x1F',
    '1_000',
    '~',
  ],
]

/** A form of YAML that users and strangers write. */
function yaml(
  id: string,
  seeds: readonly (string | Promise<Uint8Array>)[],
  read: (path: string) => Promise<unknown>,
): FuzzedReader {
  return {
    id,
    file: `${id}.yaml`,
    seeds: () => Promise.all(seeds.map((seed) => (typeof seed === 'string' ? Buffer.from(seed) : seed))),
    words,
    async read(path) {
      await read(path)
    },
  }
}

export const yamlFiles: readonly FuzzedReader[] = [
  yaml('spec', ['benchmarks/quickstart.yaml', 'benchmarks/table1.yaml'].map(repositoryFile), loadSpec),
  yaml('descriptor', [repositoryFile('test/generate/fixtures/tiny-generator.yaml')], (path) =>
    readYaml(path, descriptorSchema),
  ),
  yaml('policy', [repositoryFile('.ci/policy.yaml')], readPolicy),
  yaml(
    'paths',
    [
      'models:\n  a: a.onnx\ntestSets:\n  lfw:\n    path: lfw.txt\n    images: lfw\ndatasets: {casia: casia.rec}\n',
    ],
    readPathsFile,
  ),
  yaml(
    'pipeline',
    ['name: DDIM\nstages:\n  - model: a.onnx\n  - {model: b.onnx, repeats: 50, sizes: {n: 3}}\n'],
    readPipeline,
  ),
  yaml(
    'recogniser-spec',
    [
      'network: {architecture: demonet, depth: tiny, featureSize: 32, dropout: 0.1}\nloss: {kind: arcface, margin: 0.2, scale: 16}\nschedule: {kind: cosine}\nclip: 5\nwarmUp: 2\nsteps: 20\nbatch: 8\n',
    ],
    readRecogniserSpec,
  ),
  yaml(
    'generator-spec',
    [
      'recogniser: r.onnx\nlosses: {reconstruction: {absolute: 1}, identity: {}, adversarial: {weight: 0.05}}\ndiscriminator: {architecture: spectral, width: 8, judging: hinge, learnsFrom: 1, countsFrom: 2}\noptimiser: {kind: adamw, rate: 0.002}\nsteps: 4\nbatch: 2\n',
    ],
    readGeneratorSpec,
  ),
]
