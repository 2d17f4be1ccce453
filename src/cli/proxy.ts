import type * as Undici from 'undici'
import { onDemand } from '../on-demand.js'

const undici = onDemand<typeof Undici>('undici')

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']

/**
 * Sends this process's requests through the proxy that HTTPS_PROXY and HTTP_PROXY name, but for the hosts of NO_PROXY.
 * Node's own fetch heeds these variables from version 24 on only.
 */
export function useProxyOfEnvironment(): void {
  if (VARIABLES.every((name) => process.env[name] === undefined)) return
  const { EnvHttpProxyAgent, setGlobalDispatcher } = undici()
  setGlobalDispatcher(new EnvHttpProxyAgent())
}
