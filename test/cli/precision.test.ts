import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { cacheOption, providerOption } from '../../src/cli/options.js'
import { addPrecision, usePrecision } from '../../src/cli/precision-option.js'
import { loadModel } from '../../src/models/model.js'
import { scratchFolder } from '../scratch.js'

const cache = scratchFolder()
const demo = (name: string) => `models/demo/${name}.onnx`

/** What `--model` is once a command begins that was called so. */
async function models(...flags: string[]): Promise<unknown> {
  const command = new Command('test')
    .option('--model <file...>', 'networks')
    .addOption(providerOption())
    .addOption(cacheOption())
  addPrecision(command)
  await command.parseAsync(['--cache', cache, ...flags], { from: 'user' })
  await usePrecision(command)
  return command.opts().model
}

describe('--precision', () => {
  it('puts networks in halves, models of their own, in the place of those that --model names', async () => {
    const named = [demo('demo-recogniser-b'), demo('demo-quality')]
    const used = (await models('--precision', 'float16', '--model', ...named)) as string[]
    for (const [i, path] of used.entries()) {
      const [before, after] = [await loadModel(named[i]), await loadModel(path)]
      expect(after.descriptor.name).toBe(`${before.descriptor.name}-float16`)
      expect(after.sha256).not.toBe(before.sha256)
    }
    expect(await models('--precision', 'float16', '--model', ...named)).toEqual(used)
  })

  it('float32 changes nothing; half precision needs a model by name', async () => {
    expect(await models('--model', demo('demo-quality'))).toEqual([demo('demo-quality')])
    await expect(models('--precision', 'bfloat16')).rejects.toThrow('no model is named')
  })

  it('is an option only where networks that --model names run somewhere', () => {
    const command = addedTo(new Command().option('--model <file>', 'a network'))
    expect(command.options.map(({ long }) => long)).toEqual(['--model'])
  })
})

function addedTo(command: Command): Command {
  addPrecision(command)
  return command
}
