import { join } from 'node:path'
import type { Command } from 'commander'
import { HUB_FILES, HUB_SETS, hubSet } from '../models/hub/catalogue.js'
import { type Pulled, pull } from '../models/hub/pull.js'
import { interruptedRunGoesOn } from './interruption.js'
import { jsonOption, quietOption } from './options.js'
import { log, print, printJson, titledList } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { useProxyOfEnvironment } from './proxy.js'

const EXAMPLES = `
Files:
${titledList(Object.entries({ ...HUB_FILES, ...HUB_SETS }).map(([name, { what }]) => [name, what]))}

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
  const { files, next } = hubSet(name)
  useProxyOfEnvironment()
  interruptedRunGoesOn()
  // Files of one model have folders of their own, which would mix with another's.
  const folder = files.length === 1 ? flags.out : join(flags.out, name)
  const pulled: Pulled[] = []
  for (const file of files)
    pulled.push(
      await pull(file, folder, {
        token: process.env.HF_TOKEN,
        hubUrl: process.env.HF_ENDPOINT,
        progress: terminalProgress(flags.quiet),
      }),
    )
  if (flags.json === true) {
    const [first] = pulled
    printJson({ name, ...(pulled.length === 1 ? first : { files: pulled }), next: next(folder) })
    return
  }
  for (const { path, bytes, sha256, verified, licence } of pulled) {
    print(path)
    print(`  bytes    ${bytes.toLocaleString('en')}`)
    print(`  sha256   ${sha256}${verified ? ' (as the server says)' : ' (the server names none)'}`)
    print(`  licence  ${licence}`)
  }
  log(`Next: ${next(folder)}`)
}
