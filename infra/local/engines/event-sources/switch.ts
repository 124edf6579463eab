import type { Reader } from './mapping.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export type State = 'Enabled' | 'Enabling' | 'Disabled' | 'Disabling'

/** A reader that is switched on and off while the cloud runs. */
export interface Switch {
  /** Begins to read, or begins nothing more and lets what runs end; `state` tells when that is so. */
  readonly set: (isOn: boolean) => void
  readonly state: () => State
  readonly stop: () => Promise<void>
}

/** `create` is called at once, and throws for what cannot be read; each time it is switched on, another reader reads. */
export function switchOf(create: () => Reader): Switch {
  let reader = create()
  let wanted = false
  let isOn = false
  let isChanging = false
  let isStopped = false

  async function change(): Promise<void> {
    if (isChanging) return
    isChanging = true
    // Whoever switches is told of the transition first.
    await Promise.resolve()
    while (isOn !== wanted && !isStopped) {
      isOn = wanted
      if (isOn) reader.start()
      else {
        await reader.drain()
        if (!isStopped) reader = create()
      }
    }
    isChanging = false
  }

  return {
    set(next) {
      if (next === wanted) return
      wanted = next
      void change()
    },
    state: () => (isChanging ? (wanted ? 'Enabling' : 'Disabling') : isOn ? 'Enabled' : 'Disabled'),
    async stop() {
      isStopped = true
      await reader.stop()
    },
  }
}
