import styles from './app.module.css'
import { ChainPage } from './chain/chain-page.tsx'
import { ChainsPage } from './chain/chains-page.tsx'
import { EventsPage } from './events/events-page.tsx'
import { InboxPage } from './inbox/inbox-page.tsx'
import { useStatus } from './live/sources.ts'
import { useRoute } from './live/use-route.ts'
import type { Route } from './model/route.ts'
import type { Status } from './model/status.ts'
import { TopBar } from './top-bar.tsx'

export function App() {
  const route = useRoute()
  const { data: status } = useStatus()
  return (
    <div className={styles.app}>
      <TopBar view={route.view} status={status} />
      <main className={styles.main}>
        <Page route={route} status={status} />
      </main>
    </div>
  )
}

function Page({ route, status }: { readonly route: Route; readonly status: Status | undefined }) {
  if (route.view === 'inbox') return <InboxPage id={route.id} status={status} />
  if (route.view === 'events') return <EventsPage id={route.id} search={route.search} status={status} />
  const { correlationId } = route
  return correlationId === undefined ? <ChainsPage /> : <ChainPage key={correlationId} correlationId={correlationId} />
}
