import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { exists } from '../bytes/files.js'
import { Doubts } from '../doubts/doubts.js'
import { InputError } from '../errors.js'
import { FeatureCache } from '../features/cache.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import { draftDescriptor, readPorts } from '../models/draft-descriptor.js'
import { descriptorPath, loadModel, type Model, requireRole } from '../models/model.js'
import { writeResults } from '../results/file.js'
import type { Evaluation } from '../results/schema.js'
import { adHocResults } from '../run/ad-hoc.js'
import type { DescribedTestSet, Identified } from '../run/described.js'
import { distinctIds } from '../run/distinct-ids.js'
import { beginning } from '../run/provenance.js'
import { protocolSpecSchema } from '../run/spec.js'
import { resolveProtocol, type VerifiedTestSet, verifyModels } from '../run/verify-models.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import { withoutUnreadable } from '../test-sets/readable-test-set.js'
import type { TestSet } from '../test-sets/test-set.js'
import { openDetector } from './detector.js'
import { facesOf } from './faces-option.js'
import { outputWidth } from './fitted-columns.js'
import { hasImageInput, withImageInput } from './image-input.js'
import { interruptedRunGoesOn } from './interruption.js'
import { log, print, printBold, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'
import { toJson, toTable } from './verification-output.js'
import { labelledPairs, verifyGivenFeatures } from './verify-features.js'
import { addVerifyOptions, type VerifyFlags } from './verify-options.js'

const EXAMPLES = `
Examples:
  One recogniser with a descriptor beside it, on two test sets:
    $ vec2face-bench verify --model r50.onnx --pairs lfw.bin --pairs agedb_30.bin

  A network without a descriptor, as insightface's code would verify it, without mirrored images:
    $ vec2face-bench verify --model net.onnx --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5 --pairs lfw.bin --no-flip --json

  Features that you have computed yourself (two rows a pair), and one label a pair:
    $ vec2face-bench verify --features features.npy --labels same.npy

  Keep everything for a report:
    $ vec2face-bench verify --model r50.onnx --pairs lfw.bin --out lfw.json && vec2face-bench report lfw.json`

/** `verify`: recognisers x test sets in one line. */
export function registerVerify(program: Command): void {
  const verify = program
    .command('verify')
    .summary('verify recognisers on test sets')
    .description(
      'Verifies recognisers (or features computed elsewhere) on test sets by 10-fold verification, the protocol of insightface and the paper.',
    )
  addVerifyOptions(verify).addHelpText('after', EXAMPLES).action(verifyCommand)
}

async function verifyCommand(flags: VerifyFlags): Promise<void> {
  const started = beginning()
  const doubts = new Doubts(({ text }) => log(`warning: ${text}`))
  const opened = await openTestSets(flags)
  try {
    const testSets =
      flags.features === undefined || flags.labels === undefined
        ? opened
        : [await labelledPairs(flags.labels, flags.features[0])]
    const { results, models } = flags.features
      ? { results: await verifyFeatureFiles(flags, flags.features, testSets, doubts), models: [] }
      : await verifyNetworks(flags, opened, doubts)
    if (flags.out !== undefined) {
      const session = { provider: flags.provider, threads: flags.threads ?? availableParallelism() }
      await writeResults(
        flags.out,
        adHocResults({
          started,
          command: process.argv.slice(2),
          session,
          seed: flags.seed,
          models,
          testSets,
          results,
          folds: flags.folds,
          warnings: doubts.texts,
        }),
      )
      log(`results: ${flags.out}`)
    }
    if (flags.json === true) printJson({ results: results.map((result) => toJson(result, testSets, models)) })
    else {
      const [head, ...lines] = toTable(results, process.stdout.isTTY ? outputWidth() : undefined)
      printBold(head)
      for (const line of lines) print(line)
    }
  } finally {
    for (const { value } of opened) await value.close()
  }
}

async function openTestSets(flags: VerifyFlags): Promise<VerifiedTestSet[]> {
  const found: Omit<VerifiedTestSet, 'id'>[] = []
  const paths = flags.pairs ?? []
  for (const path of paths) {
    const value = await openTestSet(path, { images: flags.images, note: log })
    if (value.leftOut !== undefined) {
      const { images, pairs } = value.leftOut
      log(
        `${value.name}: ${images.length} photographs were left out when it was aligned, and ${pairs} pairs with them`,
      )
    }
    found.push(flags.skipUnreadable === true ? await skipUnreadable(value) : { value, demo: false })
  }
  const ids = distinctIds(found.map(({ value: { name } }, i) => ({ name, path: paths[i] })))
  return found.map((set, i) => ({ ...set, id: ids[i] }))
}

async function skipUnreadable(opened: TestSet): Promise<Omit<VerifiedTestSet, 'id'>> {
  const { testSet, unreadable } = await withoutUnreadable(opened)
  if (unreadable.length === 0) return { value: testSet, demo: false }
  const pairs = opened.pairs.same.length - testSet.pairs.same.length
  const examples = unreadable.map(({ name, reason }) => `${name}: ${reason}`)
  for (const example of examples) log(`left out: ${example}`)
  log(`left out: ${unreadable.length} images, ${pairs} pairs of ${opened.name}`)
  const leftOut = { unreadable: unreadable.length, passedOver: 0, pairs, examples: examples.slice(0, 5) }
  return { value: testSet, demo: false, leftOut }
}

function protocolOf(flags: VerifyFlags) {
  return protocolSpecSchema.parse({
    folds: flags.folds,
    givenFolds: flags.givenFolds,
    ...(flags.flip !== undefined && { flip: flags.flip }),
    ...(flags.fusion !== undefined && { fusion: flags.fusion }),
    distance: flags.distance,
    subtractMean: flags.subtractMean ?? false,
    ...(flags.far !== undefined && { far: flags.far }),
    resamples: flags.resamples,
  })
}

async function verifyNetworks(
  flags: VerifyFlags,
  testSets: readonly VerifiedTestSet[],
  doubts: Doubts,
): Promise<{ results: Evaluation[]; models: Identified<Model<RecogniserDescriptor>>[] }> {
  if (flags.model === undefined) {
    throw new InputError(
      'nothing to verify',
      '',
      "give --model FILE or --features FILE ('verify --help' has examples)",
    )
  }
  if (testSets.length === 0) throw new InputError('no test set', '', 'give --pairs PATH')
  const loaded: Model<RecogniserDescriptor>[] = []
  for (const path of flags.model) loaded.push(await loadRecogniser(path, flags))
  const paths = flags.model
  const ids = distinctIds(loaded.map(({ descriptor: { name } }, i) => ({ name, path: paths[i] })))
  const models = loaded.map((value, i) => ({ id: ids[i], value }))
  if (flags.cache !== false) interruptedRunGoesOn()
  const detector = await openDetector(flags.detector, flags)
  const results = await verifyModels(models, testSets, {
    protocol: protocolOf(flags),
    seed: flags.seed,
    session: { provider: flags.provider, ...(flags.threads !== undefined && { threads: flags.threads }) },
    progress: terminalProgress(flags.quiet),
    doubts,
    faces: facesOf(flags),
    ...(detector && { detector }),
    ...(flags.batch !== undefined && { batch: flags.batch }),
    ...(flags.cache !== false && { cache: new FeatureCache(`${flags.cache}/features`, log) }),
  }).finally(() => detector?.close())
  return { results, models }
}

/** A recogniser by its descriptor or, where flags say how images go in, by the file and them. */
async function loadRecogniser(path: string, flags: VerifyFlags): Promise<Model<RecogniserDescriptor>> {
  if (!hasImageInput(flags)) return requireRole(await loadModel(path), 'recogniser')
  const described = /\.ya?ml$/.test(path) || (await exists(descriptorPath(path)))
  const model = requireRole(
    described ? await loadModel(path) : await loadModel(path, draftDescriptor(path, await readPorts(path))),
    'recogniser',
  )
  if (described)
    log(`${model.descriptor.name}: what the command line says of images holds, not the descriptor`)
  return { ...model, descriptor: withImageInput(model.descriptor, flags, log) }
}

function verifyFeatureFiles(
  flags: VerifyFlags,
  files: readonly string[],
  testSets: readonly Identified<DescribedTestSet>[],
  doubts: Doubts,
): Promise<Evaluation[]> {
  if (flags.model !== undefined) {
    throw new InputError('--model and --features exclude each other', '', 'give one of them')
  }
  const protocol = resolveProtocol({ ...protocolOf(flags), flip: false }, flags.seed)
  return verifyGivenFeatures(files, testSets, protocol, doubts)
}
