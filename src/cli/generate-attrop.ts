import { type Command, Option } from 'commander'
import type { Matrix } from '../arrays/matrix.js'
import { readNpy } from '../arrays/npy.js'
import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { readFeatures } from '../features/feature-file.js'
import type { BatchMasks, RowEnd } from '../generate/attrop/attrop.js'
import type { AttropPrecision } from '../generate/attrop/loss-graph.js'
import { type MovedVectors, moveVectors } from '../generate/attrop/move-vectors.js'
import { precisionFor } from '../generate/attrop/precision.js'
import type { AttropSettings } from '../generate/attrop/settings.js'
import { vec2face } from '../generate/families/vec2face.js'
import type { Provider } from '../models/session.js'
import { type AttropFlags, addAttropOptions, attropModelsOf, attropSettingsOf } from './attrop-options.js'
import { demoGenerator } from './generate-defaults.js'
import { interruptedRunGoesOn } from './interruption.js'
import { jsonOption, providerOption, quietOption, threadsOption, wholeNumber } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface Flags extends AttropFlags {
  readonly model?: string
  readonly vectors: string
  readonly targets?: string
  readonly dropped?: string
  readonly masked?: string
  readonly seed: number
  readonly batch?: number
  readonly precision: AttropPrecision | 'auto'
  readonly out: string
  readonly provider: Provider
  readonly threads?: number
  readonly json?: true
  readonly quiet?: boolean
}

const EXAMPLES = `
Examples:
  $ vec2face-bench generate attrop --model vec2face.onnx --recogniser r100.onnx --quality magface.onnx \\
      --vectors samples.npy --targets identities.npy --quality-target 27 --out better.npy
  $ vec2face-bench generate attrop --model vec2face.onnx --recogniser r100.onnx --quality magface.onnx \\
      --pose 6drepnet.onnx --yaw 0..60 --vectors samples.npy --quality-target 25 --out turned.npy --json

Each vector is moved by Adam until its image keeps the identity (1 - cosine at most 0.3) and has the quality (at most 1
below the target) and the yaw (within 5 degrees) asked for, and by one more step, as the authors' loop does; after
--steps steps it stays where it is, and is reported. The loss is the paper's Equation 5.`

/** `generate attrop`: vectors moved until their images have what is asked for. */
export function registerGenerateAttrop(generate: Command): void {
  addAttropOptions(
    generate
      .command('attrop')
      .summary('move vectors until their images have a quality and a pose (AttrOP)')
      .description(
        'Moves vectors by the gradient of quality, pose and identity (AttrOP), and writes them as .npy.',
      )
      .option('--model <file>', 'a generator: ONNX file or descriptor (default: the demo generator)')
      .requiredOption('--recogniser <file>', 'keeps the identity')
      .option('--quality <file>', 'a quality model')
      .option('--pose <file>', 'a pose model')
      .requiredOption('--vectors <file.npy>', 'what to begin with, one a row')
      .option(
        '--targets <file.npy>',
        "features to keep, one a row (default: the vectors; their images' features where the widths differ)",
      ),
  )
    .option(
      '--dropped <file.npy>',
      "the generator's masks, [rows, tokens] of booleans, held fixed; with --masked",
    )
    .option('--masked <file.npy>', 'see --dropped')
    .option('--seed <n>', 'what masks and angles are drawn from', wholeNumber(0), 0)
    .option(
      '--batch <n>',
      'vectors of one call (default: 8, or all where there are fewer)',
      wholeNumber(1, 4096),
    )
    .addOption(
      new Option(
        '--precision <name>',
        'what gradients are computed in; auto: float64 for small networks on cpu',
      )
        .choices(['auto', 'float32', 'float64'])
        .default('auto'),
    )
    .addOption(outputFile('--out <file.npy>', 'where the vectors go', ['.npy']).makeOptionMandatory())
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(quietOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(runAttrop)
}

async function runAttrop(flags: Flags): Promise<void> {
  const settings = attropSettingsOf(flags)
  const models = await attropModelsOf(flags.model ?? demoGenerator(), flags.recogniser ?? '', flags)
  const { input } = models.generator.descriptor
  const vectors = await readFeatures(flags.vectors)
  if (vectors.columns !== input.size)
    throw new InputError(
      `the vectors have ${vectors.columns} numbers, this generator takes ${input.size}`,
      flags.vectors,
      'name vectors of that width, or another generator',
    )
  const targets = flags.targets === undefined ? undefined : await readFeatures(flags.targets)
  const masks = await masksOf(flags, vectors.rows, input.masks?.tokens)
  const fingerprint = JSON.stringify(
    await Promise.all(
      [flags.vectors, flags.targets, flags.dropped, flags.masked].map((path) => path && sha256OfFile(path)),
    ),
  )
  const { precision, why } =
    flags.precision === 'auto'
      ? precisionFor(models, flags.provider)
      : { precision: flags.precision, why: '' }
  if (why !== '') log(`gradients in ${precision}: ${why} (--precision)`)
  interruptedRunGoesOn()
  const masking = vec2face.recordFor(models.generator.descriptor)
  const moved = await moveVectors(
    models,
    {
      vectors,
      settings,
      seed: flags.seed,
      fingerprint,
      ...(targets && { targets }),
      ...(masks && { masks }),
      ...(masking && { masking }),
    },
    flags.out,
    {
      provider: flags.provider,
      progress: terminalProgress(flags.quiet),
      ...(flags.threads && { threads: flags.threads }),
      batch: flags.batch ?? Math.min(8, vectors.rows),
      precision,
    },
  )
  report(moved, vectors, settings, { ...flags, precision })
}

/** Masks that are held fixed. @throws InputError where one is missing or of another shape */
async function masksOf(
  { dropped, masked }: Flags,
  rows: number,
  tokens: number | undefined,
): Promise<BatchMasks | undefined> {
  if (dropped === undefined && masked === undefined) return undefined
  if (tokens === undefined)
    throw new InputError('this generator takes no masks', '--dropped', 'leave out --dropped and --masked')
  const read = async (path: string | undefined, flag: string): Promise<Uint8Array> => {
    if (path === undefined) throw new InputError('one of the two masks is missing', flag, 'give both')
    const { type, shape, data } = await readNpy(path)
    if ((type !== '|b1' && type !== '|u1') || shape.length !== 2 || shape[0] !== rows || shape[1] !== tokens)
      throw new InputError(
        `masks are booleans [${rows}, ${tokens}], these are '${type}' [${shape.join(', ')}]`,
        path,
        'write one row of flags a vector',
      )
    return data as Uint8Array
  }
  return { dropped: await read(dropped, '--dropped'), masked: await read(masked, '--masked') }
}

function report(
  { table, targets }: MovedVectors,
  vectors: Matrix<Float32Array>,
  settings: AttropSettings,
  { out, json, precision, vectors: path }: Flags,
): void {
  const outcomes = table.told()
  const { met } = table.counts()
  const ended = (end: RowEnd) => outcomes.filter((told) => told.end === end).map(({ row }) => row)
  const [unmet, broken] = [ended('steps'), ended('not finite')]
  if (broken.length > 0)
    log(`${path}: rows with numbers that are not finite, left where they were: ${firstOf(broken)}`)
  if (targets !== 'given') log(`the features to keep: ${targets}`)
  if (json === true) {
    printJson({
      file: out,
      rows: vectors.rows,
      met,
      unmet,
      notFinite: broken,
      targets,
      precision,
      settings,
      steps: table.steps(),
      outcomes,
    })
    return
  }
  print(`${out}: ${vectors.rows} vectors, ${met} with all that was asked for`)
  if (unmet.length > 0) print(`not there after ${settings.steps} steps: row ${firstOf(unmet)}`)
  for (const { step, rows, ...means } of table.steps()) {
    const shown = Object.entries(means).map(([name, value]) => `${name} ${value.toFixed(4)}`)
    print(`step ${step}: ${rows} rows, ${shown.join(', ')}`)
  }
}

/** The first numbers of a list, and how many more there are. */
function firstOf(rows: readonly number[]): string {
  const more = rows.length > 10 ? ` and ${rows.length - 10} more` : ''
  return `${rows.slice(0, 10).join(', ')}${more}`
}
