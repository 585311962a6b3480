import { Dialog } from 'radix-ui'

const KEYS: [keys: string, does: string][] = [
  ['Ctrl K', 'find an experiment, a run, a model, a prompt or a command'],
  ['/', 'go to the filter'],
  ['↑ ↓', 'move in the table'],
  ['Space', 'select the run'],
  ['Enter', 'open the run'],
  ['Esc', 'close what floats'],
  ['?', 'show these keys'],
]

export default function KeyHelp({ close }: { close: () => void }) {
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <div className="body">
            <Dialog.Title asChild>
              <h2>Keys</h2>
            </Dialog.Title>
            <table className="plain">
              <tbody>
                {KEYS.map(([keys, does]) => (
                  <tr key={keys}>
                    <th scope="row">
                      <kbd>{keys}</kbd>
                    </th>
                    <td>{does}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
