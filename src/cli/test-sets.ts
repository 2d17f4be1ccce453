import type { Command } from 'commander'
import { registerStockList } from './stock-list.js'

/** `test-sets`: which there are. */
export function registerTestSets(program: Command): void {
  const testSets = program.command('test-sets').description('list the test sets that specs name')
  registerStockList('test set', 'test sets')(testSets)
}
