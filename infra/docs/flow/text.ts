import type { FlowNode } from './graph.ts'

// Average widths of a character in CSS pixels, in the fonts and sizes that the style sheet sets. All characters of a
// label are equally wide.
const LABEL = 7.5
const NOTE = 5.8

/** How wide the text of a node is, in CSS pixels. */
export const widthOf = ({ label, note }: FlowNode): number =>
  Math.ceil(Math.max(label.length * LABEL, note.length * NOTE))
