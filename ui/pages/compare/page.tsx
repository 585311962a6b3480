export function ComparePage() {
  return <main className="page">compare</main>
}
