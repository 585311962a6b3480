export function RunPage() {
  return <main className="page">run</main>
}
