import type { Surface } from '../shape/surface.js'

/** Which triangle of which surface is nearest at each sample of the image. */
export class DepthBuffer {
  readonly depth: Float32Array
  /** first index of the triangle in its surface, or -1 where nothing is */
  readonly triangle: Int32Array
  /** number of the surface, as given to `draw` */
  readonly surface: Uint8Array

  constructor(readonly side: number) {
    this.depth = new Float32Array(side * side)
    this.triangle = new Int32Array(side * side)
    this.surface = new Uint8Array(side * side)
  }

  clear(): void {
    this.depth.fill(-1e9)
    this.triangle.fill(-1)
  }

  /**
   * Draws a surface that has been projected. Triangles turned away are left out unless `twoSided`; so are
   * those whose third texture coordinate is nowhere above `visibleAbove`.
   */
  draw(surface: Surface, id: number, twoSided = false, visibleAbove = Number.NEGATIVE_INFINITY): void {
    const { screen, triangles, texture } = surface
    const { side, depth, triangle, surface: surfaceOf } = this
    for (let t = 0; t < triangles.length; t += 3) {
      const a = triangles[t] * 3
      const b = triangles[t + 1] * 3
      const c = triangles[t + 2] * 3
      const ax = screen[a]
      const ay = screen[a + 1]
      const bx = screen[b]
      const by = screen[b + 1]
      const cx = screen[c]
      const cy = screen[c + 1]
      // Anticlockwise with y up is clockwise with y down.
      const area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
      if (area === 0 || (area < 0 && !twoSided)) continue
      if (
        visibleAbove !== Number.NEGATIVE_INFINITY &&
        texture[a + 2] < visibleAbove &&
        texture[b + 2] < visibleAbove &&
        texture[c + 2] < visibleAbove
      )
        continue
      const top = Math.max(0, Math.ceil(ay < by ? (ay < cy ? ay : cy) : by < cy ? by : cy))
      const bottom = Math.min(side - 1, Math.floor(ay > by ? (ay > cy ? ay : cy) : by > cy ? by : cy))
      if (top > bottom) continue
      const left = Math.max(0, Math.ceil(ax < bx ? (ax < cx ? ax : cx) : bx < cx ? bx : cx))
      const right = Math.min(side - 1, Math.floor(ax > bx ? (ax > cx ? ax : cx) : bx > cx ? bx : cx))
      if (left > right) continue
      const inverse = 1 / area
      const az = screen[a + 2]
      const dbz = screen[b + 2] - az
      const dcz = screen[c + 2] - az
      const stepB = (cy - ay) * -inverse
      const stepC = (by - ay) * inverse
      for (let y = top, row = top * side; y <= bottom; y++, row += side) {
        let wb = ((cx - ax) * (y - ay) - (left - ax) * (cy - ay)) * inverse
        let wc = ((left - ax) * (by - ay) - (bx - ax) * (y - ay)) * inverse
        for (let x = left; x <= right; x++) {
          if (wb >= -1e-6 && wc >= -1e-6 && wb + wc <= 1.000001) {
            const z = az + wb * dbz + wc * dcz
            const i = row + x
            if (z > depth[i]) {
              depth[i] = z
              triangle[i] = t
              surfaceOf[i] = id
            }
          }
          wb += stepB
          wc += stepC
        }
      }
    }
  }
}

/** What a surface has at one sample: texture coordinates and the (normalised) normal. */
export class Fragment {
  u = 0
  v = 0
  w = 0
  nx = 0
  ny = 0
  nz = 0

  /** Interpolates the surface's triangle that starts at index `t`, at sample (x, y). */
  interpolate(surface: Surface, t: number, x: number, y: number): void {
    const { screen, triangles, texture, normals } = surface
    const a = triangles[t] * 3
    const b = triangles[t + 1] * 3
    const c = triangles[t + 2] * 3
    const ax = screen[a]
    const ay = screen[a + 1]
    const bx = screen[b] - ax
    const by = screen[b + 1] - ay
    const cx = screen[c] - ax
    const cy = screen[c + 1] - ay
    const inverse = 1 / (cx * by - bx * cy)
    const wb = (cx * (y - ay) - (x - ax) * cy) * inverse
    const wc = ((x - ax) * by - bx * (y - ay)) * inverse
    const wa = 1 - wb - wc
    this.u = wa * texture[a] + wb * texture[b] + wc * texture[c]
    this.v = wa * texture[a + 1] + wb * texture[b + 1] + wc * texture[c + 1]
    this.w = wa * texture[a + 2] + wb * texture[b + 2] + wc * texture[c + 2]
    const nx = wa * normals[a] + wb * normals[b] + wc * normals[c]
    const ny = wa * normals[a + 1] + wb * normals[b + 1] + wc * normals[c + 1]
    const nz = wa * normals[a + 2] + wb * normals[b + 2] + wc * normals[c + 2]
    const scale = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    this.nx = nx * scale
    this.ny = ny * scale
    this.nz = nz * scale
  }
}
