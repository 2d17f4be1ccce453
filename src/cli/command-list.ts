import type { Command } from 'commander'

/** Adds a command, which may be a group that takes the words after its name to load what they ask for. */
export type Register = (into: Command, words: readonly string[]) => void | Promise<void>

/** Commands by name, each loaded only when it is used: one that needs no network shouldn't wait for onnxruntime. */
export type CommandList = Readonly<Record<string, () => Promise<Register>>>

/**
 * Adds the command that the first word names, or all of the list where it names none: help shows them all.
 * @param words what the command line says from the command's name on
 */
export async function addCommands(
  into: Command,
  list: CommandList,
  [name = '', ...words]: readonly string[],
): Promise<void> {
  if (Object.hasOwn(list, name)) await (await list[name]())(into, words)
  else for (const load of Object.values(list)) await (await load())(into, [])
}
