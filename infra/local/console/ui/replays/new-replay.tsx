import { Button, Checkbox, MultiSelect, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import * as z from 'zod/mini'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { usePlan } from '../live/use-plan.ts'
import { go } from '../live/use-route.ts'
import type { Wish } from '../model/replay.ts'
import { linkTo, type Route } from '../model/route.ts'
import { Problem } from '../parts/problem.tsx'
import styles from './new-replay.module.css'
import { PlanView } from './plan-view.tsx'

interface NewReplayProps {
  readonly archives: readonly string[]
  readonly consumers: readonly string[]
  /** What is chosen already: `place` of an event, a `rule`, a `rerun`. */
  readonly query: Route['query']
  readonly onStarted: () => void
}

const Started = z.object({ name: z.string() })

/** Chooses what is replayed to whom, says what that will do, and starts it. */
export function NewReplay({ archives, consumers, query, onStarted }: NewReplayProps) {
  const place = query.place === undefined ? undefined : Number(query.place)
  const [archive, setArchive] = useState(archives[0])
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [names, setNames] = useState<string[]>([])
  const [rules, setRules] = useState(query.rule === undefined ? [] : [query.rule])
  const [rerun, setRerun] = useState(query.rerun !== undefined)
  const wish: Wish = {
    ...(place === undefined ? { ...(archive === undefined ? {} : { archive }), ...times(from, to) } : { place }),
    names,
    rules,
    rerun,
  }
  const { plan, problem } = usePlan(wish)
  const all = usePlan({ ...wish, names: [], rules: [], rerun: false })
  const action = useAction()
  const start = () =>
    action.run(async () => {
      const { name } = Started.parse(await post('replays', wish))
      onStarted()
      go(linkTo('replays', name))
    })

  return (
    <section className={styles.new} aria-label="A new replay">
      {place === undefined ? (
        <div className={styles.fields}>
          {archives.length > 1 && (
            <Select
              size="xs"
              label="Archive"
              data={[...archives]}
              value={archive ?? null}
              onChange={(value) => setArchive(value ?? archives[0])}
              allowDeselect={false}
            />
          )}
          <Time label="From" value={from} onChange={setFrom} />
          <Time label="To" value={to} onChange={setTo} />
          <MultiSelect
            size="xs"
            label="Events"
            placeholder={names.length === 0 ? 'all' : ''}
            data={all.plan?.names.map(({ name }) => name) ?? []}
            value={names}
            onChange={setNames}
            clearable
          />
          <Consumers {...{ consumers, rules, setRules }} />
        </div>
      ) : (
        <div className={styles.fields}>
          <p className={styles.one}>
            This one event <a href={linkTo('replays')}>Choose others instead</a>
          </p>
          <Consumers {...{ consumers, rules, setRules }} />
        </div>
      )}
      <Checkbox
        size="xs"
        label="Rerun: have it done again, whatever has been done before"
        checked={rerun}
        onChange={({ currentTarget }) => setRerun(currentTarget.checked)}
      />
      <div aria-live="polite">
        {plan && <PlanView plan={plan} rerun={rerun} />}
        {problem !== undefined && <p className={styles.problem}>{problem}</p>}
      </div>
      <p className={styles.start}>
        <Button size="xs" disabled={!plan || plan.names.length === 0} loading={action.busy} onClick={start}>
          {rerun ? 'Start the rerun' : 'Start the replay'}
        </Button>
        <Problem text={action.problem} />
      </p>
    </section>
  )
}

interface ConsumersProps {
  readonly consumers: readonly string[]
  readonly rules: string[]
  readonly setRules: (rules: string[]) => void
}

const Consumers = ({ consumers, rules, setRules }: ConsumersProps) => (
  <MultiSelect
    size="xs"
    label="Consumers"
    placeholder={rules.length === 0 ? 'all' : ''}
    data={[...consumers]}
    value={rules}
    onChange={setRules}
    clearable
  />
)

interface TimeProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

const Time = ({ label, value, onChange }: TimeProps) => (
  <TextInput
    size="xs"
    type="datetime-local"
    step={1}
    label={label}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
)

/** Local times, as a field has them, in epoch seconds. */
function times(from: string, to: string): Pick<Wish, 'from' | 'to'> {
  const seconds = (text: string) => Math.floor(Date.parse(text) / 1000)
  return { ...(from ? { from: seconds(from) } : {}), ...(to ? { to: seconds(to) } : {}) }
}
