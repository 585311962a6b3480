import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { ApiError } from '../wire/errors.ts'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Makes what is stored of a secret, and the secret of what is stored. */
export interface Secrets {
  seal(secret: string): string
  /** @throws ApiError `INVALID_STATE` when it was sealed with another key. */
  open(stored: string): string
}

/** @param key - Any text; without one secrets are stored as they are, and those stored so stay readable with one. */
export function secretsWith(key: string | undefined): Secrets {
  const bytes = key ? createHash('sha256').update(key).digest() : undefined

  return {
    seal(secret) {
      if (!bytes) return `plain:${secret}`
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, bytes, iv)
      const sealed = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `sealed:${sealed.toString('base64')}`
    },

    open(stored) {
      const [, kind, text] = /^(plain|sealed):(.*)$/s.exec(stored)!
      if (kind === 'plain') return text!
      if (!bytes) throw unreadable('MILLRACE_WEBHOOK_SECRET_ENCRYPTION_KEY is not set')
      const sealed = Buffer.from(text!, 'base64')
      try {
        const cipher = createDecipheriv(CIPHER, bytes, sealed.subarray(0, IV_BYTES))
        cipher.setAuthTag(sealed.subarray(-TAG_BYTES))
        return cipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + cipher.final('utf8')
      } catch (error) {
        throw unreadable('it was stored with another MILLRACE_WEBHOOK_SECRET_ENCRYPTION_KEY', error)
      }
    },
  }
}

interface Signed {
  readonly deliveryId: string
  readonly secret: string | undefined
  readonly time: number
  readonly body: string
}

/** The headers of a delivery, as MLflow sends them; without a secret there is no signature. */
export function headersOf({ deliveryId, secret, time, body }: Signed): Record<string, string> {
  const timestamp = String(Math.floor(time / 1000))
  const signature = () => createHmac('sha256', secret!).update(`${deliveryId}.${timestamp}.${body}`).digest('base64')
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'millrace',
    'X-MLflow-Delivery-Id': deliveryId,
    'X-MLflow-Timestamp': timestamp,
    ...(secret && { 'X-MLflow-Signature': `v1,${signature()}` }),
  }
}

const unreadable = (reason: string, cause?: unknown) =>
  new ApiError('INVALID_STATE', `The secret of the webhook cannot be read: ${reason}`, { cause })
