interface Measure {
  readonly key: string
  readonly value: number
  readonly step: number
  readonly datasetName?: string | undefined
}

/** What a run reported, and what was measured of its model, which counts more; not what its machine did. */
export function measured(ofRun: readonly Measure[] = [], ofModel: readonly Measure[] = []): Measure[] {
  const keys = new Set(ofModel.map(({ key }) => key))
  return [...ofModel, ...ofRun.filter(({ key }) => !keys.has(key) && !key.startsWith('system/'))]
}
