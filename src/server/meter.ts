const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** Counts and times answers, for Prometheus. */
export interface Meter {
  observe(path: string, method: string, status: number, milliseconds: number): void
  /** The text exposition format, version 0.0.4. */
  expose(): string
}

interface Histogram {
  readonly buckets: number[]
  count: number
  seconds: number
}

export function createMeter(): Meter {
  const histograms = new Map<string, Histogram>()

  return {
    observe(path, method, status, milliseconds) {
      const labels = `method="${method}",path="${path.replace('/{api}/', '/api/')}",status="${status}"`
      let histogram = histograms.get(labels)
      if (!histogram) histograms.set(labels, (histogram = { buckets: BOUNDS.map(() => 0), count: 0, seconds: 0 }))
      const seconds = milliseconds / 1000
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound)
      if (bucket >= 0) histogram.buckets[bucket]! += 1
      histogram.count += 1
      histogram.seconds += seconds
    },

    expose() {
      const name = 'millrace_http_request_duration_seconds'
      const lines = [`# HELP ${name} How long requests took.`, `# TYPE ${name} histogram`]
      for (const [labels, { buckets, count, seconds }] of histograms) {
        let below = 0
        for (const [i, bound] of BOUNDS.entries())
          lines.push(`${name}_bucket{${labels},le="${bound}"} ${(below += buckets[i]!)}`)
        lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`, `${name}_sum{${labels}} ${seconds}`)
        lines.push(`${name}_count{${labels}} ${count}`)
      }
      const { user, system } = process.cpuUsage()
      lines.push(
        '# HELP process_resident_memory_bytes Memory of this process.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
        '# HELP process_cpu_seconds_total CPU time of this process.',
        '# TYPE process_cpu_seconds_total counter',
        `process_cpu_seconds_total ${(user + system) / 1e6}`,
      )
      return `${lines.join('\n')}\n`
    },
  }
}
