import type { Pixels } from '../../src/sdk/index.ts'

/** A confusion matrix as a picture: the darker a cell, the more images; mistakes in orange. */
export function drawMatrix(matrix: readonly (readonly number[])[], cell = 24): Pixels {
  const size = matrix.length * cell
  const data = new Uint8Array(size * size * 4).fill(255)
  const most = Math.max(...matrix.flat())
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [row, column] = [Math.floor(y / cell), Math.floor(x / cell)]
      const share = Math.sqrt(matrix[row]![column]! / most)
      const edge = x % cell === 0 || y % cell === 0
      const [red, green, blue] = edge
        ? [225, 225, 225]
        : row === column
          ? mix(share, [20, 90, 160])
          : mix(share, [215, 95, 0])
      data.set([red, green, blue], (y * size + x) * 4)
    }
  return { width: size, height: size, data }
}

/** One digit, dark on light, each pixel a square. */
export function drawDigit(image: Float64Array, square = 12): Pixels {
  const size = 8 * square
  const data = Uint8Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size / square), Math.floor((i % size) / square)]
    return 255 - Math.round(image[y * 8 + x]! * 255)
  })
  return { width: size, height: size, data }
}

const mix = (share: number, [red, green, blue]: [number, number, number]): [number, number, number] => [
  255 + share * (red - 255),
  255 + share * (green - 255),
  255 + share * (blue - 255),
]
