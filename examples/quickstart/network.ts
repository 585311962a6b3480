/** One hidden layer of rectifiers, and a softmax over the classes. */
export interface Network {
  readonly inputs: number
  readonly hidden: number
  readonly outputs: number
  /** Shapes `[inputs, hidden]`, `[hidden]`, `[hidden, outputs]`, `[outputs]`, flat. */
  readonly weights: {
    readonly w1: Float64Array
    readonly b1: Float64Array
    readonly w2: Float64Array
    readonly b2: Float64Array
  }
}

export type Weights = Network['weights']

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Weights after He et al. (2015): uniform, with variance 2 / inputs. */
export function createNetwork(inputs: number, hidden: number, outputs: number, random: () => number): Network {
  const uniform = (n: number, fanIn: number) =>
    Float64Array.from({ length: n }, () => (random() * 2 - 1) * Math.sqrt(6 / fanIn))
  return {
    inputs,
    hidden,
    outputs,
    weights: {
      w1: uniform(inputs * hidden, inputs),
      b1: new Float64Array(hidden),
      w2: uniform(hidden * outputs, hidden),
      b2: new Float64Array(outputs),
    },
  }
}

/**
 * What the network makes of one image.
 *
 * @param image - Shape `[inputs]`.
 * @param activations - Filled with the hidden layer. Shape `[hidden]`.
 * @param probabilities - Filled with the answer. Shape `[outputs]`.
 */
export function forward(
  { weights, inputs, hidden, outputs }: Network,
  image: Float64Array,
  activations: Float64Array,
  probabilities: Float64Array,
): void {
  const { w1, b1, w2, b2 } = weights
  activations.set(b1)
  for (let i = 0; i < inputs; i++) {
    const ink = image[i]!
    if (ink === 0) continue
    for (let j = 0; j < hidden; j++) activations[j]! += ink * w1[i * hidden + j]!
  }
  probabilities.set(b2)
  for (let j = 0; j < hidden; j++) {
    if (activations[j]! < 0) activations[j] = 0
    for (let k = 0; k < outputs; k++) probabilities[k]! += activations[j]! * w2[j * outputs + k]!
  }
  const greatest = Math.max(...probabilities)
  let sum = 0
  for (let k = 0; k < outputs; k++) sum += probabilities[k] = Math.exp(probabilities[k]! - greatest)
  for (let k = 0; k < outputs; k++) probabilities[k]! /= sum
}

/**
 * Adds one image's part of the gradient of the cross-entropy.
 *
 * @param gradient - Arrays of the weights' shapes, added to.
 * @returns The image's loss, in nats.
 */
export function backward(network: Network, image: Float64Array, label: number, gradient: Weights): number {
  const { inputs, hidden, outputs, weights } = network
  const activations = new Float64Array(hidden)
  const probabilities = new Float64Array(outputs)
  forward(network, image, activations, probabilities)
  const loss = -Math.log(probabilities[label]!)
  const slope = probabilities
  slope[label]! -= 1
  const hiddenSlope = new Float64Array(hidden)
  for (let k = 0; k < outputs; k++) gradient.b2[k]! += slope[k]!
  for (let j = 0; j < hidden; j++) {
    if (activations[j] === 0) continue
    for (let k = 0; k < outputs; k++) {
      gradient.w2[j * outputs + k]! += activations[j]! * slope[k]!
      hiddenSlope[j]! += slope[k]! * weights.w2[j * outputs + k]!
    }
    gradient.b1[j]! += hiddenSlope[j]!
  }
  for (let i = 0; i < inputs; i++) {
    const ink = image[i]!
    if (ink === 0) continue
    for (let j = 0; j < hidden; j++) gradient.w1[i * hidden + j]! += ink * hiddenSlope[j]!
  }
  return loss
}

export const zerosLike = ({ w1, b1, w2, b2 }: Weights): Weights => ({
  w1: new Float64Array(w1.length),
  b1: new Float64Array(b1.length),
  w2: new Float64Array(w2.length),
  b2: new Float64Array(b2.length),
})
