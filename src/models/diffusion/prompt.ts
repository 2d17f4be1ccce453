import { readText } from '../../bytes/files.js'
import { InputError } from '../../errors.js'
import { parseJson } from '../../json.js'

/** The text that Arc2Face was trained with; the feature takes the place of the word "id". */
const WORDS = ['photo', 'of', 'a', 'id', 'person']
const FEATURE_WORD = 'id'

/** The numbers of CLIP's vocabulary, which Stable Diffusion 1 and Arc2Face share. */
const CLIP_WORDS: Readonly<Record<string, number>> = {
  'photo</w>': 1125,
  'of</w>': 539,
  'a</w>': 320,
  'id</w>': 1014,
  'person</w>': 2533,
  '<|startoftext|>': 49406,
  '<|endoftext|>': 49407,
}
const CLIP_VOCABULARY = 49408

export interface Prompt {
  /** the word whose place the feature takes */
  readonly word: number
  readonly prompt: number[]
  /** the empty text, which guidance goes away from */
  readonly empty: number[]
}

/**
 * The texts as numbers, filled up with the word that ends a text, as the tokenizer of Stable Diffusion 1 does.
 * @param vocabulary `vocab.json` of a tokenizer; CLIP's own numbers where it is left out
 * @param size tokens of a text, and words that the encoder knows @throws InputError where it knows others
 */
export async function readPrompt(
  vocabulary: string | undefined,
  { tokens, words }: { tokens: number; words: number },
  encoder: string,
): Promise<Prompt> {
  if (vocabulary === undefined && words !== CLIP_VOCABULARY) {
    throw new InputError(
      `the encoder knows ${words} words, CLIP's vocabulary has ${CLIP_VOCABULARY}`,
      encoder,
      "give its tokenizer's folder, in which vocab.json lies",
    )
  }
  const numbers = vocabulary === undefined ? CLIP_WORDS : await readWords(vocabulary)
  const numberOf = (word: string): number => {
    const found = numbers[word]
    if (typeof found === 'number' && Number.isInteger(found) && found >= 0 && found < words) return found
    throw new InputError(
      found === undefined
        ? `the vocabulary has no '${word}'`
        : `'${word}' has the number ${String(found)}, the encoder knows ${words} words`,
      vocabulary ?? encoder,
      'name the tokenizer that belongs to the encoder',
    )
  }
  const [start, end] = [numberOf('<|startoftext|>'), numberOf('<|endoftext|>')]
  const filled = (text: readonly number[]) => [
    start,
    ...text,
    ...Array<number>(tokens - 1 - text.length).fill(end),
  ]
  if (tokens < WORDS.length + 2) {
    throw new InputError(
      `the encoder's texts have ${tokens} tokens only`,
      encoder,
      'name the encoder of Arc2Face',
    )
  }
  return {
    word: numberOf(`${FEATURE_WORD}</w>`),
    prompt: filled(WORDS.map((word) => numberOf(`${word}</w>`))),
    empty: filled([]),
  }
}

async function readWords(path: string): Promise<Record<string, unknown>> {
  const found = parseJson(await readText(path))
  if (typeof found === 'object' && found !== null && !Array.isArray(found))
    return found as Record<string, unknown>
  throw new InputError('is no vocabulary', path, 'name the vocab.json of a CLIP tokenizer')
}
