// node at-widths.mjs JSON: runs commands of the built program one after another, each at several widths of the terminal that
// this process has; before each stands a line of a record separator, the width and the command.
import { createProgram } from '../../dist/cli/commands.js'

const { widths, commands } = JSON.parse(process.argv[2])

class Exit extends Error {}
// Help ends the process.
process.exit = () => {
  throw new Exit()
}

for (const words of commands)
  for (const width of widths) {
    process.stdout.columns = width
    // One command's answer is not the next one's.
    process.exitCode = 0
    process.stdout.write(`\u001e${width} ${words.join(' ')}\n`)
    const program = await createProgram(words)
    await program.parseAsync(words, { from: 'user' }).catch((error) => {
      if (!(error instanceof Exit)) throw error
    })
  }
process.exitCode = 0
