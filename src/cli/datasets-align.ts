import { type Command, Option } from 'commander'
import { type AlignOutcome, alignPhotographs } from '../align/align-photographs.js'
import { NO_FACE, type NoFace } from '../align/align-tasks.js'
import { readLandmarks } from '../align/landmark-table.js'
import { openPhotographs } from '../align/open-photographs.js'
import { InputError } from '../errors.js'
import { FACE_RULES, type FaceRule } from '../faces/choose-face.js'
import { loadDetector } from './detector.js'
import { interruptedRunGoesOn } from './interruption.js'
import {
  jsonOption,
  type NetworkFlags,
  providerOption,
  quietOption,
  realNumber,
  threadsOption,
  wholeNumber,
} from './options.js'
import { log, print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface AlignFlags extends NetworkFlags {
  readonly detector?: string
  readonly landmarks?: string
  readonly images?: string
  readonly out: string
  readonly size: number
  readonly choose: FaceRule
  readonly sides?: number[]
  readonly turned?: boolean
  readonly score?: number
  readonly noFace: NoFace
  readonly skipUnreadable?: boolean
  readonly imageField?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

const EXAMPLES = `
Writes OUT/NAME.png for each photograph, OUT/alignment.csv (image, faces, score, box and five landmarks in pixels of the
photograph) and OUT/alignment.json. A run that was interrupted goes on where it stopped.

Examples:
  $ vec2face-bench datasets align lfw --detector yunet.onnx --out lfw-112
  $ vec2face-bench datasets align pairs.txt --images lfw --detector scrfd.onnx --out lfw-112 --no-face skip
  $ vec2face-bench datasets align photos --landmarks landmarks.csv --out crops --size 224
  $ vec2face-bench datasets align group-photos --detector yunet.onnx --out crops --choose largest --sides 640,1600 --turned`

/** Adds `datasets align`. */
export function registerDatasetsAlign(datasets: Command): void {
  datasets
    .command('align')
    .summary('find and align the faces of photographs')
    .description(
      "Finds the face in each photograph and crops it to ArcFace's five points, as recognisers are trained on.",
    )
    .argument('<in>', 'a folder of photographs, a list of pairs, or a training dataset')
    .option('--detector <file>', 'a detector of faces with five landmarks: YuNet, SCRFD or RetinaFace (ONNX)')
    .option('--landmarks <file.csv>', 'landmarks found elsewhere, instead of a detector')
    .option('--images <folder>', "the folder that a list's paths begin in")
    .addOption(outputFolder('--out <folder>', 'where crops and table go').makeOptionMandatory())
    .addOption(
      new Option('--size <pixels>', 'side of the crops: a multiple of 112 or of 128')
        .argParser(wholeNumber(112, 4096))
        .default(112),
    )
    .addOption(
      new Option(
        '--choose <rule>',
        "which of several faces: insightface's rule (large and in the middle), the largest, or the nearest to the centre",
      )
        .choices([...FACE_RULES])
        .default('insightface'),
    )
    .addOption(
      new Option(
        '--sides <pixels>',
        "longer sides, comma-separated, at which photographs are looked at (default: the descriptor's, larger ones scaled down); more find smaller and larger faces",
      ).argParser((text) => text.split(',').map(wholeNumber(32, 8192))),
    )
    .option('--turned', 'look at photographs turned by quarters and a half, too')
    .addOption(
      new Option('--score <least>', "least score of a face (default: the descriptor's)").argParser(
        realNumber(0, 1),
      ),
    )
    .addOption(noFaceOption())
    .option('--skip-unreadable', 'leave out photographs that do not decode; they are counted and named')
    .option('--image-field <name>', 'of a WebDataset whose samples hold several images: the one to take')
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(align)
}

/** A choice, though its name begins as those do that take one back. */
function noFaceOption(): Option {
  const option = new Option(
    '--no-face <what>',
    'photographs that show no face: fail once all others are done, skip them, or crop their centre',
  )
    .choices([...NO_FACE])
    .default('fail')
  option.negate = false
  return option
}

async function align(path: string, flags: AlignFlags): Promise<void> {
  const { out, noFace, size, choose, skipUnreadable, provider, threads } = flags
  if ((flags.detector === undefined) === (flags.landmarks === undefined))
    throw new InputError('faces need a detector, or landmarks', '', 'give one of --detector and --landmarks')
  const detector = flags.detector === undefined ? undefined : await loadDetector(flags.detector)
  const landmarks = flags.landmarks === undefined ? undefined : await readLandmarks(flags.landmarks)
  const { images, imageField } = flags
  const photographs = await openPhotographs(path, { images, imageField, out, note: log })
  try {
    for (const note of photographs.notes) log(note)
    interruptedRunGoesOn()
    const outcome = await alignPhotographs(photographs, {
      out,
      noFace,
      settings: {
        size,
        choose,
        detection: { sides: flags.sides, turned: flags.turned, score: flags.score },
      },
      ...(detector && { detector }),
      ...(landmarks && { landmarks }),
      ...(skipUnreadable !== undefined && { skipUnreadable }),
      provider,
      ...(threads !== undefined && { threads }),
      progress: terminalProgress(flags.quiet),
    })
    tell(outcome, flags)
    requireAll(outcome, flags)
  } finally {
    await photographs.close()
  }
}

const DEALT_WITH: Readonly<Record<NoFace, string>> = {
  fail: 'no crop',
  skip: 'skipped',
  centre: 'their centre was cropped',
}

function tell(outcome: AlignOutcome, { out, noFace, json }: AlignFlags): void {
  const { there, photographs, aligned, several, withoutFace, unreadable } = outcome
  for (const name of withoutFace) log(`no face: ${name}`)
  for (const { image, reason } of unreadable) log(`unreadable: ${image}: ${reason}`)
  if (json === true) {
    printJson({ out, noFace, ...outcome })
    return
  }
  if (there) {
    print(`${out}: all ${photographs} photographs were aligned before`)
    return
  }
  print(`${aligned} of ${photographs} photographs aligned: ${out}`)
  if (several > 0) print(`${several} show several faces`)
  if (withoutFace.length > 0) print(`${withoutFace.length} show no face: ${DEALT_WITH[noFace]}`)
  if (unreadable.length > 0) print(`${unreadable.length} do not decode`)
}

/** @throws InputError where photographs were not aligned that the user didn't let go */
function requireAll(outcome: AlignOutcome, { out, noFace, skipUnreadable }: AlignFlags): void {
  const { photographs, withoutFace, unreadable } = outcome
  if (unreadable.length > 0 && skipUnreadable !== true)
    throw new InputError(
      `${unreadable.length} of ${photographs} photographs do not decode (${unreadable[0].image}: ${unreadable[0].reason})`,
      out,
      'all others are done; replace them, or leave them out with --skip-unreadable',
    )
  if (withoutFace.length > 0 && noFace === 'fail')
    throw new InputError(
      `no face was found in ${withoutFace.length} of ${photographs} photographs (${withoutFace.slice(0, 3).join(', ')}${withoutFace.length > 3 ? ', ..' : ''})`,
      out,
      'all others are done; say --no-face skip or --no-face centre, or look closer (--sides 320,640,1280, --turned, --score) into another folder',
    )
}
