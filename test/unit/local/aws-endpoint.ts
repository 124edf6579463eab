import { onTestFinished } from 'vitest'
import type { Engine } from '../../../infra/local/engines/engine.ts'
import { createGateway } from '../../../infra/local/gateway.ts'
import { listen } from '../../../infra/local/listen.ts'
import { clientConfig } from '../../support/client-config.ts'

/** Serves an engine on a port of its own until the test ends; answers how an SDK client reaches it. */
export async function awsEndpoint(engine: Engine) {
  const { port, serve, close } = await listen(0, '--aws-port')
  onTestFinished(close)
  serve(
    createGateway([engine], (message) => {
      throw new Error(message)
    }),
  )
  return { ...clientConfig(`http://127.0.0.1:${port}`), maxAttempts: 1 }
}
