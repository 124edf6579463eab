import { DEFAULT_BUS } from '../engines/eventbridge/arns.ts'
import type { EventBridge } from '../engines/eventbridge/index.ts'

/**
 * Tells what people call a rule, function or table: what belongs to an app begins with the name of its bus
 * (`ensemble-dev-check-banner` on a machine with the bus `ensemble-dev`), which says nothing where there is one app.
 */
export function shortNames({ subscriptions }: Pick<EventBridge, 'subscriptions'>): (name: string) => string {
  const buses = new Set(subscriptions.all().map(({ bus }) => bus))
  buses.delete(DEFAULT_BUS)
  return (name) => {
    const bus = [...buses].find((each) => name.startsWith(`${each}-`))
    return bus === undefined ? name : name.slice(bus.length + 1)
  }
}
