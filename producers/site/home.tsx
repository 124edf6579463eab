import { Home } from './components/home.tsx'
import { hydrate } from './hydrate.tsx'

hydrate(<Home />)
