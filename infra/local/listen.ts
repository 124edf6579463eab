import { createServer, type RequestListener, type Server } from 'node:http'
import * as z from 'zod'
import { Mistake } from '../mistake.ts'

/** A port that is held from the start; what it answers is set once everything behind it stands. */
export interface Listener {
  readonly port: number
  readonly serve: (handler: RequestListener) => void
  readonly close: () => Promise<void>
}

const starting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end('Starting; one moment, please.\n')
}

/** Listens on 127.0.0.1. Throws `Mistake` if the port is taken; `option` is how to choose another. */
export async function listen(port: number, option: string): Promise<Listener> {
  let handler = starting
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => handler(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(toProblem(error, port, option)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: portOf(server),
    serve: (next) => {
      handler = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function toProblem(error: Error, port: number, option: string): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new Mistake(`Port ${port} is in use; stop what uses it or choose another with ${option} N.`)
  if (code === 'EACCES')
    return new Mistake(`Port ${port} may not be used by you; choose one above 1023 with ${option} N.`)
  return error
}

const portOf = (server: Server): number => z.object({ port: z.number() }).parse(server.address()).port
