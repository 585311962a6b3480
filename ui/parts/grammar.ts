/** A text as the search grammar writes it. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** What was typed into a box that finds: plain words find by name, all else is a filter in the grammar. */
export const toFilter = (text: string) =>
  /[=<>]|\b(is|in|like|ilike)\b/i.test(text) || text === '' ? text : `name ILIKE ${quoted(`%${text}%`)}`
