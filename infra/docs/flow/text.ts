// Average widths of a character in CSS pixels, in the fonts and sizes that the style sheet sets. All characters of a
// label are equally wide.
const LABEL = 7.5
const NOTE = 5.8

interface Written {
  /** A label in one or two lines. */
  readonly lines: readonly string[]
  readonly note: string
}

/** How wide the text of a node is, in CSS pixels. */
export const widthOf = ({ lines, note }: Written): number =>
  Math.ceil(Math.max(...lines.map(({ length }) => length * LABEL), note.length * NOTE))

/** Breaks a label in two where a word of it, or a part of a path, begins: so that the longer line is as short as can be. */
export function inTwo(label: string): readonly string[] {
  const parts = label.split(/(?<= |-)|(?=\/)|(?<=[a-z0-9])(?=[A-Z])/)
  const ways = parts.slice(1).map((_, index) => {
    const first = parts.slice(0, index + 1).join('')
    return [first.trimEnd(), label.slice(first.length)]
  })
  const lengthOf = (lines: readonly string[]) => Math.max(...lines.map(({ length }) => length))
  return ways.reduce<readonly string[]>((best, way) => (lengthOf(way) < lengthOf(best) ? way : best), [label])
}
