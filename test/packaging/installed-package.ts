import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Whether npm's registry answers: without it nothing can be installed. */
export function registryAnswers(): boolean {
  return spawnSync('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=10000']).status === 0
}

/**
 * Packs the checkout as `npm pack` does. It works on a copy: packing builds, and the tests beside this one run what is
 * built.
 * @returns the archive's path
 */
export function packCheckout(folder: string): string {
  const checkout = join(folder, 'checkout')
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  for (const file of files.toString().split('\0')) {
    if (file === '') continue
    mkdirSync(dirname(join(checkout, file)), { recursive: true })
    cpSync(file, join(checkout, file))
  }
  // Links where the file system allows them: packing replaces files in there, and writes into none.
  const linked = spawnSync('cp', ['-al', 'node_modules', checkout])
  if (linked.status !== 0) execFileSync('cp', ['-a', 'node_modules', checkout])
  npm(['pack', '--pack-destination', folder], checkout)
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error('npm pack left no archive')
  return join(folder, archive)
}

/** Installs an archive in an empty folder. */
export function installArchive(archive: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  npm(['install', archive], folder)
}

/** Installs an archive as `npm install -g` does, below a folder. */
export function installGlobally(archive: string, folder: string): void {
  npm(['install', '--global', '--prefix', folder, archive], dirname(archive))
}

function npm(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    [...args, '--prefer-offline', '--no-audit', '--no-fund'],
    {
      cwd,
      encoding: 'utf8',
      env: withoutProjectSettings(),
    },
  )
  if (status !== 0) throw new Error(`npm ${args[0]} failed in ${cwd}: ${stdout}${stderr}`)
}

/** The environment without what npm hands to its scripts: the tests may run below `npm test`, a user's npm does not. */
export function withoutProjectSettings(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|ONNXRUNTIME_NODE_INSTALL|NODE_OPTIONS$)/.test(name),
  )
  return Object.fromEntries(kept)
}
