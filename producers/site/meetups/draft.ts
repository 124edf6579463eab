import * as z from 'zod'

/** What is typed so far in the form of a new meetup, by the names of its inputs. */
export type Draft = Readonly<Record<string, string | undefined>>

const KEY = 'ensemble.new-meetup'
const Kept = z.record(z.string(), z.string())

/** Keeps a draft in this tab: who must log in again first, or comes back, finds it. */
export function rememberDraft(draft: Draft): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Then it is gone with the page.
  }
}

/** What was typed before; nothing, if nothing was. */
export function rememberedDraft(): Draft {
  try {
    return Kept.parse(JSON.parse(sessionStorage.getItem(KEY) ?? '{}'))
  } catch {
    return {}
  }
}

/** To be called once it is published. */
export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was remembered.
  }
}
