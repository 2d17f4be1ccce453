import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { RECIPES, recipeLines } from '../../src/test-sets/recipes.js'
import { someOf } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()
const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

it('there is a recipe for each of the nine, which the page shows as it is printed', () => {
  expect(RECIPES.map(({ id }) => id)).toEqual(
    'lfw cfp-fp agedb-30 calfw cplfw hadrian eclipse sslfw doppelver'.split(' '),
  )
  const page = readFileSync('docs/test-set-recipes.md', 'utf8')
  for (const recipe of RECIPES) expect(page).toContain(`\`\`\`sh\n${recipeLines(recipe).join('\n')}\n\`\`\``)
  expect(cli('datasets', 'recipe', 'AgeDB_30').stdout).toMatch(
    /^# AgeDB-30: .*\n(.*\n)*unzip faces_webface_112x112\.zip\n/,
  )
  expect(isOneClearLine(cli('datasets', 'recipe', 'megaface'))).toBe(true)
})

describe.skipIf(!REAL)(
  'recipes, as they are printed, on small archives of the published names and layout (needs ../shared/real)',
  () => {
    /** Photographs that show one person each, by pairs.csv. */
    const PEOPLE = { Ann_A: [20, 21], Bob_B: [16, 17], Cid_C: [1, 2], Dan_D: [24, 25] }
    const FOLDS = 10

    /** A folder with what a recipe wants to be downloaded, and the program in the path. */
    function downloads(name: string): string {
      const place = join(folder, name)
      mkdirSync(join(place, 'bin'), { recursive: true })
      const program = join(place, 'bin', 'vec2face-bench')
      writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, { mode: 0o755 })
      const real = (file: string) => join(REAL ?? '', file)
      copyFileSync(real('yunet.onnx'), join(place, 'yunet.onnx'))
      copyFileSync(real('mobilefacenet.onnx'), join(place, 'recogniser.onnx'))
      writeFileSync(
        join(place, 'recogniser.yaml'),
        stringify({
          name: 'recogniser',
          role: 'recogniser',
          batch: { min: 1, max: 1 },
          input: { name: 'input0', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
          output: { name: 'output0', size: 128 },
        }),
      )
      return place
    }

    /** Puts the photographs into folders of people; all that was put there can be archived. */
    function photographs(place: string, pathOf: (person: string, image: number) => string): void {
      for (const [person, images] of Object.entries(PEOPLE)) {
        for (const [i, image] of images.entries()) {
          const path = join(place, pathOf(person, i + 1))
          mkdirSync(join(path, '..'), { recursive: true })
          copyFileSync(join(REAL ?? '', `raw/img${image}.jpg`), path)
        }
      }
    }

    function archive(place: string, command: string, ...args: string[]): void {
      const { status, stderr } = spawnSync(command, args, { cwd: place, encoding: 'utf8' })
      expect(status, stderr).toBe(0)
      rmSync(join(place, args.at(-1) ?? ''), { recursive: true })
    }

    /** Ten folds of a pair of one person and one of two. */
    const PAIRS = Array.from({ length: FOLDS }, (_, fold) => {
      const people = Object.keys(PEOPLE)
      const [a, b] = [people[fold % 4], people[(fold + 1) % 4]]
      return [
        [a, 1, a, 2],
        [a, 1 + (fold % 2), b, 2 - (fold % 2)],
      ] as const
    }).flat()

    /** Runs a recipe as a script. @returns the area under the curve that verify printed */
    function follow(place: string, id: string): number {
      const script = cli('datasets', 'recipe', id).stdout
      writeFileSync(join(place, 'recipe.sh'), `set -e\n${script}`)
      const PATH = `${join(place, 'bin')}:${process.env.PATH}`
      const env = { ...process.env, PATH, XDG_CACHE_HOME: join(place, 'cache') }
      const { status, stdout, stderr } = spawnSync('sh', ['recipe.sh'], { cwd: place, encoding: 'utf8', env })
      expect(status, stderr).toBe(0)
      if (script.includes(' align ')) expect(stdout).toMatch(/^8 of 8 photographs aligned/m)
      return Number(/^recogniser +\S+ +[\d.]+ +[\d.]+ +[\d.]+ - [\d.]+ +([\d.]+)/m.exec(stdout)?.[1])
    }

    const prepare: Readonly<Record<string, (place: string) => void>> = {
      lfw(place) {
        photographs(place, (person, image) => `lfw/${person}/${person}_000${image}.jpg`)
        archive(place, 'tar', 'czf', 'lfw.tgz', 'lfw')
        const lines = PAIRS.map(([a, n, b, m]) => (a === b ? [a, n, m] : [a, n, b, m]).join('\t'))
        writeFileSync(join(place, 'pairs.txt'), [`${FOLDS}\t1`, ...lines, ''].join('\n'))
      },
      sslfw(place) {
        photographs(place, (person, image) => `lfw/${person}/${person}_000${image}.jpg`)
        archive(place, 'tar', 'czf', 'lfw.tgz', 'lfw')
        const file = (name: string, n: number) => `${name}/${name}_000${n}.jpg\n`
        const lines = PAIRS.map(([a, n, b, m]) => file(a, n) + file(b, m))
        writeFileSync(join(place, 'pair_SLLFW.txt'), lines.join(''))
      },
      doppelver(place) {
        const name = (person: string) => person.replace('_', ' ')
        for (const kind of ['CCA_Images', 'Original_Images'])
          photographs(
            place,
            (person, image) =>
              `Images/${kind}/${name(person)}/0${image}${kind === 'CCA_Images' ? '_0' : ''}.jpg`,
          )
        archive(place, 'zip', '-qr', 'Images.zip', 'Images')
        const rows = PAIRS.map(([a, n, b, m], i) =>
          [i + 1, name(a), `0${n}_0.jpg`, name(b), `0${m}_0.jpg`, a === b ? 1 : 0, i >> 1].join(),
        )
        const head = 'ID,INDIVIDUAL_1,IMAGE_1,INDIVIDUAL_2,IMAGE_2,LABEL,SPLIT'
        writeFileSync(join(place, 'DoppelgangerProtocol.csv'), [head, ...rows, ''].join('\n'))
      },
      'agedb-30'(place) {
        mkdirSync(join(place, 'faces_webface_112x112'))
        copyFileSync(join(REAL ?? '', 'real-pairs.bin'), join(place, 'faces_webface_112x112/agedb_30.bin'))
        archive(place, 'zip', '-qr', 'faces_webface_112x112.zip', 'faces_webface_112x112')
      },
      hadrian(place) {
        copyFileSync(join(REAL ?? '', 'real-pairs.bin'), join(place, 'hadrian'))
        archive(place, 'xz', '-k', 'hadrian')
      },
    }

    const missing = ['tar', 'zip', 'unzip', 'xz'].filter(
      (name) => spawnSync(name, ['-h']).error !== undefined,
    )
    it.skipIf(missing.length > 0).each(someOf(Object.keys(prepare), 1))('%s', (id) => {
      const place = downloads(id)
      prepare[id](place)
      expect(follow(place, id)).toBeGreaterThanOrEqual(0.999)
    })
  },
)
