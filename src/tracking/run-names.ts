const ADJECTIVES =
  'amber ample bold brisk calm candid clear clever cosy crisp daring deft eager early even fair fine fleet fresh gentle glad grand happy hardy honest keen kind lively lucid lucky mellow merry mild neat nimble noble patient plain proud quick quiet ready robust rosy sharp silent smooth snug solid steady still sunny swift tidy tough true vivid warm wise witty'.split(
    ' ',
  )
const NOUNS =
  'alder badger beaver birch bittern brook carp cedar crane creek dipper dove eel elm ember falcon fern finch ford gull hare hawk hazel heron ibis ivy kestrel kingfisher lark linden loach loon maple marten mill minnow moth newt oak osprey otter owl perch pine plover pond quail rapids raven reed river robin rowan salmon shrew snipe sparrow stork swan tarn teal thrush trout vole weir willow wren'.split(
    ' ',
  )

/** A name for a run that was given none, such as `steady-heron-417`. */
export function randomRunName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)]!
  return `${pick(ADJECTIVES)}-${pick(NOUNS)}-${Math.floor(random() * 1000)}`
}
