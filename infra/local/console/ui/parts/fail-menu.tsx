import { Button, Menu } from '@mantine/core'
import type { Fault } from '../model/consumer.ts'

interface FailMenuProps {
  /** Whose invocations. */
  readonly of: string
  /** What is planned already. */
  readonly fault: Fault | undefined
  readonly disabled: boolean
  readonly onPlan: (fault: Fault) => void
}

/** Has the invocations of a function fail on purpose, or calls that off. */
export function FailMenu({ of, fault, disabled, onPlan }: FailMenuProps) {
  if (fault)
    return (
      <Button
        size="xs"
        disabled={disabled}
        aria-label={`Stop failing ${of}`}
        onClick={() => onPlan({ ...fault, count: 0 })}
      >
        Stop failing
      </Button>
    )
  return (
    <Menu position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button variant="default" size="xs" disabled={disabled} aria-label={`Fail ${of} on purpose`}>
          Fail on purpose …
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Before the work is begun</Menu.Label>
        <Menu.Item onClick={() => onPlan({ count: 1, point: 'before' })}>The next invocation</Menu.Item>
        <Menu.Item onClick={() => onPlan({ count: 3, point: 'before' })}>The next 3 invocations</Menu.Item>
        <Menu.Item onClick={() => onPlan({ count: 'all', point: 'before' })}>All, until stopped</Menu.Item>
        <Menu.Label>After the work is done</Menu.Label>
        <Menu.Item onClick={() => onPlan({ count: 1, point: 'after' })}>The next invocation, done but failed</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
