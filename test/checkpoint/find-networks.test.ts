import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../src/checkpoint/checkpoint.js'
import { chooseNetwork } from '../../src/checkpoint/choose-network.js'
import { findNetworks } from '../../src/checkpoint/find-networks.js'
import { scratchFiles } from '../scratch.js'
import { archive, torchPickle } from './torch-archive.js'

const file = scratchFiles()

describe('networks are found by the key that tells them, behind any wrapper', () => {
  const path = file('good.pth', archive(torchPickle('K\x00(K\x02t(K\x01t')))
  const checkpoint = openCheckpoint(path)
  const tensor = checkpoint.stateDicts.get('')?.get('w')
  checkpoint.close()
  const stateOf = (keys: readonly string[]) => new Map(keys.map((key) => [key, tensor!]))
  const signs = new Map([
    ['one', ['first.weight']],
    ['other', ['other.weight', 'older.weight']],
  ])
  const found = (state: ReadonlyMap<string, string[]>) =>
    findNetworks({ stateDicts: new Map([...state].map(([place, keys]) => [place, stateOf(keys)])) }, signs)

  it.each(['', 'module.', 'features.', 'module.features.module.', 'a.b.net.', 'encoder._orig_mod.'])(
    "'%s', beside a margin's weight",
    (wrapper) => {
      const keys = [`${wrapper}first.weight`, `${wrapper}last.bias`, 'module.fc.kernel']
      const [network, ...others] = found(new Map([['state', keys]]))
      expect(others).toEqual([])
      expect(network).toMatchObject({ wrapper, architecture: 'one' })
      expect([...network.state.keys()].slice(0, 2)).toEqual(['first.weight', 'last.bias'])
      expect([...network.beside.keys()]).toEqual(
        ['', 'module.'].includes(wrapper) ? [] : ['module.fc.kernel'],
      )
      expect(network.key).toBe(`state.${wrapper}`.replace(/\.$/, ''))
    },
  )

  it('a key that only ends like one tells nothing; several are all found, whatever the order', () => {
    expect(found(new Map([['', ['notfirst.weight']]]))).toEqual([])
    const places: [string, string[]][] = [
      ['a', ['first.weight']],
      ['b', ['x.older.weight', 'y.first.weight']],
    ]
    const keys = (state: typeof places) =>
      found(new Map(state))
        .map(({ key }) => key)
        .sort()
    expect(keys(places)).toEqual(['a', 'b.x', 'b.y'])
    expect(keys(places.reverse())).toEqual(['a', 'b.x', 'b.y'])
  })
})
describe('a tensor with a name that tells an architecture', () => {
  const checkpointOf = (shape: Record<string, number>) => ({
    path: 'x.pth',
    format: 'safetensors' as const,
    stateDicts: new Map([
      [
        '',
        new Map(
          Object.entries(shape).flatMap(([prefix, count]) =>
            Array.from(
              { length: count },
              (_, i) => [`${prefix}${i === 0 ? 'sign' : i}`, {} as never] as const,
            ),
          ),
        ),
      ],
    ]),
    unread: [],
    close: () => {},
  })
  const signs = new Map([
    ['iresnet', ['sign']],
    ['other', ['7']],
  ])

  it('is no network beside a whole one', () => {
    const { architecture, beside } = chooseNetwork(checkpointOf({ 'net.': 7, 'stray.': 1 }), signs, {})
    expect(architecture).toBe('iresnet')
    expect([...beside.keys()]).toEqual(['stray.sign'])
  })

  it('where there are few tensors of other names, no architecture is asked for', () => {
    expect(() => chooseNetwork(checkpointOf({ 'a.x': 1, 'b.x': 1 }), signs, {})).toThrow(
      /no known network: its keys are a\.xsign, b\.xsign, \.\.; no network has so few tensors: name the checkpoint of one/,
    )
  })
})
