import { Problem } from '../../../schemas/service.ts'
import type { Answer } from './call.ts'
import { type FieldErrors, fieldErrorsOf } from './field-errors.ts'

/** Something that a person can only wait out, try again, or do elsewhere. */
export interface Trouble {
  readonly title: string
  readonly text: string
  readonly links?: readonly { readonly href: string; readonly text: string }[]
}

/** Why a form was not taken: what to correct in it, or what is in its way. */
export interface Failure {
  readonly errors?: FieldErrors
  readonly trouble?: Trouble
}

/** What an answer that is no success means for the person at a form with these fields. */
export function failureOf(answer: Answer, fields: readonly string[]): Failure {
  const problem = Problem.safeParse(answer.body).data
  const errors = problem ? fieldErrorsOf(problem, fields) : {}
  return Object.keys(errors).length > 0 ? { errors } : { trouble: troubleOf(answer) }
}

/** The same where there is nothing to correct. Why the server failed is nothing to tell; why it refused is. */
export function troubleOf(answer: Answer): Trouble {
  const { status, body, retryAfter } = answer
  if (status === 0) return unreachable()
  if (status === 429 && retryAfter !== undefined) {
    return { title: 'Too many attempts', text: `Please try again ${inWords(retryAfter)}.` }
  }
  if (status === 429 || status === 503) {
    return { title: 'We are busy right now', text: `Please try again ${inWords(retryAfter)}.` }
  }
  const problem = Problem.safeParse(body).data
  const text = status < 500 && problem?.detail ? sentence(problem.detail) : 'Please try again.'
  return { title: 'That did not work', text }
}

const unreachable = (): Trouble =>
  navigator.onLine === false
    ? { title: 'You are offline', text: 'Try again once you have a connection; nothing is done twice.' }
    : {
        title: 'We could not reach the server',
        text: 'Check your connection and try again; nothing is done twice.',
      }

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** When to come back: `retryAfter` in seconds (RFC 9110, 10.2.3; the other form, a date, is not used here). */
export function inWords(retryAfter = ''): string {
  const seconds = /^[1-9]\d{0,5}$/.test(retryAfter) ? Number(retryAfter) : undefined
  if (seconds === undefined) return 'in a moment'
  if (seconds === 1) return 'in a second'
  if (seconds <= 90) return `in ${seconds} seconds`
  if (seconds <= 90 * 60) return `in ${Math.ceil(seconds / 60)} minutes`
  return `in ${Math.ceil(seconds / 3600)} hours`
}
