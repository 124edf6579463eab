import { Suspense } from 'react'
import styles from './app.module.css'
import { useStatus } from './live/sources.ts'
import { useRoute } from './live/use-route.ts'
import { Navigation } from './navigation.tsx'
import { pageAt } from './pages.ts'
import { Loading } from './parts/states.tsx'
import { TopBar } from './top-bar.tsx'

export function App() {
  const { page: path, id, query } = useRoute()
  const { data: status } = useStatus()
  const page = pageAt(path)
  return (
    <div className={styles.app}>
      <TopBar status={status} title={page.title} />
      <Navigation page={page} />
      <main className={styles.main}>
        <Suspense fallback={<Loading what={page.title.toLowerCase()} />}>
          <page.component key={page.path} id={id} query={query} status={status} />
        </Suspense>
      </main>
    </div>
  )
}
