import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { RECIPES, recipeLines } from '../../src/test-sets/recipes.js'
import { someOf } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

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
  'recipes for photographs, on small folders of the same layout (needs ../shared/real)',
  () => {
    /** Photographs that show one person each, by pairs.csv. */
    const PEOPLE = { Ann: [20, 21], Bob: [16, 17], Cid: [1, 2], Dan: [24, 25] }

    beforeAll(() => {
      const real = (name: string) => join(REAL ?? '', name)
      copyFileSync(real('yunet.onnx'), join(folder, 'yunet.onnx'))
      copyFileSync(real('mobilefacenet.onnx'), join(folder, 'recogniser.onnx'))
      writeFileSync(
        join(folder, 'recogniser.yaml'),
        stringify({
          name: 'recogniser',
          role: 'recogniser',
          batch: { min: 1, max: 1 },
          input: { name: 'input0', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
          output: { name: 'output0', size: 128 },
        }),
      )
      for (const [person, images] of Object.entries(PEOPLE)) {
        for (const [i, image] of images.entries()) {
          for (const path of [
            `lfw/${person}/${person}_000${i + 1}.jpg`,
            `doppelver/${person}/${i + 1}.jpg`,
          ]) {
            mkdirSync(join(folder, path, '..'), { recursive: true })
            copyFileSync(real(`raw/img${image}.jpg`), join(folder, path))
          }
        }
      }
      const same = Object.keys(PEOPLE).map((name) => `${name}\t1\t2`)
      const different = ['Ann\t1\tBob\t1', 'Bob\t2\tCid\t1', 'Cid\t2\tDan\t2', 'Dan\t1\tAnn\t2']
      const folds = [0, 1].flatMap((fold) => [
        ...same.slice(2 * fold, 2 * fold + 2),
        ...different.slice(2 * fold, 2 * fold + 2),
      ])
      writeFileSync(join(folder, 'pairs.txt'), ['2\t2', ...folds, ''].join('\n'))
      const file = (name: string, n: string) => `${name}/${name}_000${n}.jpg`
      const sllfw = folds.flatMap((line) => {
        const cells = line.split('\t')
        return cells.length === 3
          ? [file(cells[0], cells[1]), file(cells[0], cells[2])]
          : [file(cells[0], cells[1]), file(cells[2], cells[3])]
      })
      writeFileSync(join(folder, 'pair_SLLFW.txt'), `${sllfw.join('\n')}\n`)
      const rows = folds.map((line, i) => {
        const [a, n, b, m] = line.split('\t')
        return m === undefined
          ? [i, a, `${n}.jpg`, a, `${b}.jpg`, 1, i % 2]
          : [i, a, `${n}.jpg`, b, `${m}.jpg`, 0, i % 2]
      })
      writeFileSync(
        join(folder, 'doppelver.csv'),
        [
          'ID,INDIVIDUAL_1,IMAGE_1,INDIVIDUAL_2,IMAGE_2,LABEL,SPLIT',
          ...rows.map((row) => row.join(',')),
        ].join('\n'),
      )
    })

    it.each(someOf(['sslfw', 'lfw', 'doppelver'], 1))('%s', (id) => {
      const commands = recipeLines(RECIPES.find((recipe) => recipe.id === id) ?? RECIPES[0])
      const ours = commands.filter((line) => line.startsWith('vec2face-bench '))
      expect(ours.length).toBeGreaterThan(2)
      for (const command of ours) {
        const verification = command.includes(' verify ')
        const args = command
          .split(' ')
          .slice(1)
          .concat(verification ? ['--json', '--no-cache', '--folds', '2'] : [])
        const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
          cwd: folder,
          encoding: 'utf8',
        })
        expect(status, stderr).toBe(0)
        if (command.includes(' align ')) expect(stdout).toMatch(/^8 of 8 photographs aligned/)
        if (verification) {
          const [{ auc }] = (JSON.parse(stdout) as { results: { auc: number }[] }).results
          expect(auc).toBe(1)
        }
      }
    })
  },
)
