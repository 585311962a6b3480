import * as millrace from '../../src/sdk/index.ts'
import { type Digits, loadDigits, SOURCE, split } from './digits.ts'
import type { Network } from './network.ts'
import { drawDigit, drawMatrix } from './pictures.ts'
import { answers, confusion, imageAt, score, type Settings, train } from './train.ts'

export const EXPERIMENT = 'handwritten-digits'

const GRID = [16, 32, 64].flatMap((hidden) => [0.03, 0.1, 0.3].map((learningRate) => ({ hidden, learningRate })))
const FIXED = { momentum: 0.9, batchSize: 32, epochs: 12, seed: 7 }

/**
 * Trains a classifier of handwritten digits for every setting of a grid, as
 * children of one run, and finds the best by a search.
 *
 * @returns The children's runs, best first.
 */
export async function trainDigits(): Promise<millrace.FoundRun[]> {
  const digits = loadDigits()
  const { train: training, validation } = split(digits)
  await millrace.setExperiment(EXPERIMENT)
  const description = `Grid of ${GRID.length} settings over ${digits.labels.length} images of 8 x 8 pixels.`

  const parentId = await millrace.startRun(
    { runName: 'grid', description, tags: { task: 'classification' } },
    async (parent) => {
      parent.logParams({ settings: GRID.length, epochs: FIXED.epochs })
      for (const setting of GRID) await trainOne({ ...FIXED, ...setting }, training, validation, digits.digest)
      return parent.runId
    },
  )

  return await millrace.searchRuns({
    experimentNames: [EXPERIMENT],
    filter: `tags.\`mlflow.parentRunId\` = '${parentId}'`,
    orderBy: ['metrics.val_accuracy DESC', 'metrics.val_loss'],
  })
}

async function trainOne(settings: Settings, training: Digits, validation: Digits, digest: string): Promise<void> {
  const { hidden, learningRate } = settings
  const tags = { model: 'mlp', framework: 'plain TypeScript' }
  await millrace.startRun({ runName: `hidden ${hidden}, rate ${learningRate}`, nested: true, tags }, async (run) => {
    run.logParams({ ...settings })
    run.logInput(datasetOf(training, digest), { context: 'train' })
    const network = await train(training, settings, (epoch, now) => {
      const [seen, unseen] = [score(now, training), score(now, validation)]
      run.logMetrics(
        { train_loss: seen.loss, train_accuracy: seen.accuracy, val_loss: unseen.loss, val_accuracy: unseen.accuracy },
        { step: epoch },
      )
    })
    run.setTag('mlflow.note.content', `One hidden layer of ${hidden} units, learning rate ${learningRate}.`)
    await logResults(run, network, settings, validation)
  })
}

async function logResults(
  run: millrace.ActiveRun,
  network: Network,
  settings: Settings,
  validation: Digits,
): Promise<void> {
  const matrix = confusion(network, validation)
  await millrace.logImage(drawMatrix(matrix), 'confusion/matrix.png')
  await run.logDict({ rows: 'label', columns: 'answer', matrix }, 'confusion/matrix.json')
  const mistakes = [...answers(network, validation)].filter(({ label, answer }) => label !== answer)
  for (const { i, label, answer } of mistakes.slice(0, 6))
    await millrace.logImage(drawDigit(imageAt(validation, i)), `mistakes/${i}-is-${label}-read-as-${answer}.png`)
  await run.logTable(mistakes, 'mistakes/table.json')
  const { weights, ...shape } = network
  await run.logDict({ ...shape, ...mapValues(weights, (part) => [...part]) }, 'model/weights.json')
  await run.logText(report(settings, score(network, validation), matrix), 'report.md')
}

function report(
  settings: Settings,
  { loss, accuracy }: { loss: number; accuracy: number },
  matrix: number[][],
): string {
  const rows = matrix.map(
    (row, label) => `| ${label} | ${row[label]} | ${row.reduce((sum, n) => sum + n, 0) - row[label]!} |`,
  )
  return `# Handwritten digits

Accuracy **${(accuracy * 100).toFixed(1)} %**, loss ${loss.toFixed(4)} on images that were not trained on.

| setting | value |
|---|---|
${Object.entries(settings)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join('\n')}

| digit | right | wrong |
|---|---|---|
${rows.join('\n')}
`
}

const datasetOf = ({ labels }: Digits, digest: string) =>
  millrace.dataset({
    name: 'optdigits',
    digest,
    sourceType: 'http',
    source: JSON.stringify({ url: SOURCE }),
    schema: JSON.stringify({
      mlflow_tensorspec: { features: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 64]}}]' },
    }),
    profile: JSON.stringify({ num_rows: labels.length, num_elements: labels.length * 64 }),
  })

const mapValues = <T, U>(object: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
