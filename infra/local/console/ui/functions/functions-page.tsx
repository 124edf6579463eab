import { useLive } from '../live/use-live.ts'
import { formatCount } from '../model/format.ts'
import { type FunctionState, Functions } from '../model/function.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { Tag } from '../parts/tag.tsx'
import { FunctionView } from './function-view.tsx'

const FUNCTIONS = { topics: ['events'], everyMs: 2000, parse: (json: unknown) => Functions.parse(json) } as const

/** The functions: how each is, and what it logs. */
export function FunctionsPage({ id, query }: PageProps) {
  const { data, failed, retry } = useLive('functions', FUNCTIONS)
  if (!data) return failed ? <Failed what="functions" retry={retry} /> : <Loading what="functions" />
  const { functions, latelyMinutes } = data
  if (functions.length === 0)
    return (
      <Empty title="No functions">
        <p>Every function in the templates shows up here.</p>
      </Empty>
    )
  return (
    <Browser
      page="functions"
      label="Functions"
      rows={functions.map((each) => ({ id: each.name, title: each.name, note: <Note of={each} /> }))}
      id={id}
      titleOf={(name) => name}
      detail={(name) => {
        const found = functions.find((each) => each.name === name)
        return found ? (
          <FunctionView of={found} latelyMinutes={latelyMinutes} query={query} onChanged={retry} />
        ) : (
          <Empty title={`There is no function ${name}`} />
        )
      }}
    />
  )
}

function Note({ of: { lately, fault, reservedConcurrency } }: { readonly of: FunctionState }) {
  return (
    <>
      {fault && <Tag tone="warning">fails on purpose</Tag>}
      {reservedConcurrency === 0 && <Tag tone="warning">takes nothing</Tag>}
      {lately.throttles > 0 && <Tag tone="warning">{formatCount(lately.throttles)} throttled</Tag>}
      {lately.errors > 0 && <Tag tone="bad">{formatCount(lately.errors)} failed</Tag>}
      {lately.invocations > 0 && formatCount(lately.invocations)}
    </>
  )
}
