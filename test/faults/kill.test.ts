import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { databases } from '../databases.ts'
import { randomBelow } from '../random.ts'
import { checkLedger, type Load, startLoad } from './load.ts'
import { launch, serve, temporaryFolder } from './server.ts'

const WRITERS = 4

interface Store {
  readonly uri: string
  readonly kills: number
  /** Finds damage that no question to the server would. */
  inspect?(): void
}

/** Nobody but the server has the file of SQLite open, or its death would not be the last of its connections. */
const stores: Record<string, () => Promise<Store>> = {
  async sqlite() {
    const file = join(temporaryFolder(), 'store.db')
    return {
      uri: `sqlite:///${file}`,
      kills: 50,
      inspect() {
        const database = new DatabaseSync(file, { readOnly: true })
        assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
        database.close()
      },
    }
  },

  ...(databases['postgres'] && {
    async postgres() {
      const { uri } = await databases['postgres']!()
      return { uri, kills: 6 }
    },
  }),
}

/** Writes that a load has had answered before its server is killed, however slow the machine is. */
const FEWEST_ANSWERS = 10
const countAnswered = (loads: readonly Load[]) =>
  loads.flatMap((load) => load.ledgers).reduce((sum, { answered }) => sum + answered.size, 0)

for (const [name, open] of Object.entries(stores))
  describe(`a server that is killed under load, on ${name}`, { timeout: 120_000 }, () => {
    it('has all that it answered, and no half of anything', async (t) => {
      const { uri, kills, inspect } = await open()
      const options = {
        args: ['--artifacts-destination', join(temporaryFolder(), 'artifacts')],
        env: { NODE_COMPILE_CACHE: temporaryFolder() }, // or half of the time would go to compiling
      }
      await (await serve(uri, options)).stop()
      const below = randomBelow(Date.now())
      const loads: Load[] = []
      for (let kill = 0; kill < kills; kill++) {
        if (kill % 10 === 9) {
          const starting = launch(uri, options) // dies on its way up, while it recovers
          await setTimeout(below(250))
          await starting.kill()
          continue
        }
        const server = await serve(uri, options)
        inspect?.()
        for (const ledger of loads.at(-1)?.ledgers ?? []) await checkLedger(server.client, ledger)
        const load = startLoad(server.client, WRITERS, kill)
        loads.push(load)
        while (countAnswered([load]) < FEWEST_ANSWERS) await setTimeout(5)
        await setTimeout(below(250))
        await server.kill()
        await load.stop()
      }

      const server = await serve(uri, options)
      inspect?.()
      const ledgers = loads.flatMap((load) => load.ledgers)
      for (const ledger of ledgers) await checkLedger(server.client, ledger)
      assert.doesNotMatch(server.said(), /reason of ours/)
      t.diagnostic(`${kills} kills, ${countAnswered(loads)} answered writes in ${ledgers.length} runs`)
      await server.kill()
    })
  })
