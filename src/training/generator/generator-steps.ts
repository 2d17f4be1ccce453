import { type RuntimeOptions, runtimeTensor, type Tensors } from '../../onnx/runtime.js'
import type { Batch } from '../batch-maker.js'
import { type RunLength, rateOf } from '../run-length.js'
import { stepNetwork } from '../step-network.js'
import type { Measured, TrainingSteps } from '../training-run.js'
import type { GeneratorSpec } from './generator-spec.js'
import type { GeneratorState } from './generator-state.js'
import type { LookingNetworks } from './looking-networks.js'
import { STEP_INPUTS } from './networks.js'
import { type OpenedStep, openStep } from './open-step.js'
import { type StepDraws, stepDrawer } from './step-draws.js'
import { TOTAL } from './step-graph.js'

/** After n steps the average keeps at most n / (n + this) of itself: it follows quickly at first. */
const SLOW_START = 10

/** What the discriminator does at a step. */
type Phase = 'absent' | 'learning' | 'counting'

/** What steps are taken with. */
export interface GeneratorStepsRequest {
  readonly spec: GeneratorSpec
  readonly state: GeneratorState
  readonly looking: LookingNetworks
  readonly length: RunLength
  /** vectors that no image has, one after another, where the spec names some */
  readonly free?: Float32Array | undefined
  readonly session: RuntimeOptions
}

/** Takes a generator's steps: each a function of the state, the batch and the number of the step. */
export class GeneratorSteps implements TrainingSteps {
  readonly #draw: (step: number) => StepDraws
  #opened: (OpenedStep & { readonly phase: Phase }) | undefined

  constructor(private readonly request: GeneratorStepsRequest) {
    const { spec, state, looking, free } = request
    const { tokens } = state.network
    this.#draw = stepDrawer({
      seed: spec.seed,
      rows: spec.batch + (spec.free?.count ?? 0),
      width: looking.recogniser.size,
      masking: tokens > 0 ? { ...spec.masking, tokens } : undefined,
      noise: spec.noise,
      free: spec.free && free && { vectors: free, count: spec.free.count },
    })
  }

  /** @param step from 0 on @returns what was measured before the step; where one is no number, nothing was stepped */
  async take({ images }: Batch, step: number): Promise<Measured> {
    const { spec, state, length } = this.request
    const opened = await this.#open(this.#phaseAt(step))
    const { [TOTAL]: loss, ...parts } = await opened.step.run(this.#feeds(images, step))
    const rate = rateOf(spec, length, step)
    const measured = { loss, ...parts, rate }
    if (!Object.values(measured).every(Number.isFinite)) return measured
    const { clip } = spec
    stepNetwork(state.generator, spec.optimiser, { taken: step + 1, rate, clip })
    if (opened.phase !== 'absent' && state.discriminator !== undefined) {
      const { parameters } = state.discriminator
      const pace = { ...spec.discriminator, steps: spec.steps }
      const taken = step - this.#learnsFrom + 1
      const own = { taken, rate: rateOf(pace, length, step), clip }
      stepNetwork(parameters, spec.discriminator.optimiser, own)
      for (const [name, values] of opened.next) parameters.other(name).set(values)
    }
    this.#follow(step)
    return measured
  }

  async close(): Promise<void> {
    await this.#opened?.step.close()
  }

  get #learnsFrom(): number {
    const { learnsFrom, countsFrom } = this.request.spec.discriminator
    return this.#stepAt(learnsFrom ?? countsFrom)
  }

  /** The first step at or after a moment in the unit of the run's length. */
  #stepAt(moment: number): number {
    const { spec, length } = this.request
    return Math.ceil(moment * (spec.steps === undefined ? length.stepsPerEpoch : 1))
  }

  #phaseAt(step: number): Phase {
    const { spec, state } = this.request
    if (state.discriminator === undefined || step < this.#learnsFrom) return 'absent'
    return step < this.#stepAt(spec.discriminator.countsFrom) ? 'learning' : 'counting'
  }

  async #open(phase: Phase): Promise<OpenedStep & { readonly phase: Phase }> {
    if (this.#opened?.phase === phase) return this.#opened
    await this.close()
    const { spec, state, looking, session } = this.request
    const { adversarial: _, ...others } = spec.losses
    const { graph, description } = state.network.build(state.network.weights, 'the generator in training')
    const discriminator = phase === 'absent' ? undefined : state.discriminator
    const { judging } = spec.discriminator
    const opened = await openStep(
      {
        ...looking,
        generator: { graph, input: description.input, output: description.output },
        ...(discriminator && { discriminator: { ...discriminator, judging } }),
      },
      {
        paired: spec.batch,
        free: spec.free?.count ?? 0,
        losses: phase === 'counting' ? spec.losses : others,
        judges: discriminator !== undefined,
      },
      { generator: state.generator, discriminator: discriminator?.parameters },
      session,
    )
    this.#opened = { phase, ...opened }
    return this.#opened
  }

  #feeds(images: Float32Array, step: number): Tensors {
    const { spec, state, looking } = this.request
    const { dropped, masked, noise, free } = this.#draw(step)
    const { tokens } = state.network
    const side = Math.sqrt(images.length / spec.batch / 3)
    const width = looking.recogniser.size
    const rows = noise.length / width
    return {
      [STEP_INPUTS.real]: runtimeTensor('float32', images, [spec.batch, 3, side, side]),
      [STEP_INPUTS.noise]: runtimeTensor('float32', noise, [rows, width]),
      ...(tokens > 0 && {
        [STEP_INPUTS.dropped]: runtimeTensor('bool', dropped, [rows, tokens]),
        [STEP_INPUTS.masked]: runtimeTensor('bool', masked, [rows, tokens]),
      }),
      ...(free.length > 0 && {
        [STEP_INPUTS.free]: runtimeTensor('float32', free, [free.length / width, width]),
      }),
    }
  }

  #follow(step: number): void {
    const { spec, state } = this.request
    if (state.average === undefined || spec.average === undefined) return
    const share = 1 - Math.min(spec.average, step / (step + SLOW_START))
    for (const { name, values } of state.generator.trained) {
      const average = state.average.get(name) as Float32Array
      for (let i = 0; i < values.length; i++) average[i] += share * (values[i] - average[i])
    }
  }
}
