import { describe, expect, test } from 'vitest'
import { readNamedColumns } from '../../src/arrays/named-columns.js'

function read(text: string) {
  const notes: string[] = []
  const columns = readNamedColumns(text, 'c.csv', (note) => notes.push(note))
  return { columns: Object.fromEntries([...columns].map(([name, values]) => [name, [...values]])), notes }
}

describe('columns of numbers by name', () => {
  test.each([
    ['as they are', 'yaw,age\n1,30\n2.5,40\n', 0],
    ['with the index of pandas', ',yaw,age\n0,1,30\n1,2.5,40\n', 1],
    ['with an index saved before', 'Unnamed: 0,yaw,age\n0,1,30\n1,2.5,40\n', 1],
    ['with row names of R', '"yaw" "age"\n"1" 1 30\n"2" 2.5 40\n', 1],
    ['with names of files', 'image;yaw;age\na.jpg;1;30\nb.jpg;2.5;40\n', 1],
  ])('%s', (_, text, left) => {
    const { columns, notes } = read(text)
    expect(columns).toEqual({ yaw: [1, 2.5], age: [30, 40] })
    expect(notes).toHaveLength(left)
  })

  test.each([
    ['no names', '1,2\n3,4\n', 'c.csv: the first line names no columns'],
    ['one name twice', 'a,a\n1,2\n', "two columns are called 'a'"],
    ['a cell that is empty', 'a,b\n1,\n2,3\n', "c.csv, column 'b', row 1: '' is not a number"],
    ['a row that is short', 'a,b\n1,2\n3\n', 'c.csv: row 2: 1 cells, the header has 2'],
  ])('%s is refused', (_, text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})
