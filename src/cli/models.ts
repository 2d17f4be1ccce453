import type { Command } from 'commander'
import { stringify } from 'yaml'
import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { draftDescriptor, readPorts } from '../models/draft-descriptor.js'
import { descriptorPath } from '../models/model.js'
import type { Port } from '../onnx/port.js'
import { readOnnxSummary } from '../onnx/summary.js'
import { registerModelsImport } from './models-import.js'
import { registerModelsPull } from './models-pull.js'
import { jsonOption } from './options.js'
import { print, printJson, printLines } from './output.js'

const EXAMPLES = `
Examples:
  $ vec2face-bench models inspect mobilefacenet.onnx
  $ vec2face-bench models inspect mobilefacenet.onnx --json | jq .descriptor`

/** `models`: what a network is, and how to get one. */
export function registerModels(program: Command): void {
  const models = program
    .command('models')
    .summary('inspect and import networks')
    .description('Inspects and imports networks.')
  models
    .command('inspect')
    .argument('<file>', 'an ONNX file')
    .summary('say what an ONNX file is and draft its descriptor')
    .description(
      'Says what an ONNX file is, and drafts the descriptor that tells this program how to use it.',
    )
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(inspect)
  registerModelsImport(models)
  registerModelsPull(models)
}

const show = (port: Port): string => `${port.name}  ${port.type} [${port.shape.join(', ')}]`

async function inspect(file: string, flags: { json?: boolean }): Promise<void> {
  const summary = await readOnnxSummary(file)
  const ports = await readPorts(file)
  const sha256 = await sha256OfFile(file)
  const drafted = draft(file, ports)
  const descriptor = drafted instanceof InputError ? undefined : { ...drafted, provenance: { sha256 } }
  if (flags.json === true) {
    printJson({ file, sha256, ...summary, ...ports, descriptor: descriptor ?? null })
    return
  }
  print(`${file}`)
  print(`  sha256      ${sha256}`)
  print(`  parameters  ${summary.parameters.toLocaleString('en')}`)
  print(`  bytes       ${summary.bytes.toLocaleString('en')}`)
  print(`  nodes       ${summary.nodes}`)
  print(`  opset       ${summary.opset}`)
  print(`  producer    ${summary.producer}`)
  for (const port of ports.inputs) print(`  input       ${show(port)}`)
  for (const port of ports.outputs) print(`  output      ${show(port)}`)
  print()
  if (drafted instanceof InputError) {
    print(`No descriptor: ${drafted.message}`)
    return
  }
  print(`# A draft for ${descriptorPath(file)}.`)
  print(
    '# Names, sizes and batch are read from the network. Check role, channels, mean, std, flip and licence: a file does not tell them.',
  )
  printLines(stringify(descriptor).trimEnd())
}

function draft(file: string, ports: Awaited<ReturnType<typeof readPorts>>) {
  try {
    return draftDescriptor(file, ports)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}
