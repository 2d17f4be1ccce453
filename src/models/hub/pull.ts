import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type * as Hub from '@huggingface/hub'
import { sha256OfFile } from '../../bytes/hashing.js'
import { alone } from '../../bytes/lock.js'
import { asInputError, InputError } from '../../errors.js'
import { onDemand } from '../../on-demand.js'
import type { Progress } from '../../progress.js'
import type { HubFile } from './catalogue.js'

const hub = onDemand<typeof Hub>('@huggingface/hub')

export interface PullOptions {
  /** for gated files */
  readonly token?: string | undefined
  /** another server than huggingface.co */
  readonly hubUrl?: string | undefined
  readonly progress: Progress
  /** how often a broken connection is taken up again without a single new byte */
  readonly retries?: number
  /** before the first of these, in milliseconds; doubled each time */
  readonly pause?: number
}

export interface Pulled {
  readonly path: string
  readonly bytes: number
  /** computed from the file; equal to the server's where it names one */
  readonly sha256: string
  /** whether the server named the checksum that the file was held to */
  readonly verified: boolean
  /** what the repository says */
  readonly licence: string
}

type Info = NonNullable<Awaited<ReturnType<typeof Hub.fileDownloadInfo>>>

/**
 * Downloads a file of Hugging Face into a folder. A broken download goes on where it stopped, also in a later run; the file
 * gets its name only when it is whole and its checksum is right.
 * @throws InputError where it is not there, gated, damaged, or the network fails
 */
export async function pull(file: HubFile, folder: string, options: PullOptions): Promise<Pulled> {
  const path = join(folder, file.to ?? basename(file.path))
  const { repository: repo } = file
  const server = {
    ...(options.hubUrl !== undefined && { hubUrl: options.hubUrl }),
    ...(options.token !== undefined && { accessToken: options.token }),
  }
  try {
    const licence = await licenceOf(repo, server)
    const info = await hub().fileDownloadInfo({ repo, path: file.path, ...server })
    if (info === null)
      throw new InputError('is not in the repository', `${repo}/${file.path}`, 'it was moved')
    const expected = /^"?([0-9a-f]{64})"?$/.exec(info.etag)?.[1]
    await mkdir(dirname(path), { recursive: true })
    return await alone(`${path}.lock`, path, async () => {
      const present = await stat(path).catch(() => undefined)
      if (present?.size === info.size && expected !== undefined && (await sha256OfFile(path)) === expected) {
        return { path, bytes: info.size, sha256: expected, verified: true, licence }
      }
      // Named after the content, so that another version doesn't continue this one.
      const part = `${path}.${info.etag.replace(/[^\w]/g, '').slice(0, 16)}.part`
      const remote = await hub().downloadFile({
        repo,
        path: file.path,
        downloadInfo: info,
        xet: false,
        ...server,
      })
      if (remote === null)
        throw new InputError('is not in the repository', `${repo}/${file.path}`, 'it was moved')
      await fetchRest(remote, info, part, options)
      const sha256 = await sha256OfFile(part)
      if (expected !== undefined && sha256 !== expected) {
        await rm(part)
        throw new InputError(
          `arrived damaged: its SHA-256 is ${sha256}, the server says ${expected}`,
          path,
          'run the same command again',
        )
      }
      await rename(part, path)
      return { path, bytes: info.size, sha256, verified: expected !== undefined, licence }
    })
  } catch (error) {
    throw explain(error, file)
  }
}

async function licenceOf(name: string, server: { hubUrl?: string; accessToken?: string }): Promise<string> {
  const { tags } = await hub().modelInfo({ name, additionalFields: ['tags'], ...server })
  return tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? 'unknown'
}

/** Appends to `part` until it has all bytes, from where it stands. */
async function fetchRest(remote: Blob, { size }: Info, part: string, options: PullOptions): Promise<void> {
  const { progress, retries = 5, pause = 1000 } = options
  progress.start(basename(part).replace(/\.\w+\.part$/, ''), size, 'bytes')
  const file = await open(part, 'a')
  try {
    let failures = 0
    for (;;) {
      const done = (await file.stat()).size
      progress.update(done)
      if (done === size) break
      if (done > size) {
        await file.truncate(0)
        continue
      }
      try {
        let at = done
        const reader = remote.slice(done, size).stream().getReader()
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          await file.appendFile(next.value)
          at += next.value.length
          progress.update(at)
        }
      } catch (error) {
        if (error instanceof hub().HubApiError || (error as NodeJS.ErrnoException)?.code === 'ENOSPC')
          throw error
        failures = (await file.stat()).size > done ? 0 : failures + 1
        if (failures > retries) throw error
        await wait(pause * 2 ** failures)
      }
    }
    await file.sync()
  } finally {
    progress.stop()
    await file.close()
  }
}

function explain(error: unknown, { repository, path }: HubFile): unknown {
  const where = `${repository}/${path}`
  if (error instanceof InputError) return error
  if (error instanceof hub().HubApiError) {
    if (error.statusCode === 401 || error.statusCode === 403) {
      return new InputError(
        'may not be read without permission',
        where,
        `accept its terms at https://huggingface.co/${repository} and set HF_TOKEN to a token of yours`,
        { cause: error },
      )
    }
    return new InputError(`the server answered ${error.statusCode}`, where, 'try again later', {
      cause: error,
    })
  }
  const known = asInputError(error, where)
  if (known instanceof InputError) return known
  const reason = error instanceof Error ? reasonOf(error) : String(error)
  return new InputError(
    `the download failed (${reason})`,
    where,
    'check the network and run the same command again: it goes on where it stopped',
    { cause: error },
  )
}

/** fetch hides what happened in the cause. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}
