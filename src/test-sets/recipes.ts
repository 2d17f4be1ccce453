import { InputError } from '../errors.js'

/** How a test set of the paper is made of what is published. */
export interface Recipe {
  readonly id: string
  readonly title: string
  /** what is downloaded, and where it is found */
  readonly download: readonly string[]
  /** what is typed then */
  readonly commands: readonly string[]
  readonly notes: readonly string[]
}

const PROGRAM = 'vec2face-bench'
const VERIFY = `${PROGRAM} verify --model recogniser.onnx --pairs`
const INSIGHTFACE =
  'a training set of insightface (https://github.com/deepinsight/insightface/tree/master/recognition/_datasets_)'
const YUNET =
  'yunet.onnx: the face detector of OpenCV Zoo (https://github.com/opencv/opencv_zoo, face_detection_yunet)'

/** Sets that insightface packs beside its training sets, aligned. */
function packed(id: string, title: string, archive: string): Recipe {
  const folder = archive.replace(/\.zip$/, '')
  const bin = `${folder}/${id.replaceAll('-', '_')}.bin`
  return {
    id,
    title,
    download: [`${archive}, ${INSIGHTFACE}: the test sets lie beside train.rec, aligned`],
    commands: [`unzip ${archive}`, `${PROGRAM} datasets inspect ${bin}`, `${VERIFY} ${bin}`],
    notes: [],
  }
}

/** Sets of pixels that their authors pack as `.xz`, aligned. */
function unpacked(id: string, title: string): Recipe {
  return {
    id,
    title,
    download: [
      `${id}.xz, or a folder ${id} of ${id}.npy and issame.txt, of the authors of Hadrian and Eclipse (Wu et al., What is a Goldilocks Face Verification Test Set?, 2024; code of the same authors: https://github.com/HaiyuWu/SOTA-Face-Recognition-Train-and-Test)`,
    ],
    commands: [`${PROGRAM} datasets inspect ${id}.xz`, `${VERIFY} ${id}.xz`],
    notes: ['Both forms are read as they are and give the same result.'],
  }
}

/** The nine test sets of the paper. A new one is an entry here. */
export const RECIPES: readonly Recipe[] = [
  {
    id: 'lfw',
    title: 'LFW: photographs of 250x250 pixels, 6,000 pairs in ten folds',
    download: ['lfw.tgz and pairs.txt (http://vis-www.cs.umass.edu/lfw/)', YUNET],
    commands: [
      'tar xzf lfw.tgz',
      `${PROGRAM} datasets align pairs.txt --images lfw --detector yunet.onnx --out lfw-112 --no-face centre`,
      `${PROGRAM} datasets inspect pairs.txt --images lfw-112 --detector yunet.onnx`,
      `${PROGRAM} datasets convert pairs.txt --images lfw-112 --to bin --out lfw.bin`,
      `${VERIFY} lfw.bin`,
    ],
    notes: [
      'lfw-deepfunneled.tgz and lfw-funneled.tgz hold the same photographs turned upright: --images lfw-deepfunneled, or lfw_funneled.',
      "insightface's lfw.bin (beside its training sets) was aligned by another detector; accuracies on the two need not be equal.",
    ],
  },
  packed('cfp-fp', 'CFP-FP: frontal and profile, 7,000 pairs', 'faces_webface_112x112.zip'),
  packed('agedb-30', 'AgeDB-30: thirty years apart, 6,000 pairs', 'faces_webface_112x112.zip'),
  packed('calfw', 'CALFW: LFW across age, 6,000 pairs', 'faces_emore.zip'),
  packed('cplfw', 'CPLFW: LFW across pose, 6,000 pairs', 'faces_emore.zip'),
  unpacked('hadrian', 'Hadrian: facial hair, 6,000 pairs'),
  unpacked('eclipse', 'Eclipse: exposure, 6,000 pairs'),
  {
    id: 'sslfw',
    title: "SSLFW (SLLFW to its authors): LFW's photographs, different pairs look alike",
    download: [
      'pair_SLLFW.txt (http://www.whdeng.cn/SLLFW/index.html)',
      'lfw.tgz (http://vis-www.cs.umass.edu/lfw/)',
      YUNET,
    ],
    commands: [
      'tar xzf lfw.tgz',
      `${PROGRAM} datasets align pair_SLLFW.txt --images lfw --detector yunet.onnx --out sslfw-112 --no-face centre`,
      `${PROGRAM} datasets inspect pair_SLLFW.txt --images sslfw-112 --detector yunet.onnx`,
      `${PROGRAM} datasets convert pair_SLLFW.txt --images sslfw-112 --to bin --out sslfw.bin`,
      `${VERIFY} sslfw.bin`,
    ],
    notes: [
      'All of LFW may be aligned once, for both lists: datasets align lfw --detector yunet.onnx --out lfw-112.',
    ],
  },
  {
    id: 'doppelver',
    title: 'DoppelVer: doppelgangers, ten folds of its own',
    download: [
      'Images.zip and DoppelgangerProtocol.csv of its authors (Thom et al., DoppelVer: A Benchmark for Face Verification, 2023; layout: https://github.com/NateThom/DoppelVer_code)',
      YUNET,
    ],
    commands: [
      'unzip Images.zip',
      `${PROGRAM} datasets align DoppelgangerProtocol.csv --images Images/CCA_Images --detector yunet.onnx --out doppelver-112 --no-face centre`,
      `${PROGRAM} datasets inspect DoppelgangerProtocol.csv --images doppelver-112 --detector yunet.onnx`,
      `${VERIFY} DoppelgangerProtocol.csv --images doppelver-112`,
    ],
    notes: [
      'The list names the images of CCA_Images: heads cut out around one face each, eyes level, but not at the place and size that recognisers want.',
      'ViSEProtocol.csv is its other list, of the same images: the same commands with its name.',
      'Its folds differ in size, so the list is kept: a .bin has ten equal ones.',
    ],
  },
]

/** @throws InputError that lists the names */
export function recipeOf(id: string): Recipe {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '')
  const found = RECIPES.find((recipe) => plain(recipe.id) === plain(id))
  if (found !== undefined) return found
  throw new InputError(
    `no recipe for '${id}'`,
    '',
    `there are recipes for ${RECIPES.map((recipe) => recipe.id).join(', ')}`,
  )
}

/** A recipe as lines of a shell's script: commands, all else as comments. */
export function recipeLines({ title, download, commands, notes }: Recipe): string[] {
  return [
    `# ${title}`,
    ...download.map((line) => `# Download ${line}`),
    ...commands,
    ...notes.map((line) => `# ${line}`),
  ]
}
