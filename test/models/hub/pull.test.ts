import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HubFile, hubFile, hubSet } from '../../../src/models/hub/catalogue.js'
import { type PullOptions, pull } from '../../../src/models/hub/pull.js'
import { silent } from '../../../src/progress.js'
import { scratchFolder } from '../../scratch.js'

const CONTENT = Buffer.alloc(300_000, 'a checkpoint ')
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')
const FILE: HubFile = {
  repository: 'someone/model',
  path: 'weights/net.pth',
  what: '',
  architecture: 'iresnet',
}

/** What the server does to the requests that follow. */
interface Behaviour {
  /** bytes sent before the connection breaks, once for each number */
  breaks: number[]
  token?: string
  etag: string
  ranges: string[]
}
let behaviour: Behaviour
let hubUrl = ''
const folder = scratchFolder()

/**
 * Behaves as huggingface.co does: the API names the licence; `resolve` tells the size and the checksum to who asks for them,
 * and sends who wants the file on to another place, which serves ranges.
 */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', headers } = request
  if (url.startsWith('/api/models/someone/model/')) {
    response.setHeader('Content-Type', 'application/json')
    response.end(
      JSON.stringify({
        _id: '1',
        id: 'someone/model',
        tags: ['license:mit'],
        gated: false,
        private: false,
        likes: 0,
        downloads: 0,
        lastModified: '2025-01-01T00:00:00Z',
      }),
    )
  } else if (url.startsWith('/someone/model/resolve/main/weights/net.pth')) {
    if (behaviour.token !== undefined && headers.authorization !== `Bearer ${behaviour.token}`) {
      response.writeHead(401, { 'Content-Type': 'text/plain' }).end('Access to this model is restricted')
    } else if (headers.accept?.includes('xet-fileinfo') === true) {
      response.writeHead(200, {
        'Content-Type': 'application/vnd.xet-fileinfo+json',
        'X-Linked-Size': CONTENT.length,
        'X-Linked-ETag': `"${behaviour.etag}"`,
        'X-Xet-Hash': 'f'.repeat(64),
        Link: `<${hubUrl}/auth>; rel="xet-auth", <${hubUrl}/info>; rel="xet-reconstruction-info"`,
      })
      response.end('{}')
    } else response.writeHead(302, { Location: '/cdn/net' }).end()
  } else if (url === '/cdn/net') {
    behaviour.ranges.push(headers.range ?? 'all')
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
    const body = CONTENT.subarray(from)
    response.writeHead(headers.range === undefined ? 200 : 206, { 'Content-Length': body.length })
    const limit = behaviour.breaks.shift()
    if (limit === undefined) response.end(body)
    else response.write(body.subarray(0, limit), () => setTimeout(() => response.destroy(), 50))
  } else response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end('Entry not found')
}

const server = createServer(answer)
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  behaviour = { breaks: [], etag: SHA256, ranges: [] }
})

let runs = 0
const pulled = (out = join(folder, String(runs++)), options: Partial<PullOptions> = {}, file = FILE) =>
  pull(file, out, { hubUrl, progress: silent, pause: 1, ...options })

describe('pull', () => {
  it('follows the redirect, holds the file to the checksum and says the licence', async () => {
    const result = await pulled()
    expect(result).toMatchObject({ bytes: CONTENT.length, sha256: SHA256, verified: true, licence: 'mit' })
    expect(readFileSync(result.path).equals(CONTENT)).toBe(true)
  })

  it('goes on where the connection broke, until the file is whole', async () => {
    behaviour.breaks = [100_000, 100_000]
    const result = await pulled()
    expect(readFileSync(result.path).equals(CONTENT)).toBe(true)
    expect(behaviour.ranges).toEqual(['all', 'bytes=100000-299999', 'bytes=200000-299999'])
  })

  it('goes on in a later run', async () => {
    const out = join(folder, 'later')
    behaviour.breaks = [50_000, 0]
    await expect(pulled(out, { retries: 0 })).rejects.toThrow(
      /^someone\/model\/weights\/net\.pth: the download failed .*it goes on where it stopped$/,
    )
    expect(existsSync(join(out, 'net.pth'))).toBe(false)
    behaviour.ranges = []
    await pulled(out)
    expect(behaviour.ranges).toEqual(['bytes=50000-299999'])
    expect(readdirSync(out)).toEqual(['net.pth'])
  })

  it('does not download again what is there', async () => {
    const out = join(folder, 'again')
    await pulled(out)
    behaviour.ranges = []
    await pulled(out)
    expect(behaviour.ranges).toEqual([])
  })

  it('refuses a file whose checksum differs, and keeps nothing of it', async () => {
    behaviour.etag = '0'.repeat(64)
    const out = join(folder, 'damaged')
    await expect(pulled(out)).rejects.toThrow(
      /net\.pth: arrived damaged: its SHA-256 is .* the server says 000/,
    )
    expect(readdirSync(out)).toEqual([])
  })

  it('sends the token to a gated file, and says what is needed without one', async () => {
    behaviour.token = 'hf_secret'
    await expect(pulled()).rejects.toThrow(
      /may not be read without permission; accept its terms at https:\/\/huggingface\.co\/someone\/model and set HF_TOKEN/,
    )
    expect((await pulled(undefined, { token: 'hf_secret' })).bytes).toBe(CONTENT.length)
  })

  it('says that a file or a server is not there', async () => {
    await expect(pulled(undefined, {}, { ...FILE, path: 'weights/gone.pth' })).rejects.toThrow(
      /gone\.pth: is not in the repository/,
    )
    await expect(pulled(undefined, { hubUrl: 'http://127.0.0.1:1' })).rejects.toThrow(
      /the download failed \(.*check the network/,
    )
    expect(() => hubFile('resnet')).toThrow(/no file 'resnet' in the catalogue; the names are vec2face, /)
  })

  it('puts the files of one model where its importer looks for them', async () => {
    const { files, next } = hubSet('arc2face')
    const places = files.map(({ to }) => to)
    expect(places).toEqual(
      expect.arrayContaining(['arc2face/config.json', 'encoder/config.json', 'vae/config.json']),
    )
    expect(new Set(places).size).toBe(files.length)
    expect(next('weights/arc2face')).toMatch(
      /^vec2face-bench models import-diffusion weights\/arc2face --lora /,
    )
    const { path } = await pull({ ...FILE, to: 'vae/net.pth' }, folder, { hubUrl, progress: silent })
    expect(path).toBe(join(folder, 'vae/net.pth'))
    expect(hubSet('vec2face').next('weights')).toMatch(
      /models import weights\/vec2face_generator.pth --as vec2face/,
    )
  })
})
