import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { scratchFolder } from '../scratch.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))
const folder = scratchFolder()

it('models pull goes through the proxy of the environment', async () => {
  const hub = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1')
  const through: string[] = []
  const proxy = createServer()
    .on('connect', (request, client, head) => {
      through.push(request.url ?? '')
      const { port } = hub.address() as AddressInfo
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        upstream.write(head)
        upstream.pipe(client).pipe(upstream)
      })
      upstream.on('error', () => client.destroy())
      client.on('error', () => upstream.destroy())
    })
    .listen(0, '127.0.0.1')
  await Promise.all([once(hub, 'listening'), once(proxy, 'listening')])
  const pull = spawn(
    process.execPath,
    [MAIN, 'models', 'pull', 'vec2face', '--out', join(folder, 'weights')],
    {
      env: {
        ...process.env,
        HF_ENDPOINT: 'http://hub.invalid',
        HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        NO_PROXY: '',
      },
      stdio: 'ignore',
    },
  )
  const [status] = await once(pull, 'exit')
  hub.close()
  proxy.close()
  // The name can't be resolved here: only the proxy knows the way, and what it leads to has no such file.
  expect(through[0]).toBe('hub.invalid:80')
  expect(status).toBe(1)
})
