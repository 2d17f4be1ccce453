import { createRequire } from 'node:module'
import type Ort from 'onnxruntime-node'
import { vi } from 'vitest'

/** The class of sessions of the onnxruntime that this program runs networks with. */
const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node') as {
  readonly InferenceSession: { readonly prototype: Ort.InferenceSession }
}

/** Inputs of a call of onnxruntime, by name. */
export type Fed = Readonly<Record<string, Ort.Tensor>>

/**
 * Watches the calls of onnxruntime in this thread, from now on.
 * @param fails what a call fails with, as onnxruntime would; undefined where it runs. Told its inputs and how many were before it
 */
export function watchNetworks(fails: (inputs: Fed, calls: number) => string | undefined = () => undefined) {
  const { run } = InferenceSession.prototype
  const shapes: (readonly number[])[] = []
  const spy = vi.spyOn(InferenceSession.prototype, 'run')
  spy.mockImplementation(async function (this: Ort.InferenceSession, ...args: Parameters<typeof run>) {
    const inputs = args[0] as Fed
    const message = fails(inputs, shapes.length)
    shapes.push(Object.values(inputs)[0].dims)
    if (message !== undefined) throw new Error(message)
    return run.apply(this, args)
  } as typeof run)
  return {
    /** of each call's first input */
    shapes,
    end: () => spy.mockRestore(),
  }
}
