import type { Results } from '../../results/schema.js'
import { type Html, html } from '../markup.js'

/** What produced a run: enough to make it again. */
export function provenanceSection(run: Results): Html {
  const { provenance } = run
  const facts: [string, string][] = [
    [
      'program',
      `${provenance.program.name} ${provenance.program.version}, Node ${provenance.node}, onnxruntime ${provenance.onnxruntime}`,
    ],
    ['command', provenance.command.join(' ')],
    ['started', `${provenance.started}, took ${provenance.seconds.toFixed(0)} s`],
    [
      'machine',
      `${provenance.processor}, ${provenance.cores} cores, ${(provenance.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${provenance.platform}`,
    ],
    ['networks ran on', `${provenance.provider}, ${provenance.threads} threads`],
    ['seed', String(run.seed)],
    ['spec', `sha256 ${run.spec.sha256}`],
  ]
  return html`<h3>${run.title}</h3><dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
${run.models.map((model) => html`<dt>model ${model.id}</dt><dd>${model.name}, ${model.role}, licence ${model.licence}${model.demo ? html` <span class="demo">demo</span>` : html``}<br><code>${model.sha256}</code></dd>`)}
${run.testSets.map((set) => html`<dt>test set ${set.id}</dt><dd>${set.pairs} pairs (${set.same} same), ${set.images} images, ${set.folds} folds, ${set.format}${set.demo ? html` <span class="demo">demo</span>` : html``}<br><code>${set.fingerprint}</code></dd>`)}</dl>
<details><summary>Spec</summary><pre>${run.spec.text}</pre></details>`
}
