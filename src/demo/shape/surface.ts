/** A piece of geometry that is drawn: the mesh is fixed, positions and normals change with every image. */
export interface Surface {
  /** xyz a vertex, in the head's own frame */
  readonly positions: Float32Array
  readonly normals: Float32Array
  /** three coordinates a vertex by which the surface is coloured; they stay put when the shape changes */
  readonly texture: Float32Array
  readonly triangles: Uint32Array
  /** what the camera makes of the positions: x and y in samples of the image, z towards the camera */
  readonly screen: Float32Array
}

/** A surface for `texture.length / 3` vertices. */
export function createSurface(texture: Float32Array, triangles: Uint32Array): Surface {
  return {
    positions: texture.slice(),
    normals: new Float32Array(texture.length),
    texture,
    triangles,
    screen: new Float32Array(texture.length),
  }
}

/** Sets every vertex's normal to the area-weighted mean of its triangles' normals (not normalised). */
export function updateNormals(surface: Surface): void {
  const { positions, normals, triangles } = surface
  normals.fill(0)
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t] * 3
    const b = triangles[t + 1] * 3
    const c = triangles[t + 2] * 3
    const ux = positions[b] - positions[a]
    const uy = positions[b + 1] - positions[a + 1]
    const uz = positions[b + 2] - positions[a + 2]
    const vx = positions[c] - positions[a]
    const vy = positions[c + 1] - positions[a + 1]
    const vz = positions[c + 2] - positions[a + 2]
    const nx = uy * vz - uz * vy
    const ny = uz * vx - ux * vz
    const nz = ux * vy - uy * vx
    normals[a] += nx
    normals[a + 1] += ny
    normals[a + 2] += nz
    normals[b] += nx
    normals[b + 1] += ny
    normals[b + 2] += nz
    normals[c] += nx
    normals[c + 1] += ny
    normals[c + 2] += nz
  }
}

/** Triangles of a grid of `rows` x `columns` vertices, rows from top to bottom, seen from the side where columns run right. */
export function gridTriangles(rows: number, columns: number, closed: boolean): Uint32Array {
  const triangles: number[] = []
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column < (closed ? columns : columns - 1); column++) {
      const a = row * columns + column
      const b = row * columns + ((column + 1) % columns)
      triangles.push(a, a + columns, b, b, a + columns, b + columns)
    }
  }
  return Uint32Array.from(triangles)
}
