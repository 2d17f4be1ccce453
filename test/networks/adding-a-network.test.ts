import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../src/bytes/byte-source.js'
import { findNetworks } from '../../src/checkpoint/find-networks.js'
import { StoredTensor } from '../../src/checkpoint/stored-tensor.js'
import { ARCHITECTURE_NAMES, ARCHITECTURES } from '../../src/networks/catalogue.js'
import { foldForInference } from '../../src/networks/fold-for-inference.js'
import { built, count, difference, run, unsettled } from './built-network.js'
import { onelayer } from './example-network.js'

const SIZE = { depth: '18', featureSize: 16 }
describe('docs/adding-a-network.md', () => {
  const page = readFileSync(new URL('../../docs/adding-a-network.md', import.meta.url), 'utf8')
  const example = readFileSync(new URL('example-network.ts', import.meta.url), 'utf8')

  const list = readFileSync(new URL('../../src/networks/architectures.ts', import.meta.url), 'utf8')

  it('shows the example as it is, and its line as the list has them', () => {
    expect(page).toContain(
      `\`\`\`ts\n${example.replaceAll('../../src/networks/', './').replaceAll('../../src/', '../')}\`\`\``,
    )
    expect(page).toContain("\nexport { onelayer } from './onelayer.js'\n")
    for (const name of ARCHITECTURE_NAMES) expect(list).toContain(`export { ${name} } from './${name}.js'\n`)
  })

  it('the example computes what it says, trained or folded, and is found behind any wrapper', async () => {
    const weights = unsettled(onelayer.fresh(3, SIZE))
    const graph = built(onelayer, weights)
    const trainable = await run(graph, [2, 3, 112, 112])
    foldForInference(graph)
    expect(count(graph, 'BatchNormalization')).toBe(0)
    expect(difference(trainable, await run(graph, [2, 3, 112, 112]))).toBeLessThan(1e-6)
    const source = new MemorySource(new Uint8Array(4), 'x')
    const tensor = new StoredTensor({ type: 'float32', length: 1, source, offset: () => 0 }, [1])
    const state = new Map([...weights.keys()].map((key) => [`module.backbone.${key}`, tensor]))
    const signs = new Map(
      Object.entries({ ...ARCHITECTURES, onelayer }).map(([name, { signs: s }]) => [name, s]),
    )
    expect(findNetworks({ stateDicts: new Map([['', state]]) }, signs)).toMatchObject([
      { architecture: 'onelayer', wrapper: 'module.backbone.' },
    ])
  })

  it('no architecture is told by a key that ends like another one of its kind', () => {
    const all = ARCHITECTURE_NAMES.flatMap((name) =>
      ARCHITECTURES[name].signs.map((sign) => ({ name, sign })),
    )
    for (const { name, sign } of all) {
      const alike = all.filter((other) => other.name !== name && `.${sign}`.endsWith(`.${other.sign}`))
      expect(alike).toEqual([])
    }
  })
})
