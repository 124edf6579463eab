import type { HistoryEvent } from './store.ts'

/** What is left out of an event's details when nobody wants to see data. */
const DATA = new Set(['input', 'inputDetails', 'output', 'outputDetails', 'parameters', 'cause', 'error'])

/**
 * An event as GetExecutionHistory answers it.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function eventOf({ id, previousId, at, type, details }: HistoryEvent, withData: boolean) {
  const shown = withData ? details : Object.fromEntries(Object.entries(details).filter(([name]) => !DATA.has(name)))
  const isDetailed = Object.keys(details).length > 0 || /^Execution(Failed|Aborted|TimedOut)$/.test(type)
  return {
    timestamp: at / 1000,
    type,
    id,
    previousEventId: previousId,
    ...(isDetailed ? { [detailsNameOf(type)]: shown } : {}),
  }
}

function detailsNameOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails'
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails'
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
}
