import { type Command, Option } from 'commander'
import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { readFeatures } from '../features/feature-file.js'
import { drawnCandidates, storedCandidates, writeIdentityVectors } from '../generate/identity-vectors.js'
import {
  fitPrincipalComponents,
  type PrincipalComponents,
  readPrincipalComponents,
  writePrincipalComponents,
} from '../generate/principal-components.js'
import { parseScale } from '../generate/scales.js'
import { VectorFile } from '../generate/vector-file.js'
import { demoIdentityFeatures } from './generate-defaults.js'
import { jsonOption, quietOption, realNumber, wholeNumber } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface IdentityFlags {
  readonly count: string
  readonly out: string
  readonly seed: number
  readonly maxSimilarity?: number
  readonly averageSimilarity?: number
  readonly mostRejected?: number
  readonly from?: string
  readonly pca?: string
  readonly savePca?: string
  readonly vectors?: string
  readonly json?: true
  readonly quiet?: true
}

const EXAMPLES = `
Examples:
  $ vec2face-bench generate identities --count 10k --max-similarity 0.3 --seed 1 --out 10k.npy
  $ vec2face-bench generate identities --count 300k --from features.npy --save-pca pca.npz --seed 1 --out 300k.npy
  $ vec2face-bench generate identities --count 10k --pca pca.npz --average-similarity 0.2 --seed 1 --out ablation.npy
  $ vec2face-bench generate identities --count 500 --vectors mine.npy --max-similarity 0.3 --out fit.npy

Vectors are drawn from the multivariate normal of the principal components of identity features, one identity a
row (--from), and kept only where the cosine similarity to every vector kept before is at most --max-similarity
(0.3, as in the authors' code). Without --from, --pca or --vectors the features are those of the demo world.`

/** `generate identities`: vectors to generate faces from. */
export function registerGenerateIdentities(generate: Command): void {
  generate
    .command('identities')
    .summary('draw identity vectors')
    .description('Draws identity vectors that differ enough, and writes them as .npy (float32, one a row).')
    .requiredOption('--count <n>', 'how many: a number, or 10k, 20k, 100k, 200k, 300k')
    .addOption(outputFile('--out <file.npy>', 'where they go', ['.npy']).makeOptionMandatory())
    .option('--seed <n>', 'what all random numbers come from', wholeNumber(0), 0)
    .addOption(
      new Option('--max-similarity <cosine>', 'no two vectors are more similar; 0.3 by default').argParser(
        realNumber(-1, 1),
      ),
    )
    .addOption(
      new Option('--average-similarity <cosine>', 'shift them all so that the average pair is this similar')
        .argParser(realNumber(-1, 1))
        .conflicts('maxSimilarity'),
    )
    .option('--most-rejected <n>', 'give up after so many misfits in a row (default: 100000)', wholeNumber(1))
    .addOption(
      new Option('--from <features.npy>', 'identity features to resemble').conflicts(['pca', 'vectors']),
    )
    .addOption(new Option('--pca <file.npz>', 'components fitted before (--save-pca)').conflicts('vectors'))
    .addOption(outputFile('--save-pca <file.npz>', 'keep the fitted components', ['.npz']))
    .option('--vectors <file.npy>', 'choose from these vectors, in their order, instead of drawing')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(generateIdentities)
}

async function generateIdentities(flags: IdentityFlags): Promise<void> {
  const count = parseScale(flags.count, '--count')
  const file = flags.vectors === undefined ? undefined : await VectorFile.open(flags.vectors, log)
  const progress = terminalProgress(flags.quiet)
  const limits = {
    count,
    ...(flags.averageSimilarity === undefined
      ? { maxSimilarity: flags.maxSimilarity ?? 0.3 }
      : { averageSimilarity: flags.averageSimilarity }),
    ...(flags.mostRejected === undefined ? {} : { mostRejected: flags.mostRejected }),
    progress,
  }
  let result: Awaited<ReturnType<typeof writeIdentityVectors>>
  if (file === undefined) {
    const fitted = await components(flags)
    if (flags.savePca !== undefined) await writePrincipalComponents(flags.savePca, fitted)
    const candidates = drawnCandidates(fitted, flags.seed)
    result = await writeIdentityVectors(candidates, flags.out, { ...limits, width: fitted.width })
  } else {
    if (flags.savePca !== undefined)
      throw new InputError('there are no components to keep', '--save-pca', 'leave out --vectors')
    result = await writeIdentityVectors(storedCandidates(file), flags.out, { ...limits, width: file.width })
    await file.close()
  }
  const sha256 = await sha256OfFile(flags.out)
  if (flags.json === true) {
    printJson({ file: flags.out, sha256, seed: flags.seed, ...result })
    return
  }
  print(`${flags.out}: ${result.count} vectors, average similarity ${result.averageSimilarity.toFixed(5)}`)
  print(`candidates left out: ${result.rejected}`)
  print(`sha256: ${sha256}`)
}

async function components(flags: IdentityFlags): Promise<PrincipalComponents> {
  if (flags.pca !== undefined) return readPrincipalComponents(flags.pca)
  const path = flags.from ?? demoIdentityFeatures()
  return fitPrincipalComponents(await readFeatures(path, log), path)
}
