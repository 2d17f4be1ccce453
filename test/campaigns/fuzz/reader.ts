/** Something of the program that reads files of strangers. One file of `readers/` each, and a line in `readers/list.ts`. */
export interface FuzzedReader {
  readonly id: string
  /** what the file is called: an ending can decide how it is read */
  readonly file: string
  /** Small valid files of each form, made by the program's own writers where it has one. */
  seeds(): Promise<readonly Uint8Array[]>
  /** Puts what belongs beside the file into its folder: the images of a list, the labels of an array. */
  neighbours?(folder: string): Promise<void>
  /** what the form is made of, to be strewn in: opcodes, brackets, keys */
  readonly words?: readonly (string | Uint8Array)[]
  /** Reads all of the file, as a command would. @throws InputError */
  read(path: string): Promise<void>
}
