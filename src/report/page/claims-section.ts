import { byEvidence, type ClaimResult } from '../claims/claims.js'
import { type Html, html } from '../markup.js'
import { conflictsOfClaim } from '../paper/conflicts.js'

const MARKS = { supported: '✓', contradicted: '✗', 'not apart': '≈', 'not tested': '–' } as const

/** The paper's claims with what this report has for or against them; those that it has nothing on are folded. */
export function claimsSection(claims: readonly ClaimResult[]): Html {
  const { told, untold } = byEvidence(claims)
  return html`<p class="note">Held against measurements only, never against the paper's figures. Supported: every part lies beyond its 95 % interval; contradicted: some part lies beyond it on the other side; not apart: an interval leaves it open. Intervals of an ablation are over its seeds and over the pairs.</p>
${claimsTable(told, 'Claims')}${untold.length === 0 ? html`` : html`<details><summary>Not tested here (${untold.length})</summary>${claimsTable(untold, 'Claims not tested here')}</details>`}`
}

function claimsTable(claims: readonly ClaimResult[], label: string): Html {
  return html`<div class="scroll"><table class="sortable claims" aria-label="${label}"><thead><tr><th scope="col" class="text">Claim</th><th scope="col" class="text">Here</th><th scope="col" class="text">Evidence</th></tr></thead><tbody>${claims.map(
    ({ id, claim, verdict, evidence, open, demo }) =>
      html`<tr id="claim-${id}"><td class="text">${claim}</td><td class="text verdict"><strong>${MARKS[verdict]} ${verdict}</strong>${demo ? html` <span class="demo">demo</span>` : html``}</td><td class="text">${evidence.map((line) => html`<span class="evidence">${line}</span>`)}${open === '' ? html`` : html`<span class="evidence soft">${open}</span>`}${conflictsOfClaim(id).map((text) => html`<span class="evidence soft">The authors' pages disagree: ${text}</span>`)}</td></tr>
`,
  )}</tbody></table></div>`
}
