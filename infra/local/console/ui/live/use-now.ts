import { useEffect, useState } from 'react'

const EVERY_MS = 500

/** The present, in milliseconds since the epoch, as long as it matters. */
export function useNow(matters: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!matters) return
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS)
    return () => clearInterval(timer)
  }, [matters])
  return now
}
