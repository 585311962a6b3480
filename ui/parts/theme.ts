import { useSyncExternalStore } from 'react'

const KEY = 'millrace.theme'

export type Theme = 'light' | 'dark'

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')

const currentTheme = (): Theme => (localStorage.getItem(KEY) as Theme | null) ?? preferred()

/** Puts the theme on the page, and follows the system until one was chosen. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = currentTheme()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show)
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  show()
}

function show(): void {
  document.documentElement.dataset.theme = currentTheme()
  window.dispatchEvent(new Event('themechange'))
}

const subscribe = (listener: () => void) => {
  window.addEventListener('themechange', listener)
  return () => window.removeEventListener('themechange', listener)
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, currentTheme)
