import type { Command, KilledStage, Step } from '../stage.js'
import { align } from './align.js'
import { features } from './features.js'
import { generateDataset } from './generation.js'
import { pull } from './pull.js'
import { runWithCache } from './run-with-cache.js'
import { training } from './training.js'
import { vectors } from './vectors.js'

/** What the second of two says where only one may write. */
const REFUSAL = /another process is writing it/

/** Every command of a stage by two processes at the same time, into one place. */
function byTwo(stage: KilledStage): KilledStage {
  const twice = (step: Step): Step => {
    const commands = 'args' in step ? [step] : step
    return commands.flatMap((command): Command[] => [
      { ...command, refusal: REFUSAL },
      { ...command, refusal: REFUSAL },
    ])
  }
  return {
    ...stage,
    id: `two-${stage.id}`,
    async prepare(folder) {
      const prepared = await stage.prepare(folder)
      return { ...prepared, commands: (out) => prepared.commands(out).map(twice) }
    },
  }
}

/** Two processes in one output folder, or in one cache. */
export const twoAtOnce: readonly KilledStage[] = [
  generateDataset,
  vectors,
  features,
  runWithCache,
  pull,
  align,
  training,
].map(byTwo)

const CLOCK = new URL('../jumping-clock.mjs', import.meta.url).href

/** Two processes, of which each has a clock that jumps by days. */
export const jumpingClock: readonly KilledStage[] = twoAtOnce
  .filter(({ id }) => ['two-generate-dataset', 'two-run-with-cache'].includes(id))
  .map((stage) => ({
    ...stage,
    id: stage.id.replace('two', 'clock'),
    async prepare(folder) {
      const prepared = await stage.prepare(folder)
      const jumping = (command: Command): Command => ({
        ...command,
        env: { ...command.env, NODE_OPTIONS: `--import ${CLOCK}` },
      })
      return {
        ...prepared,
        commands: (out) =>
          prepared.commands(out).map((step) => ('args' in step ? jumping(step) : step.map(jumping))),
      }
    },
  }))
