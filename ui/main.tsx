import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from '../src/wire/errors.ts'
import { applyTheme } from './parts/theme.ts'
import { router } from './routes.tsx'
import './look.css'

/** What the server refuses for a reason of the asker's it will refuse again. */
const retry = (failures: number, error: Error) => failures < 1 && !(error instanceof ApiError && error.status < 500)

const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 5000, retry, refetchOnWindowFocus: true } },
})

applyTheme()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
