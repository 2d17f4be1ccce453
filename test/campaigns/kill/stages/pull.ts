import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sha256 } from '../../../../src/bytes/hashing.js'
import { contentOf } from '../../../generate/generation-inputs.js'
import type { KilledStage } from '../stage.js'

const CONTENT = Buffer.alloc(3_000_000, 'a checkpoint ')
const PIECE = 100_000
const PAUSE = 5
const DIGEST = sha256(CONTENT)

/** Sends bytes slowly, so that there is a middle to be killed in. */
async function send(body: Buffer, response: ServerResponse): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += PIECE) {
    response.write(body.subarray(at, at + PIECE))
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
  response.end()
}

/** As huggingface.co answers: what a model is, how large a file is and its checksum, and the file in ranges. */
function answer({ url = '', headers }: IncomingMessage, response: ServerResponse, origin: string): void {
  if (url.startsWith('/api/models/')) {
    const model = { _id: '1', id: 'BooBooWu/Vec2Face', tags: ['license:mit'], gated: false, private: false }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ ...model, likes: 0, downloads: 0, lastModified: '2025-01-01T00:00:00Z' }))
  } else if (url.includes('/resolve/') && headers.accept?.includes('xet-fileinfo') === true) {
    response.writeHead(200, {
      'Content-Type': 'application/vnd.xet-fileinfo+json',
      'X-Linked-Size': CONTENT.length,
      'X-Linked-ETag': `"${DIGEST}"`,
      'X-Xet-Hash': 'f'.repeat(64),
      Link: `<${origin}/auth>; rel="xet-auth", <${origin}/info>; rel="xet-reconstruction-info"`,
    })
    response.end('{}')
  } else if (url.includes('/resolve/')) response.writeHead(302, { Location: '/file' }).end()
  else if (url === '/file') {
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
    const body = CONTENT.subarray(from)
    response.writeHead(headers.range === undefined ? 200 : 206, { 'Content-Length': body.length })
    void send(body, response)
  } else response.writeHead(404).end()
}

/** A download from a server like Hugging Face's. */
export const pull: KilledStage = {
  id: 'pull',
  async prepare() {
    let origin = ''
    const server = createServer((request, response) => answer(request, response, origin))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { HF_ENDPOINT: origin, HTTP_PROXY: '', http_proxy: '' }
    return {
      commands: (out) => [{ args: ['models', 'pull', '6drepnet', '--out', out, '--quiet'], env }],
      result: contentOf,
      close: () => void server.close(),
    }
  },
}
