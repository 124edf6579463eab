export type StatusLine = ReturnType<typeof statusLine>

/**
 * One line that says how far something is. On a terminal it is written over again and again; elsewhere only the first
 * text is printed, and nothing is repeated.
 */
export function statusLine(first: string) {
  const { isTTY, columns = 80 } = process.stdout
  console.log(first)
  return {
    show(text: string): void {
      if (isTTY) process.stdout.write(`\r\x1b[K${text.slice(0, columns - 1)}`)
    },
    /** Leaves the line for good. */
    end(): void {
      if (isTTY) process.stdout.write('\r\x1b[K')
    },
  }
}
