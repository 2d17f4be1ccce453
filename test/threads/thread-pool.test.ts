import { expect, onTestFinished, test } from 'vitest'
import { InputError } from '../../src/errors.js'
import { ThreadPool } from '../../src/threads/thread-pool.js'
import type { Sum } from './arithmetic-thread.js'

type Pool = ThreadPool<Sum, { sum: number; thread: number }, number>

function poolOf(threads: number, start: number | 'nowhere' = 0): Pool {
  const pool: Pool = new ThreadPool({
    file: 'arithmetic-thread',
    from: import.meta.url,
    threads,
    data: { start },
  })
  onTestFinished(() => pool.close())
  return pool
}

test('tasks are answered, each with its own answer, with what the threads were started with', async () => {
  const pool = poolOf(3, 100)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.run({ numbers: [i, 2 * i] })))
  expect(answers.map(({ sum }) => sum)).toEqual(Array.from({ length: 20 }, (_, i) => 100 + 3 * i))
})

test('as many tasks as threads go to all of them, and a thread that is busy gets no more than others', async () => {
  const pool = poolOf(3)
  const slow = pool.run({ numbers: [1], after: 300 })
  const quick: number[] = []
  for (let i = 0; i < 6; i++) quick.push((await pool.run({ numbers: [i] })).thread)
  expect(quick).not.toContain((await slow).thread)
  const together = await Promise.all([0, 1, 2].map((i) => pool.run({ numbers: [i], after: 50 })))
  expect(new Set(together.map(({ thread }) => thread)).size).toBe(3)
})

test('news come before the answer, to the one who asked', async () => {
  const pool = poolOf(1)
  const news: number[][] = [[], []]
  const asked = [0, 1].map((i) => pool.run({ numbers: [1 + i, 2, 3] }, (sum) => news[i].push(sum)))
  await Promise.all(asked)
  expect(news).toEqual([
    [1, 3, 6],
    [2, 4, 7],
  ])
})

test('an InputError is one again; another error keeps its name and where it was thrown', async () => {
  const pool = poolOf(1)
  const refused = await pool.run({ numbers: [], fails: 'input' }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(InputError)
  expect(refused).toMatchObject({ what: 'the number is odd', where: 'line 3', remedy: 'give an even one' })
  const bug = await pool.run({ numbers: [], fails: 'bug' }).catch((error: unknown) => error)
  expect(bug).toMatchObject({ name: 'RangeError', message: 'out of range' })
  expect((bug as Error).stack).toContain('arithmetic-thread')
  expect((await pool.run({ numbers: [4] })).sum).toBe(4)
})

test('where a thread could not open its work, each task says why', async () => {
  const pool = poolOf(2, 'nowhere')
  for (let i = 0; i < 3; i++)
    await expect(pool.run({ numbers: [] })).rejects.toThrow('sum: there is no start; give one')
})

test('a thread that ends fails what it had and what it would be given', async () => {
  const pool = poolOf(1)
  const first = pool.run({ numbers: [], fails: 'exit' })
  const second = pool.run({ numbers: [1] })
  await expect(first).rejects.toThrow('a thread ended with code 3')
  await expect(second).rejects.toThrow('a thread ended with code 3')
  await expect(pool.run({ numbers: [1] })).rejects.toThrow('a thread ended with code 3')
})

test('tasks that are under way are finished before a pool is closed', async () => {
  const pool = poolOf(2)
  const asked = [1, 2, 3, 4].map((i) => pool.run({ numbers: [i], after: 20 }))
  await pool.close()
  expect((await Promise.all(asked)).map(({ sum }) => sum)).toEqual([1, 2, 3, 4])
})
