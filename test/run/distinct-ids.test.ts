import { describe, expect, it } from 'vitest'
import { distinctIds } from '../../src/run/distinct-ids.js'

describe('ids of what the command line names', () => {
  it('are the names, where they differ', () => {
    expect(distinctIds([{ name: 'lfw', path: 'lfw.bin' }])).toEqual(['lfw'])
  })

  it('have as much of the path as tells namesakes apart, in whatever order', () => {
    const things = ['a/net.onnx', 'b/net.onnx', 'b/x/net.onnx'].map((path) => ({ name: 'net', path }))
    const ids = ['net (a/net.onnx)', 'net (b/net.onnx)', 'net (x/net.onnx)']
    expect(distinctIds(things)).toEqual(ids)
    expect(distinctIds(things.toReversed())).toEqual(ids.toReversed())
    expect(
      distinctIds([
        { name: 'net', path: 'one.onnx' },
        { name: 'net', path: 'two.onnx' },
      ]),
    ).toEqual(['net (one.onnx)', 'net (two.onnx)'])
  })

  it('refuse a file that is there twice', () => {
    const twice = ['a/net.onnx', './a/net.onnx'].map((path) => ({ name: 'net', path }))
    expect(() => distinctIds(twice)).toThrow('a/net.onnx: the same file is given twice; name it once')
  })
})
