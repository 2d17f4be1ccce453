import { type SheetCell, writeContactSheet } from '../images/contact-sheet.js'
import { loadModel, requireRole } from '../models/model.js'
import { requireDevices } from '../onnx/devices.js'
import type { Provider } from '../onnx/runtime.js'
import { planGeneration } from './generation-plan.js'
import { Generator } from './generator.js'
import { ImageMaker } from './image-maker.js'
import { checkSigmaMix } from './sigma-mix.js'
import { VectorFile } from './vector-file.js'

const ROWS = 8

export interface PreviewRequest {
  /** ONNX file or descriptor of a generator */
  readonly generator: string
  /** `.npy` of identity vectors */
  readonly identities: string
  /** the first so many identities, one a row of the sheet; 8, or all where there are fewer, by default */
  readonly count?: number
  /** one group of columns each; 0 shows the identity vector itself */
  readonly sigmas: readonly number[]
  /** images of an identity at each sigma */
  readonly imagesPerSigma: number
  readonly seed: number
  /** where the generator runs; `cpu` by default */
  readonly provider?: Provider
}

/** Draws a contact sheet (PNG) of identities by sigmas. @throws InputError where anything is unfit */
export async function previewIdentities(request: PreviewRequest, out: string): Promise<void> {
  const { sigmas, imagesPerSigma, seed, provider = 'cpu' } = request
  const mix = sigmas.map((sigma) => ({ sigma, share: 1 / sigmas.length }))
  checkSigmaMix(mix, '--sigma')
  const model = requireRole(await loadModel(request.generator), 'generator')
  await requireDevices(provider, undefined)
  const vectors = await VectorFile.open(request.identities)
  const count = request.count ?? Math.min(ROWS, vectors.rows)
  const generator = await Generator.open(model, { threads: 1, provider })
  try {
    vectors.requireWidth(model.descriptor.input.size)
    const plan = planGeneration(model, {
      seed,
      identities: { count, width: vectors.width, sha256: await vectors.fingerprint(count) },
      imagesPerIdentity: sigmas.length * imagesPerSigma,
      sigmas: mix,
      provider,
    })
    const maker = new ImageMaker(plan, vectors, generator)
    await writeContactSheet(
      cells(maker, count),
      {
        columns: plan.imagesPerIdentity,
        title: `${model.descriptor.name}${model.descriptor.demo ? ' (demo)' : ''}, seed ${seed}`,
        rowLabels: Array.from({ length: count }, (_, identity) => `identity ${identity}`),
        columnLabels: sigmas.flatMap((sigma) => new Array<string>(imagesPerSigma).fill(`sigma ${sigma}`)),
      },
      out,
    )
  } finally {
    await generator.close()
    await vectors.close()
  }
}

async function* cells(maker: ImageMaker, count: number): AsyncGenerator<SheetCell> {
  for await (const { keys, width, height, data, free } of maker.batches(0, count)) {
    const length = width * height * 3
    for (const [i, { identity, image }] of keys.entries())
      yield {
        image: { kind: 'pixels', width, height, data: data.slice(i * length, (i + 1) * length) },
        name: `identity ${identity}, image ${image}`,
      }
    free()
  }
}
