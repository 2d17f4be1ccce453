// Runs before and after `npm pack`. onnxruntime-node is bundled without its install script, which fetches CUDA
// libraries from NuGet and fails the whole install where that isn't reached; this project's .npmrc does not travel.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MANIFEST = 'node_modules/onnxruntime-node/package.json'

/** Writes the file anew, since a package manager may share it with other checkouts. */
function replaceManifest(change) {
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8'))
  change(manifest)
  writeFileSync(`${MANIFEST}.new`, `${JSON.stringify(manifest, null, 2)}\n`)
  renameSync(`${MANIFEST}.new`, MANIFEST)
}

/** Removes what was built from sources that are gone. */
function removeStaleBuilds() {
  if (!existsSync('dist')) return
  for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const source = name.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts')
    if (source !== name && !existsSync(join('src', source))) rmSync(join('dist', name))
  }
}

if (process.argv[2] === 'before') {
  removeStaleBuilds()
  replaceManifest((manifest) => {
    manifest.scripts = { 'install-cuda': manifest.scripts.postinstall ?? manifest.scripts['install-cuda'] }
  })
} else {
  replaceManifest((manifest) => {
    manifest.scripts = { postinstall: manifest.scripts['install-cuda'] }
  })
}
