import { Command } from 'commander'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { registerMetrics } from '../../src/cli/metrics.js'
import { MEASURES, measureSpecSchema } from '../../src/measures/list.js'
import type { Measure } from '../../src/measures/measure.js'
import { isDistance } from '../../src/measures/set-distance.js'
import { helpOf } from '../cli/help.js'

/** What the arguments and other flags of a command tell: files of features, whole sets, several generators. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  separability: ['recognisers'],
  identities: ['recognisers', 'brightness'],
  leakage: ['recognisers', 'reference'],
  frechet: ['features', 'reference', 'images'],
  speed: ['pipeline', 'memory'],
}

type Options = Readonly<Record<string, z.ZodType>>
const withOptions = MEASURES.flatMap((measure) =>
  measure.options instanceof z.ZodObject ? [[measure.id, measure, measure.options] as const] : [],
)

async function metricsCommand(): Promise<Command> {
  const program = new Command()
  await registerMetrics(program)
  return program.commands[0]
}

describe('the options of a measurement', () => {
  it.each(withOptions)(
    '%s: each has a flag with its help, unless the command is told it otherwise',
    async (...[id, { command }, options]) => {
      const help = helpOf(await metricsCommand(), command)
      for (const [key, { description = 'no help' }] of Object.entries(options.shape as Options))
        expect(help.includes(`${description}`), key).toBe(!(TOLD[id] ?? []).includes(key))
      expect(help).toContain(`The same in a spec: the key '${id}'`)
    },
  )
})

describe('a new option of a measurement, one line of its file', () => {
  let restore = (): void => {}
  afterEach(() => restore())

  /** As if the line stood in the measurement's file. */
  function addOption(measure: Measure, options: z.ZodObject): void {
    const novelty = z.int().min(2).default(7).describe('what nobody could ask for before')
    restore = () => Object.assign(measure, { options })
    Object.assign(measure, { options: options.extend({ novelty }) })
  }

  it.each(withOptions)(
    '%s: is in help, with its default, and in a spec, with its bounds',
    async (...[id, measure, options]) => {
      addOption(measure, options)
      const line = /--novelty <n> +(.*: )?what nobody could ask for before \(default: 7\)/
      const metrics = await metricsCommand()
      expect(helpOf(metrics, measure.command)).toMatch(line)
      if (isDistance(measure) && measure.command !== 'fid')
        expect(helpOf(metrics, 'fid').match(line)?.[1]).toBe(`with --${id}: `)
      const { error } = measureSpecSchema().safeParse({ [id]: { novelty: 1 } })
      expect(error?.issues.map(({ path }) => path.join('.'))).toContain(`${id}.novelty`)
    },
  )

  it('is refused on the command line as in a spec', async () => {
    const [, separability, options] = withOptions[0]
    addOption(separability, options)
    const metrics = await metricsCommand()
    const command = metrics.commands.find((one) => one.name() === 'separability')?.exitOverride()
    command?.configureOutput({ writeErr: () => {} })
    await expect(command?.parseAsync(['a.npy', '--novelty', '1'], { from: 'user' })).rejects.toThrow(
      /--novelty <n>.*a whole number of at least 2 is needed/,
    )
  })
})
