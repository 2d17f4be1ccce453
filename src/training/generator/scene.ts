import { InputError } from '../../errors.js'
import { adaptImage } from '../../models/image-adapter.js'
import { DISCRIMINATOR_PORTS } from '../../networks/discriminators/discriminator.js'
import { commonOpset, embedNetwork } from '../../onnx/compose.js'
import { Graph } from '../../onnx/graph.js'
import { GraphBuilder, type Value } from '../../onnx/graph-builder.js'
import { lengthAlong } from './losses/directions.js'
import type { LossScene } from './losses/loss.js'
import { type LookingNetwork, PREFIX, STEP_INPUTS, type StepNetworks } from './networks.js'

const SHORTEST = 1e-12

export interface SceneSize {
  /** images of a step that have a real one beside them */
  readonly paired: number
  /** vectors of a step that no image has */
  readonly free: number
}

/** A scene, and what is not for the generator's losses. */
export interface Scene {
  readonly losses: LossScene
  /** what the discriminator says of the real images, by its outputs' names */
  realJudgement(): Readonly<Record<string, Value>>
  /** values that no gradient goes through */
  readonly constant: readonly Value[]
}

/**
 * Builds what the losses look at: vectors are the recogniser's features of real images, and `free` ones; noise moves them; the
 * generator makes images of them, and the other networks look at both. A network is put in once something looks through it.
 * @throws InputError where two networks don't fit together
 */
export function buildScene(networks: StepNetworks, { paired, free }: SceneSize): Scene {
  const { generator, recogniser, perceptual, discriminator } = networks
  const { input, output } = generator
  if (recogniser.size !== input.size)
    throw new InputError(
      `its features have ${recogniser.size} numbers, the generator's vectors ${input.size}`,
      recogniser.name,
      'name a recogniser of that width, or give the generator its width',
    )
  const all = [generator, recogniser, perceptual, discriminator].filter((network) => network !== undefined)
  const graph = new Graph('the training of a generator')
  graph.opsets.set('', commonOpset(all.map((network) => network.graph)))
  const g = new GraphBuilder('float32', graph)
  const constant: Value[] = []

  const seen = new Map<string, Readonly<Record<string, Value>>>()
  const once = (key: string, build: () => Readonly<Record<string, Value>>) => {
    const known = seen.get(key) ?? build()
    seen.set(key, known)
    return known
  }
  /** Networks of one graph are one: they look once. */
  const look = (network: LookingNetwork, which: string, images: Value) => {
    const role = network.graph === recogniser.graph ? 'recogniser' : 'perceptual'
    return once(`${role}/${which}/`, () => {
      const adapted = adaptImage(g, images, output, network.input, network.name, { clip: false })
      return embedNetwork(
        g,
        network.graph,
        `${role}/${which}/`,
        { [network.input.name]: adapted },
        `${role}/`,
      )
    })
  }
  const judge = (which: string, images: Value) => {
    if (discriminator === undefined) throw notThere('discriminator')
    const prefix = `${PREFIX.discriminator}${which}/`
    return once(prefix, () => {
      const feeds = { [DISCRIMINATOR_PORTS.image]: images }
      const values = embedNetwork(g, discriminator.graph, prefix, feeds, PREFIX.discriminator)
      constant.push(...discriminator.parts.constant.map((name) => values[name]))
      return values
    })
  }

  const rows = paired + free
  const real = g.floatInput(STEP_INPUTS.real, [paired, 3, ...output.size])
  const features = look(recogniser, 'real', real)[recogniser.output]
  const wanted =
    free === 0
      ? features
      : g.node('Concat', [features, g.floatInput(STEP_INPUTS.free, [free, input.size])], { axis: 0 })
  const moved = g.add(wanted, g.floatInput(STEP_INPUTS.noise, [rows, input.size]))
  const length = (vectors: Value) => lengthAlong(g, vectors, 1, SHORTEST)
  const image = embedNetwork(g, generator.graph, PREFIX.generator, {
    [input.name]: g.mul(moved, g.node('Div', [length(wanted), length(moved)])),
    ...(input.masks !== undefined && {
      [input.masks.dropped]: g.boolInput(STEP_INPUTS.dropped, [rows, input.masks.tokens]),
      [input.masks.masked]: g.boolInput(STEP_INPUTS.masked, [rows, input.masks.tokens]),
    }),
  })[output.name]

  const first = (value: Value) => (free === 0 ? value : g.slice(value, 0, 0, paired))
  return {
    losses: {
      g,
      image,
      pairedImage: first(image),
      real,
      wanted,
      feature: () => look(recogniser, 'generated', image)[recogniser.output],
      maps() {
        if (perceptual === undefined) throw notThere('perceptual network')
        const shared = perceptual.graph === recogniser.graph
        const generated = look(perceptual, 'generated', shared ? image : first(image))
        const ofReal = look(perceptual, 'real', real)
        return perceptual.maps.map((name) => ({
          generated: shared ? first(generated[name]) : generated[name],
          real: ofReal[name],
        }))
      },
      scores: () => judge('generated', image)[DISCRIMINATOR_PORTS.scores],
    },
    realJudgement: () => judge('real', real),
    constant,
  }
}

function notThere(network: string): InputError {
  return new InputError(
    `there is no ${network}, which one of its losses looks through`,
    'the training of a generator',
    'name one',
  )
}
