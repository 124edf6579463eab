import type { SqsQueue } from '../fauxqs.ts'

export interface Watch {
  /** Calls `wake` whenever a message may have become visible, at once if one is. Returns how to stop it. */
  readonly subscribe: (wake: () => void) => () => void
  /** To be called after deadlines were changed behind the queue's back. */
  readonly refresh: () => void
  readonly close: () => void
}

/**
 * Tells when something may be received from a queue, without polling: it listens to what is done to the queue and keeps
 * one timer for the next message whose delay or visibility timeout ends. Times are fauxqs's: the wall clock's.
 */
export function watch(queue: SqsQueue): Watch {
  const wakes = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let isWaking = false

  // Later in the same turn of the event loop, so that messages sent together are found together.
  function wake(): void {
    if (isWaking || wakes.size === 0) return
    isWaking = true
    queueMicrotask(() => {
      isWaking = false
      for (const each of [...wakes]) each()
    })
  }

  function expect(dueAt: number): void {
    if (dueAt >= timerAt) return
    clearTimeout(timer)
    timerAt = dueAt
    timer = setTimeout(onDue, Math.max(0, dueAt - Date.now())).unref()
  }

  function onDue(): void {
    timerAt = Number.POSITIVE_INFINITY
    queue.processTimers()
    refresh()
  }

  function refresh(): void {
    expect(nextDue(queue))
    if (hasVisible(queue)) wake()
  }

  const { enqueue, dequeue, changeVisibility, deleteMessage } = queue
  queue.enqueue = (message) => {
    enqueue.call(queue, message)
    if (message.delayUntil === undefined) wake()
    else expect(message.delayUntil)
  }
  queue.dequeue = (max, seconds, resolve) => {
    const messages = dequeue.call(queue, max, seconds, resolve)
    if (messages.length > 0) expect(Date.now() + (seconds ?? Number(queue.attributes.VisibilityTimeout)) * 1000)
    return messages
  }
  queue.changeVisibility = (receiptHandle, seconds) => {
    changeVisibility.call(queue, receiptHandle, seconds)
    if (seconds === 0) wake()
    else expect(Date.now() + seconds * 1000)
  }
  queue.deleteMessage = (receiptHandle) => {
    const isDeleted = deleteMessage.call(queue, receiptHandle)
    // The next one of its group may be received now.
    if (isDeleted && queue.isFifo()) wake()
    return isDeleted
  }

  return {
    subscribe(each) {
      wakes.add(each)
      refresh()
      return () => wakes.delete(each)
    },
    refresh,
    close() {
      clearTimeout(timer)
      wakes.clear()
    },
  }
}

function nextDue(queue: SqsQueue): number {
  let dueAt = Number.POSITIVE_INFINITY
  for (const { visibilityDeadline } of queue.inflightMessages.values()) dueAt = Math.min(dueAt, visibilityDeadline)
  for (const { delayUntil = 0 } of queue.delayedMessages) dueAt = Math.min(dueAt, delayUntil)
  for (const group of queue.fifoDelayed.values())
    for (const { delayUntil = 0 } of group) dueAt = Math.min(dueAt, delayUntil)
  return dueAt
}

const hasVisible = (queue: SqsQueue): boolean =>
  queue.messages.length > 0 ||
  [...queue.fifoMessages].some(([group, messages]) => messages.length > 0 && !queue.fifoLockedGroups.has(group))
