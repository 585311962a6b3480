import type { WebhookStatus } from '../../../src/wire/webhooks.ts'

export const WebhookState = ({ status }: { status: WebhookStatus }) => (
  <span className={status === 'ACTIVE' ? 'status finished' : 'status'}>
    {status === 'ACTIVE' ? 'active' : 'paused'}
  </span>
)
