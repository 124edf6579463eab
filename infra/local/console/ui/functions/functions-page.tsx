import { useLive } from '../live/use-live.ts'
import { formatCount } from '../model/format.ts'
import { type FunctionState, Functions } from '../model/function.ts'
import type { PageProps } from '../page.ts'
import { Resources } from '../parts/resources.tsx'
import { Tag } from '../parts/tag.tsx'
import { FunctionView } from './function-view.tsx'

const FUNCTIONS = { topics: ['events'], everyMs: 2000, parse: (json: unknown) => Functions.parse(json) } as const

/** The functions: how each is, and what it logs. */
export function FunctionsPage({ id, query }: PageProps) {
  const { data, failed, retry } = useLive('functions', FUNCTIONS)
  return (
    <Resources
      kind="function"
      live={{ data: data?.functions, failed, retry }}
      none="Every function in the templates shows up here."
      id={id}
      note={(each) => <Note of={each} />}
      detail={(each) => (
        <FunctionView of={each} latelyMinutes={data?.latelyMinutes ?? 0} query={query} onChanged={retry} />
      )}
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
