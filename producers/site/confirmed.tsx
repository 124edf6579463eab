import { ConfirmedPage } from './components/confirmed.tsx'
import { hydrate } from './hydrate.tsx'

hydrate(<ConfirmedPage />)
