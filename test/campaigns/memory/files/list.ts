import type { HostileFile } from '../hostile-file.js'
import { hostileLmdb } from './lmdb.js'
import { hostileNetworks } from './networks.js'
import { hostileRecords } from './recordio.js'
import { hostileResults } from './results.js'
import { hostileTables } from './tables.js'

/** Files that were made to fill the memory. A new kind is a file beside this one, and a line here. */
export const HOSTILE_FILES: readonly HostileFile[] = [
  ...hostileTables,
  ...hostileResults,
  ...hostileRecords,
  ...hostileLmdb,
  ...hostileNetworks,
]
