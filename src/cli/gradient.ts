import { type Command, InvalidArgumentError, Option } from 'commander'
import { gradient } from '../gradient/gradient.js'
import type { Port } from '../onnx/port.js'
import { showPort } from '../onnx/port.js'
import { readGraph } from '../onnx/read-graph.js'
import { writeGraph } from '../onnx/write-graph.js'
import { PROGRAM } from '../program.js'
import { jsonOption } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'

const EXAMPLES = `
The file that is written is the network with further outputs, NAME_grad, one for each NAME that was asked for. Where --of
is no scalar it also has a further input, OF_grad: the gradient of what follows with respect to it, of its shape. It holds
onnx's own operators only, so that any runtime loads it. docs/gradient.md says more.

Examples:
  $ vec2face-bench gradient loss.onnx --of loss --with-respect-to image --out loss-gradient.onnx
  $ vec2face-bench gradient generator.onnx --of image --with-respect-to vector --size batch=8 --out backward.onnx
  $ vec2face-bench gradient r50.onnx --of feature --with-respect-to conv1.weight,fc.weight --out train.onnx --json`

interface Flags {
  of: string
  withRespectTo: string[]
  out: string
  size?: Record<string, number>
  json?: boolean
}

/** `gradient`: a network that also computes its gradients. */
export function registerGradient(program: Command): void {
  program
    .command('gradient')
    .argument('<model.onnx>', 'an ONNX file')
    .summary('write a network that also computes its gradients, as ONNX')
    .description('Writes a network that also computes gradients of one of its values, as an ONNX file.')
    .requiredOption('--of <name>', 'the output (or inner value) whose gradient is asked for')
    .addOption(
      new Option('--with-respect-to <name,..>', 'inputs, weights or inner values; may be given several times')
        .argParser(names)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--size <name=n>',
        'a size for a free dimension: the graph is smaller and faster with it; may be given several times',
      ).argParser(size),
    )
    .addOption(outputFile('--out <file.onnx>', 'the ONNX file to write', ['.onnx']).makeOptionMandatory())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

function names(text: string, earlier: string[] = []): string[] {
  const list = text.split(',').map((name) => name.trim())
  if (list.some((name) => name === ''))
    throw new InvalidArgumentError('names are needed, as in image,fc.weight.')
  return [...new Set([...earlier, ...list])]
}

function size(text: string, earlier: Record<string, number> = {}): Record<string, number> {
  const at = text.lastIndexOf('=')
  const [name, count] = [text.slice(0, Math.max(at, 0)), Number(text.slice(at + 1))]
  if (name === '' || !Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('a name and a whole number are needed, as in batch=8.')
  return { ...earlier, [name]: count }
}

async function run(model: string, flags: Flags): Promise<void> {
  const network = readGraph(model)
  const { graph, gradients, cotangent, stops } = gradient(network, {
    of: flags.of,
    withRespectTo: flags.withRespectTo,
    ...(flags.size !== undefined && { sizes: flags.size }),
  })
  const written = await writeGraph(graph, flags.out, { producer: PROGRAM })
  const port = (ports: readonly Port[], wanted: string) => {
    const { name, type, shape } = ports.find(({ name }) => name === wanted) as Port
    return { name, type, shape }
  }
  const found = Object.entries(gradients).map(([withRespectTo, output]) => ({
    withRespectTo,
    output: port(graph.outputs, output),
  }))
  const further = cotangent === undefined ? null : port(graph.inputs, cotangent)
  if (flags.json === true) {
    printJson({
      file: written.path,
      data: written.dataPath ?? null,
      of: flags.of,
      gradients: found,
      cotangent: further,
      opset: graph.opset,
      nodes: { before: network.nodes.length, after: graph.nodes.length },
      stops,
    })
    return
  }
  print(written.path)
  if (written.dataPath !== undefined) print(written.dataPath)
  for (const { withRespectTo, output } of found)
    print(`  output  ${output.name}  ${showPort(output)}: the gradient with respect to ${withRespectTo}`)
  if (further !== null) {
    print(
      `  input   ${further.name}  ${showPort(further)}: '${flags.of}' is no scalar, so the gradient of what follows with respect to it goes in here`,
    )
  }
  print(`  nodes   ${graph.nodes.length} (the network has ${network.nodes.length})`)
  for (const stop of stops) log(`No gradient goes through ${stop}: what it gives counts as constant.`)
}
