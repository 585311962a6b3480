import { middle } from '../../parts/format.ts'
import { type Field, PARTS } from './description.ts'

/** What a model takes and gives. */
export function Signature({ fields }: { fields: readonly Field[] }) {
  return (
    <section className="panel" aria-label="Signature">
      <div className="heading">
        <h2>Signature</h2>
      </div>
      <table className="plain values signature">
        {PARTS.map((part) => {
          const own = fields.filter((field) => field.part === part)
          if (own.length === 0) return null
          return (
            <tbody key={part}>
              <tr>
                <th scope="rowgroup" colSpan={2} className="muted">
                  {part[0]!.toUpperCase() + part.slice(1)}
                </th>
              </tr>
              {own.map(({ name, type, isRequired }, i) => (
                <tr key={i}>
                  <th scope="row" title={name}>
                    {name ? middle(name) : <span className="muted">{own.length === 1 ? 'the only one' : i}</span>}
                    {!isRequired && part !== 'params' && <span className="muted"> optional</span>}
                  </th>
                  <td className="mono" title={type}>
                    {middle(type, 120)}
                  </td>
                </tr>
              ))}
            </tbody>
          )
        })}
      </table>
    </section>
  )
}
