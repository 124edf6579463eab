export type StatusLine = ReturnType<typeof statusLine>

/** One line that says how far something is, written over again and again. Only a terminal gets to see it. */
export function statusLine() {
  const { isTTY, columns } = process.stdout
  return {
    show(text: string): void {
      if (isTTY) process.stdout.write(`\r\x1b[K${text.slice(0, (columns || 80) - 1)}`)
    },
    /** Takes it away. */
    end(): void {
      if (isTTY) process.stdout.write('\r\x1b[K')
    },
  }
}
