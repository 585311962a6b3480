import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { atEnd } from '../databases.ts'
import { at, needs } from '../parts.ts'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PATIENCE_MS = 10_000
const PAUSE_MS = 40

interface Options extends BrowserContextOptions {
  /** What the test makes the browser complain of, such as the 400 of a filter that is wrong. */
  readonly expects?: RegExp
  /** Why not to run it, beside that there is no browser. */
  readonly skip?: string | false
}

/**
 * A test in a page of its own. It fails, too, when the browser has something to
 * complain of: an error or a warning, a request that failed, went elsewhere or
 * was refused, a dialog.
 */
export function inBrowser(title: string, body: (page: Page) => Promise<void>, options: Options = {}): void {
  const { expects, skip, ...context } = options
  it(title, skip ? { skip } : needs('chromium'), async () => {
    const page = await (Object.keys(context).length > 0 ? openPage(context) : (common ??= openPage()))
    const complaints = complaintsOf(page)
    try {
      await body(page)
    } finally {
      await (page === (await common) ? page.goto('about:blank') : page.context().close())
      page.removeAllListeners()
    }
    assert.deepEqual(
      complaints.filter((complaint) => !expects?.test(complaint)),
      [],
    )
  })
}

/** Tries a claim until it holds; its last failure when it does not in time. */
export async function eventually(claim: () => Promise<void> | void): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;)
    try {
      return await claim()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
}

let browser: Promise<Browser> | undefined
/** Tests that want nothing special use one page after another: it has loaded the program already. */
let common: Promise<Page> | undefined

async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= launch()
  const context = await (await browser).newContext({ viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  return await context.newPage()
}

function launch(): Promise<Browser> {
  const launched = chromium.launch({ executablePath: at('chromium'), args: FLAGS })
  atEnd(async () => (await launched).close())
  return launched
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  let home: string | undefined // of the first answer
  const complain = (...words: unknown[]) => void complaints.push(words.join(' '))
  page.on('console', (said) => {
    if (['error', 'warning'].includes(said.type())) complain(said.type(), said.text(), said.location().url)
  })
  page.on('pageerror', ({ stack }) => complain('thrown', stack))
  page.on('dialog', (dialog) => {
    complain('dialog', dialog.message())
    void dialog.dismiss()
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') complain('failed', request.url(), reason) // aborted is what is not wanted any more
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complain(response.status(), response.url())
    const { origin, protocol } = new URL(response.url())
    if (!protocol.startsWith('http')) return
    home ??= origin
    if (origin !== home) complain('from elsewhere', response.url())
  })
  return complaints
}
