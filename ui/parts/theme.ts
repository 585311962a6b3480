const KEY = 'millrace.theme'

export type Theme = 'light' | 'dark'

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')

export const currentTheme = (): Theme => (localStorage.getItem(KEY) as Theme | null) ?? preferred()

/** Puts the theme on the page, and follows the system until one was chosen. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = currentTheme()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    document.documentElement.dataset.theme = currentTheme()
  })
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  document.documentElement.dataset.theme = theme
  window.dispatchEvent(new Event('themechange'))
}
