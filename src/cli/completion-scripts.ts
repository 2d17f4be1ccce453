/** The words that can follow a command, by its path: `metrics fid` -> `--model`, `--kid` .. */
export type CompletionTree = Readonly<Record<string, readonly string[]>>

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** Words of letters, digits, dots and hyphens alone: nothing in them means anything to a shell. */
function safe(words: readonly string[]): string {
  return words.filter((word) => /^[\w.-]+$/.test(word)).join(' ')
}

function cases(tree: CompletionTree, line: (path: string, words: string) => string): string {
  return Object.entries(tree)
    .map(([path, words]) => line(path, safe(words)))
    .join('\n')
}

const groups = (tree: CompletionTree): string =>
  Object.keys(tree)
    .filter((path) => path !== '')
    .map((path) => `'${path}'`)
    .join('|')

const SCRIPTS: Readonly<Record<Shell, (tree: CompletionTree) => string>> = {
  bash: (tree) => `# vec2face-bench completion bash
_vec2face_bench() {
  local word at='' words='' i current="\${COMP_WORDS[COMP_CWORD]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${at:+$at }$word" in
      ${groups(tree)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases(tree, (path, words) => `    '${path}') words='${words}' ;;`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _vec2face_bench vec2face-bench
`,
  zsh: (tree) => `#compdef vec2face-bench
# vec2face-bench completion zsh
_vec2face_bench() {
  local word at='' known='' i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "\${at:+$at }$word" in
      ${groups(tree)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases(tree, (path, words) => `    '${path}') known='${words}' ;;`)}
  esac
  compadd -- \${(s: :)known}
  _files
}
compdef _vec2face_bench vec2face-bench
`,
  fish: (tree) => `# vec2face-bench completion fish
function __vec2face_bench_words
  set -l at ''
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$at $word")
    switch "$next"
      case ${groups(tree).replaceAll('|', ' ')}
        set at "$next"
    end
  end
  switch "$at"
${cases(tree, (path, words) => `    case '${path}'\n      string split ' ' -- '${words}'`)}
  end
end
complete -c vec2face-bench -a '(__vec2face_bench_words)'
`,
}

/** A script that makes a shell complete what the tree holds, beside files. */
export function completionScript(shell: Shell, tree: CompletionTree): string {
  return SCRIPTS[shell](tree)
}
