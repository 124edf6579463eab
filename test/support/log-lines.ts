import { onTestFinished, vi } from 'vitest'

/** Keeps what is written to the standard streams, until the end of the test, off the terminal; answers it as one text. */
export function captureLog(): () => string {
  const written: string[] = []
  const keep = (chunk: string | Uint8Array): boolean => {
    written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    return true
  }
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep))
  onTestFinished(() => spies.forEach((spy) => void spy.mockRestore()))
  return () => written.join('')
}
