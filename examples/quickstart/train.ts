import { CLASSES, type Digits, PIXELS } from './digits.ts'
import { backward, createNetwork, forward, type Network, seeded, zerosLike } from './network.ts'

export interface Settings {
  readonly hidden: number
  readonly learningRate: number
  readonly momentum: number
  readonly batchSize: number
  readonly epochs: number
  readonly seed: number
}

/** Mean loss (nats) and the share of right answers. */
export interface Score {
  readonly loss: number
  readonly accuracy: number
}

/**
 * Trains a network by stochastic gradient descent with momentum.
 *
 * @param onEpoch - Told after each pass over the training images.
 */
export async function train(
  images: Digits,
  { hidden, learningRate, momentum, batchSize, epochs, seed }: Settings,
  onEpoch: (epoch: number, network: Network) => void,
): Promise<Network> {
  const random = seeded(seed)
  const network = createNetwork(PIXELS, hidden, CLASSES, random)
  const velocity = zerosLike(network.weights)
  const order = Array.from(images.labels, (_, i) => i)
  for (let epoch = 1; epoch <= epochs; epoch++) {
    shuffle(order, random)
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.slice(start, start + batchSize)
      const gradient = zerosLike(network.weights)
      for (const i of batch) backward(network, imageAt(images, i), images.labels[i]!, gradient)
      for (const part of ['w1', 'b1', 'w2', 'b2'] as const)
        for (let i = 0; i < velocity[part].length; i++) {
          velocity[part][i] = momentum * velocity[part][i]! - (learningRate / batch.length) * gradient[part][i]!
          network.weights[part][i]! += velocity[part][i]!
        }
    }
    onEpoch(epoch, network)
    await new Promise(setImmediate) // what was logged is sent meanwhile
  }
  return network
}

export function score(network: Network, digits: Digits): Score {
  let loss = 0
  let right = 0
  for (const { label, answer, probability } of answers(network, digits)) {
    loss -= Math.log(probability)
    right += Number(label === answer)
  }
  return { loss: loss / digits.labels.length, accuracy: right / digits.labels.length }
}

/** What the network says of each image; `probability` is what it gave to the right answer. */
export function* answers(
  network: Network,
  digits: Digits,
): Generator<{ i: number; label: number; answer: number; probability: number }> {
  const activations = new Float64Array(network.hidden)
  const probabilities = new Float64Array(network.outputs)
  for (const [i, label] of digits.labels.entries()) {
    forward(network, imageAt(digits, i), activations, probabilities)
    yield { i, label, answer: probabilities.indexOf(Math.max(...probabilities)), probability: probabilities[label]! }
  }
}

/** Rows are what the images show, columns what the network says. Shape `[10, 10]`. */
export function confusion(network: Network, digits: Digits): number[][] {
  const matrix = Array.from({ length: CLASSES }, () => Array.from({ length: CLASSES }, () => 0))
  for (const { label, answer } of answers(network, digits)) matrix[label]![answer]! += 1
  return matrix
}

export const imageAt = ({ images }: Digits, i: number) => images.subarray(i * PIXELS, (i + 1) * PIXELS)

/** Fisher and Yates' shuffle, in place. */
function shuffle(items: number[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[items[i], items[j]] = [items[j]!, items[i]!]
  }
}
