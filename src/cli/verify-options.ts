import { type Command, Option } from 'commander'
import { MEAN_SUBTRACTIONS, type MeanSubtraction } from '../evaluate/distances.js'
import type { Provider } from '../models/session.js'
import { detectorOption } from './detector.js'
import { addFacesOptions } from './faces-option.js'
import {
  batchOption,
  cacheOption,
  collect,
  jsonOption,
  providerOption,
  quietOption,
  realNumber,
  threadsOption,
  threeNumbers,
  threePositiveNumbers,
  wholeNumber,
} from './options.js'
import { outputFile } from './output-option.js'

/** The options of `verify` as commander gives them. */
export interface VerifyFlags {
  model?: string[]
  features?: string[]
  pairs?: string[]
  labels?: string
  images?: string
  mean?: [number, number, number]
  std?: [number, number, number]
  channels?: 'RGB' | 'BGR'
  flip?: boolean
  fusion?: 'sum' | 'unit-sum'
  distance: 'squared-euclidean' | 'angular'
  subtractMean?: MeanSubtraction
  folds: number
  givenFolds: boolean
  far?: number[]
  resamples: number
  seed: number
  skipUnreadable?: boolean
  detector?: string
  provider: Provider
  threads?: number
  batch?: number
  cache: string | false
  out?: string
  faces?: boolean
  json?: boolean
  quiet?: boolean
}

const collectMany = (value: string, earlier: string[] | undefined): string[] => collect(value, earlier)

/** Adds what `verify` can be told: what is verified, on what, and by which variant of the protocol. */
export function addVerifyOptions(verify: Command): Command {
  verify
    .option('--model <file...>', 'ONNX file or descriptor of a recogniser; may be repeated', collectMany)
    .option(
      '--features <file...>',
      'features in place of a model, one row an image: .npy, .npz (or FILE.npz:NAME), or a table (CSV)',
      collectMany,
    )
    .option(
      '--pairs <path...>',
      'a test set in any form (see datasets inspect); may be repeated',
      collectMany,
    )
    .option('--labels <file>', 'with --features: one label a pair, 1 for same (.npy or text)')
    .option('--images <folder>', 'the images that a list of pairs names')
    .addOption(
      new Option(
        '--mean <r,g,b>',
        'mean of the channels, of pixels in 0..1 or in 0..255, for a file without descriptor',
      ).argParser(threeNumbers),
    )
    .addOption(
      new Option('--std <r,g,b>', 'deviation of the channels, in the same unit').argParser(
        threePositiveNumbers,
      ),
    )
    .addOption(new Option('--channels <order>', 'order of the channels').choices(['RGB', 'BGR']))
    .option('--flip', "add the mirrored image's feature (default: as the descriptor says; yes without one)")
    .option('--no-flip', 'take the image alone')
    .addOption(
      new Option('--fusion <rule>', "how the mirrored image's feature is added").choices(['sum', 'unit-sum']),
    )
    .addOption(
      new Option('--distance <kind>', 'how features are compared')
        .choices(['squared-euclidean', 'angular'])
        .default('squared-euclidean'),
    )
    .addOption(
      new Option(
        '--subtract-mean [order]',
        "subtract the mean of the other folds' features: of unit features as facenet, or before features are normalised as MagFace's eval_1v1.py (with --distance angular --no-flip)",
      )
        .choices(MEAN_SUBTRACTIONS)
        .preset('facenet'),
    )
    .addOption(
      new Option('--folds <n>', 'folds, where the data give none')
        .argParser(wholeNumber(2, 1000))
        .default(10),
    )
    .option('--no-given-folds', 'ignore folds that the data give')
    .addOption(
      new Option('--far <rates>', 'false accept rates, comma-separated').argParser((text) =>
        text.split(',').map(realNumber(0, 1)),
      ),
    )
    .addOption(
      new Option('--resamples <n>', 'random halves of the pairs that the interval is told from')
        .argParser(wholeNumber(100))
        .default(1000),
    )
    .addOption(new Option('--seed <n>', 'seed of the halves').argParser(wholeNumber(0)).default(0))
    .option('--skip-unreadable', 'leave out images that do not decode, and their pairs')
    .addOption(detectorOption())
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(batchOption())
    .addOption(cacheOption())
    .option('--no-cache', 'compute every feature anew')
    .addOption(outputFile('--out <file.json>', 'write the results (for report and compare)', ['.json']))
  return addFacesOptions(verify).addOption(jsonOption()).addOption(quietOption())
}
