import { once } from 'node:events'
import { createServer } from 'node:net'

// Below those that systems give to whoever asks for any port (from 32768 on Linux, from 49152 elsewhere): Java takes half a
// second to begin to listen, and meanwhile nobody else shall be given the same.
const FIRST = 20_000
const COUNT = 12_000
const STEP = 101

let asked = 0

/** A port on which nobody listens, and which no other process of ours would come upon at the same time. */
export async function nextFreePort(): Promise<number> {
  for (;;) {
    const port = FIRST + ((process.pid + STEP * asked++) % COUNT)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '0.0.0.0')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
