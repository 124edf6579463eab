import type { Server } from 'node:net'
import * as z from 'zod'

const Address = z.object({ port: z.number() })

/** Listens on a free port of 127.0.0.1 and tells which. */
export async function listenOnFreePort(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return Address.parse(server.address()).port
}
