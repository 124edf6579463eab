import { readdirSync, readFileSync } from 'node:fs'

const PAGE_BYTES = 4096
/** Of the clock that the kernel counts processor time by. */
const TICK_MS = 10

interface Process {
  readonly pid: number
  readonly parent: number
  readonly bytes: number
  /** Of the processor, as the program and as the kernel for it. */
  readonly ticks: number
}

/** Resident memory of a process and everything below it, in MiB; 0 once it is gone. Linux only. */
const memoryMiB = (root: number): number => treeOf(root).reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20

/** Processor time that a process and everything below it has taken so far, in milliseconds. Linux only. */
export const processorMs = (root: number): number => treeOf(root).reduce((sum, { ticks }) => sum + ticks, 0) * TICK_MS

function treeOf(root: number): readonly Process[] {
  const all = readdirSync('/proc')
    .flatMap((name) => (/^\d+$/.test(name) ? [stat(Number(name))] : []))
    .filter((p) => p !== undefined)
  const mine = new Set([root])
  for (let size = 0; size !== mine.size; ) {
    size = mine.size
    for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid)
  }
  return all.filter(({ pid }) => mine.has(pid))
}

function stat(pid: number): Process | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return { pid, parent: Number(fields[1]), bytes: Number(fields[21]) * PAGE_BYTES, ticks }
  } catch {
    return undefined
  }
}

/** Samples a tree's memory every 100 ms until stopped; answers the peak in MiB. */
export function watchMemory(root: number): () => number {
  let peak = 0
  const sample = () => {
    peak = Math.max(peak, memoryMiB(root))
  }
  const timer = setInterval(sample, 100)
  return () => {
    sample()
    clearInterval(timer)
    return Math.round(peak)
  }
}
