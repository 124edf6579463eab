import { Problem } from './problem.ts'

/**
 * Asks the console's API to do something. Answers what it answers; rejects with an error whose message is a sentence for
 * people.
 */
export async function post(path: string, body: unknown = {}): Promise<unknown> {
  const response = await fetch(`/_console/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error('The local cloud does not answer. Is it running?')
  })
  if (response.status === 204) return undefined
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer
  throw new Error(Problem.safeParse(answer).data?.detail ?? `The console answered ${response.status}`)
}
