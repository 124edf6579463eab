import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/use-live.ts'
import { useNow } from '../live/use-now.ts'
import { goInstead } from '../live/use-route.ts'
import { describeStatus, Executions, STATUSES } from '../model/execution.ts'
import { counted } from '../model/format.ts'
import { linkTo, type Route } from '../model/route.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { FilterInput } from '../parts/filter-input.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { ExecutionRow } from './execution-row.tsx'
import { ExecutionView } from './execution-view.tsx'

const EXECUTIONS = { topics: ['executions'], parse: (json: unknown) => Executions.parse(json) } as const
const PAGE = 50

/** The executions of all state machines, newest first, and the chosen one. */
export function ExecutionsPage({ id, query }: PageProps) {
  const { search = '', status = '' } = query
  const filter = { search, status }
  const isFiltered = search !== '' || status !== ''
  const [limit, setLimit] = useState(PAGE)
  const parameters = new URLSearchParams({ text: search, status, limit: String(limit) })
  const { data, failed, retry } = useLive(`executions?${parameters}`, EXECUTIONS)
  const now = useNow(data?.executions.some((each) => each.status === 'RUNNING') ?? false)
  if (!data) return failed ? <Failed what="executions" retry={retry} /> : <Loading what="executions" />
  const { executions, more } = data
  if (executions.length === 0 && !isFiltered && id === undefined) return <NoExecutions />
  return (
    <Browser
      page="executions"
      label="Executions"
      query={filter}
      head={
        <>
          <Filter filter={filter} />
          <p aria-live="polite">
            {more ? `The newest ${counted(executions.length, 'execution')}` : counted(executions.length, 'execution')}
            {isFiltered && ' found'}
          </p>
        </>
      }
      rows={executions.map((each) => ({ id: each.arn, title: <ExecutionRow execution={each} now={now} /> }))}
      foot={
        more && (
          <Button variant="default" size="xs" onClick={() => setLimit(limit + PAGE)}>
            Load more
          </Button>
        )
      }
      id={id}
      titleOf={(arn) => arn.split(':').at(-1) ?? arn}
      detail={(arn) => <ExecutionView arn={arn} query={query} />}
    />
  )
}

function Filter({ filter }: { readonly filter: Route['query'] }) {
  const change = (part: Route['query']) => goInstead(linkTo('executions', undefined, { ...filter, ...part }))
  return (
    <search>
      <FilterInput
        label="Name, or any text in the input"
        value={filter.search ?? ''}
        onChange={(search) => change({ search })}
      />
      <NativeSelect
        size="xs"
        label="Status"
        value={filter.status ?? ''}
        data={[
          { value: '', label: 'any' },
          ...STATUSES.map((value) => ({ value, label: describeStatus(value).label })),
        ]}
        onChange={({ currentTarget }) => change({ status: currentTarget.value })}
      />
    </search>
  )
}

const NoExecutions = () => (
  <Empty title="No executions yet">
    <p>
      When a state machine is started (by an event, or with <code>aws stepfunctions start-execution</code>), what it
      does shows up here, state by state.
    </p>
  </Empty>
)
