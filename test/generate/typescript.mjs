/**
 * Lets plain Node run the sources: node --import ./test/generate/typescript.mjs src/cli/main.ts
 * Types are removed, not checked. Threads started by the program get it too.
 */
import { existsSync, readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

if (!import.meta.url.endsWith('?hooks')) register(`${import.meta.url}?hooks`)

/** The sources import each other as `.js`; what lies there is `.ts`. */
export async function resolve(specifier, context, next) {
  if (/^(\.|file:|\/)/.test(specifier) && specifier.endsWith('.js')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true }
  }
  return next(specifier, context)
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const { default: typescript } = await import('typescript')
  const { ModuleKind, ScriptTarget } = typescript
  const compilerOptions = {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  }
  const { outputText } = typescript.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
    compilerOptions,
  })
  return { format: 'module', source: outputText, shortCircuit: true }
}
