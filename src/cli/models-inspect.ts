import { stat } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import type * as Yaml from 'yaml'
import { writeDurably } from '../bytes/files.js'
import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import type { Descriptor } from '../models/descriptor.js'
import { draftDecoding } from '../models/detectors/list.js'
import { draftDescriptor, type NetworkPorts, readPorts } from '../models/draft-descriptor.js'
import { featureOutput } from '../models/feature-output.js'
import { descriptorPath } from '../models/model.js'
import { onDemand } from '../on-demand.js'
import type { Port } from '../onnx/port.js'
import { readOnnxSummary } from '../onnx/summary.js'
import { jsonOption } from './options.js'
import { log, printJson, printLines } from './output.js'
import { outputFile } from './output-option.js'

const yaml = onDemand<typeof Yaml>('yaml')

const EXAMPLES = `
Examples:
  $ vec2face-bench models inspect mobilefacenet.onnx > mobilefacenet.yaml
  $ vec2face-bench models inspect two-outputs.onnx --output embedding --out two-outputs.yaml
  $ vec2face-bench models inspect mobilefacenet.onnx --json | jq .descriptor`

/** `models inspect`. */
export function registerModelsInspect(models: Command): void {
  models
    .command('inspect')
    .argument('<file>', 'an ONNX file')
    .summary('say what an ONNX file is and draft its descriptor')
    .description(
      'Says what an ONNX file is, and drafts the descriptor that tells this program how to use it.',
    )
    .option('--output <name>', 'the output that is the feature, where several could be')
    .addOption(outputFile('--out <file>', 'write the descriptor there (default: stdout)', ['.yaml', '.yml']))
    .option('--overwrite', 'replace the file if it is there')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(inspect)
}

const show = (port: Port): string => `${port.name}  ${port.type} [${port.shape.join(', ')}]`

interface InspectFlags {
  output?: string
  out?: string
  overwrite?: boolean
  json?: boolean
}

/** What the network is goes to stderr, the draft alone to stdout: `models inspect x.onnx > x.yaml` makes a descriptor. */
async function inspect(file: string, flags: InspectFlags): Promise<void> {
  if (flags.out !== undefined) await refuseExisting(flags.out, flags.overwrite === true)
  const summary = await readOnnxSummary(file)
  const ports = await readPorts(file)
  const sha256 = await sha256OfFile(file)
  const drafted = draft(file, ports, flags.output)
  const descriptor =
    drafted instanceof InputError
      ? undefined
      : { ...drafted, ...placeOf(file, flags.out), provenance: { sha256 } }
  if (flags.json === true) {
    printJson({ file, sha256, ...summary, ...ports, descriptor: descriptor ?? null })
    return
  }
  log(`${file}`)
  log(`  sha256      ${sha256}`)
  log(`  parameters  ${summary.parameters.toLocaleString('en')}`)
  log(`  bytes       ${summary.bytes.toLocaleString('en')}`)
  log(`  nodes       ${summary.nodes}`)
  log(`  opset       ${summary.opset}`)
  log(`  producer    ${summary.producer}`)
  for (const port of ports.inputs) log(`  input       ${show(port)}`)
  for (const port of ports.outputs) log(`  output      ${show(port)}`)
  if (drafted instanceof InputError) {
    if (flags.out !== undefined || flags.output !== undefined) throw drafted
    log(`no descriptor is written: ${drafted.message}`)
    printLines(`# No descriptor: ${drafted.message}`)
    return
  }
  const why = evidence(drafted, file, ports, flags.output)
  const text = [
    `# A draft for ${descriptorPath(file)}.`,
    "# It belongs beside the network, under its name; elsewhere 'file:' says where the network is.",
    '# Names, sizes and batch are read from the network. Check role, channels, mean, std, flip and licence: a file does not tell them.',
    ...(why === undefined ? [] : [`# ${why}.`]),
    asYaml(descriptor),
  ].join('\n')
  if (flags.out === undefined) {
    printLines(text)
    return
  }
  await writeDurably(flags.out, `${text}\n`)
  log(`Wrote ${flags.out}`)
}

/** Where the network is, for a descriptor that doesn't lie beside it under its name. */
function placeOf(file: string, out: string | undefined): { readonly file?: string } {
  if (out === undefined || resolve(out) === resolve(descriptorPath(file))) return {}
  return { file: relative(dirname(resolve(out)), resolve(file)) }
}

/** Why the draft takes which outputs for what, where more than one could be. */
function evidence(
  { role }: Descriptor,
  file: string,
  { outputs }: NetworkPorts,
  output?: string,
): string | undefined {
  if (role === 'generator') return undefined
  if (role === 'detector') return `Decoding: ${draftDecoding(outputs)?.why}`
  const why = featureOutput(outputs, file, output)?.why
  return why && `Output: ${why}`
}

/** An empty file is none: a shell makes one before this program runs. */
async function refuseExisting(path: string, overwrite: boolean): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  if (there === undefined || overwrite || there.size === 0) return
  throw new InputError('is there already', path, 'choose another --out, or give --overwrite')
}

function draft(file: string, ports: NetworkPorts, output: string | undefined) {
  try {
    return draftDescriptor(file, ports, {}, output)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

/** YAML to be edited by hand: means and sizes stand on one line. */
function asYaml(value: unknown): string {
  const { Document, isScalar, visit } = yaml()
  const document = new Document(value)
  visit(document, {
    Seq(_, sequence) {
      sequence.flow = sequence.items.every(isScalar)
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd()
}
