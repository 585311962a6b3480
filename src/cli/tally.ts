import type { Tally } from '../transfer/tally.ts'

/** What was moved, and what was not, line by line. */
export function describeTally(done: 'imported' | 'exported', tally: Tally, seconds: number): string[] {
  const { experiments, runs, unchanged, models, points, files, bytes, notCopied, renamed, omissions } = tally
  return [
    `${count(experiments, 'experiment')}, ${count(runs, 'run')}, ${count(models, 'logged model')} and ` +
      `${count(points, 'point')} of metrics ${done} in ${seconds.toFixed(1)} s`,
    unchanged > 0 ? `${count(unchanged, 'run')} unchanged` : '',
    files > 0 ? `${count(files, 'artifact')} copied, ${(bytes / 1e6).toFixed(1)} MB` : '',
    notCopied > 0
      ? `The artifacts of ${count(notCopied, 'run or model', 'runs and models')} cannot be read from here, and stay where they are`
      : '',
    ...renamed.map(({ experimentId, name, here }) => `Experiment ${experimentId}, '${name}', is called '${here}' here`),
    omissions.length > 0
      ? `Not ${done}: ${omissions.map(({ what, count: n }) => `${what} (${n.toLocaleString('en')})`).join(', ')}`
      : '',
  ].filter(Boolean)
}

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`
