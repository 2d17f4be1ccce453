import type { Command } from 'commander'
import { HUB_FILES, hubFile } from '../models/hub/catalogue.js'
import { pull } from '../models/hub/pull.js'
import { interruptedRunGoesOn } from './interruption.js'
import { jsonOption, quietOption } from './options.js'
import { alignColumns, log, print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { useProxyOfEnvironment } from './proxy.js'

const EXAMPLES = `
Files:
${alignColumns(
  Object.entries(HUB_FILES).map(([name, { what }]) => [name, what]),
  2,
)
  .map((line) => `  ${line}`)
  .join('\n')}

Environment:
  HF_TOKEN     a token of huggingface.co, for gated files
  HF_ENDPOINT  another server than https://huggingface.co
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
               the way through a proxy

Examples:
  $ vec2face-bench models pull vec2face
  $ vec2face-bench models import weights/vec2face_generator.pth --out models/vec2face.onnx`

/** `models pull`: the authors' checkpoints from Hugging Face. */
export function registerModelsPull(models: Command): void {
  models
    .command('pull')
    .argument('<name>', 'a name of the list below')
    .summary("download the authors' checkpoints from Hugging Face")
    .description(
      "Downloads a checkpoint of the paper's authors from Hugging Face. A broken download goes on where it stopped; the checksum is compared.",
    )
    .addOption(outputFolder('--out <folder>', 'where the file goes').default('weights'))
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(name: string, flags: { out: string; json?: boolean; quiet?: boolean }): Promise<void> {
  const file = hubFile(name)
  useProxyOfEnvironment()
  interruptedRunGoesOn()
  const result = await pull(file, flags.out, {
    token: process.env.HF_TOKEN,
    hubUrl: process.env.HF_ENDPOINT,
    progress: terminalProgress(flags.quiet),
  })
  const role = file.role === undefined ? '' : ` --role ${file.role}`
  const next = `vec2face-bench models import ${result.path} --as ${file.architecture}${role} --out models/${name}.onnx`
  if (flags.json === true) {
    printJson({ name, ...result, next })
    return
  }
  print(result.path)
  print(`  bytes    ${result.bytes.toLocaleString('en')}`)
  print(
    `  sha256   ${result.sha256}${result.verified ? ' (as the server says)' : ' (the server names none)'}`,
  )
  print(`  licence  ${result.licence}`)
  log(`Next: ${next}`)
}
