import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

interface Props {
  readonly title: ReactNode
  readonly children: ReactNode
  /** What the button says that does it. */
  readonly does: string
  readonly isPending?: boolean
  readonly isReady?: boolean
  /** Whether it cannot be taken back. */
  readonly isFinal?: boolean
  readonly error?: Error | null
  /** Other things that can be done. */
  readonly others?: ReactNode
  readonly submit: () => void
  readonly close: () => void
}

/** A few questions before something is done. */
export function Sheet({
  title,
  children,
  does,
  isPending = false,
  isReady = true,
  isFinal = false,
  error,
  others,
  submit,
  close,
}: Props) {
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="sheet" aria-describedby={undefined}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (isReady && !isPending) submit()
            }}
          >
            <Dialog.Title asChild>
              <h2>{title}</h2>
            </Dialog.Title>
            {children}
            {error && <p role="alert">{error.message}</p>}
            <div className="actions">
              <button type="submit" className={isFinal ? 'primary final' : 'primary'} disabled={isPending || !isReady}>
                {does}
              </button>
              {others}
              <Dialog.Close asChild>
                <button type="button">Cancel</button>
              </Dialog.Close>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface ConfirmProps {
  readonly title: ReactNode
  /** What is lost by it. */
  readonly children: ReactNode
  readonly does: string
  readonly change: { isPending: boolean; error: Error | null; mutate: () => void }
  readonly close: () => void
}

/** Asks before something that cannot be taken back. */
export const Confirm = ({ title, children, does, change, close }: ConfirmProps) => (
  <Sheet
    title={title}
    does={does}
    isFinal
    isPending={change.isPending}
    error={change.error}
    submit={() => change.mutate()}
    close={close}
  >
    <p>{children}</p>
  </Sheet>
)
