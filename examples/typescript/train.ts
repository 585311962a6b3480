// The smallest script that logs a run: `node train.ts`, with `millrace server` beside it or not.
import * as millrace from 'millrace'

await millrace.setExperiment('first-steps')

const runId = await millrace.startRun({ runName: 'line' }, async (run) => {
  const rate = 0.05
  run.logParam('rate', rate)
  let slope = 0
  for (let step = 0; step < 100; step++) {
    const error = 3 - slope // the line we look for is y = 3x
    run.logMetric('loss', error ** 2, { step })
    slope += rate * 2 * error
  }
  await run.logText(`slope ${slope}\n`, 'result.txt')
  return run.runId
})

console.log(`logged run ${runId} to ${millrace.getTrackingUri()}`)
