import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Endpoint } from '../../src/wire/endpoint.ts'
import { contract } from '../../src/wire/index.ts'
import { differences, type Surface } from './compare.ts'

/** What MLflow has and we leave out, with why. */
const LEFT_OUT: Record<string, RegExp> = {
  "files of MLflow's own pages": /^GET \/(build\/:filename|static-files\/:path)?: missing$/,
  'of the metrics of runs MLflow never sends these':
    /< (runs?(\[\])? data )?metrics\[\] (dataset_name|dataset_digest|model_id|run_id): missing$/,
  'of logged models MLflow never sends these': /< models?(\[\])? info (creator_id|registrations): missing$/,
  'nobody reads it: the run is named beside the metrics': /log-batch > metrics\[\] run_id: missing$/,
  'nobody is watched': /ui-telemetry > records: missing$/,
}

const surface = JSON.parse(readFileSync(new URL('mlflow.json', import.meta.url), 'utf8')) as Surface
const endpoints = Object.values(contract).flatMap((service): Endpoint[] => Object.values(service))

describe('the contract', () => {
  for (const [group, routes] of Map.groupBy(surface.routes, ({ group }) => group))
    it(`has all that MLflow has of ${group}`, () => {
      const missing = differences({ ...surface, routes }, endpoints)
      const unexplained = missing.filter((each) => !Object.values(LEFT_OUT).some((known) => known.test(each)))
      assert.deepEqual(unexplained, [])
    })

  for (const [why, known] of Object.entries(LEFT_OUT))
    it(`still leaves out what it says: ${why}`, () => {
      assert.ok(differences(surface, endpoints).some((each) => known.test(each)))
    })

  it('would be found to lack a route or a field', () => {
    const few = endpoints.filter(({ path }) => !path.endsWith('/runs/get'))
    assert.ok(differences(surface, few).includes('GET /ajax-api/2.0/mlflow/runs/get: missing'))
    const { messages } = surface
    const more = { ...surface, messages: { ...messages, Param: { ...messages['Param'], unit: 'string' } } }
    assert.ok(differences(more, endpoints).includes('POST /api/2.0/mlflow/runs/log-batch > params[] unit: missing'))
  })
})
