import { expect, it } from 'vitest'
import { DRAWN_FOLDERS, drawnFolder, folderToDraw } from '../../src/demo/drawn-folders.js'
import { temporaryFolder } from '../scratch.js'

it('folders that stand for photographs are told before they are drawn; there is none of another id', async () => {
  const cache = await temporaryFolder()
  const toDraw = await Promise.all(DRAWN_FOLDERS.map((id) => folderToDraw(id, cache)))
  expect(Object.fromEntries(DRAWN_FOLDERS.map((id, i) => [id, toDraw[i]]))).toEqual({
    'demo-real': 2000,
    'demo-real-identities': 10_000,
    'demo-real-alike': 10_000,
    'demo-real-narrow': 10_000,
  })
  expect(await folderToDraw('demo-lfw', cache)).toBeUndefined()
  expect(await drawnFolder('demo-lfw', cache)).toBeUndefined()
})
