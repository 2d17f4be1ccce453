import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a step took: seconds by the clock and of the processor, and the peak of memory in bytes. */
export interface Taken {
  readonly wall: number
  readonly busy: number
  readonly memory: number
}

/** A Python script that takes the same steps: it prints a line when it is ready, and one for each line that it is sent. */
export interface Peer {
  step(): Promise<Taken>
  end(): void
}

/** Starts a script that stands beside this file. */
export async function startPeer(python: string, script: string, args: readonly string[]): Promise<Peer> {
  const path = new URL(`../../../benchmarks/perf/${script}`, import.meta.url).pathname
  const peer = spawn(python, [path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1' },
  })
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
  await answers.next()
  return {
    async step() {
      peer.stdin.write('\n')
      const [wall, busy, memory] = String((await answers.next()).value)
        .split(' ')
        .map(Number)
      return { wall, busy, memory }
    },
    end: () => peer.stdin.end(),
  }
}

async function measured(take: (step: number) => Promise<unknown>, step: number): Promise<Taken> {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  await take(step)
  const { user, system } = process.cpuUsage(cpu)
  const memory = process.resourceUsage().maxRSS * 1024
  return { wall: (performance.now() - start) / 1000, busy: (user + system) / 1e6, memory }
}

/** Steps of both in turn, after one of each that does not count. */
export async function stepsInTurn(
  take: (step: number) => Promise<unknown>,
  peer: Peer,
  repeats: number,
): Promise<{ readonly ours: Taken; readonly theirs: Taken }[]> {
  await take(0)
  await peer.step()
  const taken: { ours: Taken; theirs: Taken }[] = []
  for (let repeat = 1; repeat <= repeats; repeat++)
    taken.push({ theirs: await peer.step(), ours: await measured(take, repeat) })
  peer.end()
  return taken
}
