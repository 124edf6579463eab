import { useEffect, useState } from 'react'
import type { Upload } from '../../../schemas/meetups.ts'
import { upload } from './picture.ts'

type State = 'none' | 'sending' | 'sent' | 'failed'

export interface Uploading {
  readonly state: State
  /** Which part of it is there, from 0 to 1. */
  readonly part: number
  readonly retry: () => void
}

/** Uploads a file at once. `renew`: asks for another place to put it, because each is open for a minute only. */
export function useUpload(
  file: File | undefined,
  first: Upload | undefined,
  renew: () => Promise<Upload | undefined>,
): Uploading {
  const [to, setTo] = useState(first)
  const [state, setState] = useState<State>(file && first ? 'sending' : 'none')
  const [part, setPart] = useState(0)

  useEffect(() => {
    if (state !== 'sending' || !file || !to) return
    const end = new AbortController()
    upload(file, to, setPart, end.signal).then((isSent) => !end.signal.aborted && setState(isSent ? 'sent' : 'failed'))
    // Whoever leaves now is asked whether they mean it.
    window.addEventListener('beforeunload', (event) => event.preventDefault(), { signal: end.signal })
    return () => end.abort()
  }, [file, to, state])

  const retry = async () => {
    setPart(0)
    const next = await renew()
    setTo(next)
    setState(next ? 'sending' : 'failed')
  }
  return { state, part, retry }
}
