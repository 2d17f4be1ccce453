import type { Command, Option } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/commands.js'

interface Leaf {
  readonly name: string
  readonly command: Command
}

function* leavesOf(command: Command, path: readonly string[] = []): Generator<Leaf> {
  if (command.commands.length === 0) yield { name: path.join(' '), command }
  for (const inner of command.commands) yield* leavesOf(inner, [...path, inner.name()])
}

const leaves: Leaf[] = []
const options: (Leaf & { readonly option: Option })[] = []
const having = (flag: string) => options.filter(({ option }) => option.long === flag)
const namesOf = (found: readonly Leaf[]) => found.map(({ name }) => name)
const help = (option: Option) => option.description

beforeAll(async () => {
  leaves.push(...leavesOf(await createProgram([])))
  for (const leaf of leaves) for (const option of leaf.command.options) options.push({ ...leaf, option })
})

describe('all commands', () => {
  it.each(['--json', '--out', '--quiet'])('have %s', (flag) => {
    expect(namesOf(having(flag))).toEqual(namesOf(leaves))
  })

  it.each([
    ['--json', 'print JSON'],
    ['--quiet', 'no progress'],
    ['--provider', /^where networks run; first this flag, then the environment/],
    ['--threads', 'cores that are used (default: all)'],
    ['--batch', /^(images a call(, each in turn.*)?|vectors of one call.*)$/],
    ['--cache', 'where features and made test sets are kept'],
    ['--paths', /^YAML that says where your models and data lie/],
    ['--licence', "the weights' licence, for the descriptor"],
    ['--image-field', 'of a WebDataset whose samples hold several images: the one to take'],
    ['--skip-unreadable', /^leave out (images|photographs) that do not decode/],
  ])('mean the same by %s, where they have it', (flag, meaning) => {
    const told = having(flag)
    expect(told.length).toBeGreaterThan(1)
    for (const { name, option } of told) expect(help(option), name).toMatch(meaning)
  })

  it('that run networks on a provider take the number of cores', () => {
    const own = new Set(namesOf(having('--threads')))
    expect(namesOf(having('--provider')).filter((name) => !own.has(name))).toEqual([])
  })

  it('print a default once', () => {
    for (const { name, option } of options) {
      const shown = option.defaultValue === undefined || option.defaultValue === false ? 0 : 1
      const said = (help(option).match(/\bdefault\b/g) ?? []).length
      expect(shown + said, `${name} ${option.long}`).toBeLessThanOrEqual(1)
    }
  })

  it('have a description, and examples where they take an argument', () => {
    for (const { name, command } of leaves) {
      expect(command.description(), name).not.toBe('')
      for (const { description, long } of command.options) expect(description, `${name} ${long}`).not.toBe('')
    }
  })

  it('say which values an option takes by the same words', () => {
    for (const { name, option } of options) {
      const [, value] = /<([^>]+)>/.exec(option.flags) ?? []
      if (option.long === '--threads' || option.long === '--batch') expect(value, name).toBe('n')
      if (option.long === '--provider') expect(value, name).toBe('name')
      if (option.long === '--cache') expect(value, name).toBe('folder')
    }
  })
})
