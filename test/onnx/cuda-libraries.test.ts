import { expect, test } from 'vitest'
import { librariesIn } from '../../src/onnx/cuda-libraries.js'

test("CUDA's libraries are found among the files that a process has mapped, each once", () => {
  const folder = '/opt/site-packages/nvidia'
  const line = (file: string) => `7f2a80000000-7f2a80021000 r-xp 00000000 fd:00 1835 ${file}`
  const maps = [
    line(`${folder}/cudnn/lib/libcudnn.so.9`),
    line(`${folder}/cu13/lib/libcublas.so.13`),
    line(`${folder}/cu13/lib/libcublas.so.13`),
    line(`${folder}/cu13/lib/libcudart.so.13`),
    line('/usr/lib/x86_64-linux-gnu/libcuda.so.580.159.04'),
    '7ffd2b5f2000-7ffd2b613000 rw-p 00000000 00:00 0                          [stack]',
  ]
  expect(librariesIn(maps.join('\n'))).toEqual([
    `${folder}/cu13/lib/libcublas.so.13`,
    `${folder}/cu13/lib/libcudart.so.13`,
    `${folder}/cudnn/lib/libcudnn.so.9`,
  ])
})
