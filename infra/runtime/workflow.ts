import type { EventContract } from '../../schemas/event.ts'

/** What a workflow is, in data: everything but its tasks and how they follow each other. */
export interface WorkflowDeclaration<Emits extends readonly EventContract[] = readonly EventContract[]> {
  /** One sentence: its job. */
  readonly does: string
  /** It puts these events on the bus and no others. */
  readonly emits: Emits
}

/** Keeps the exact types of its events. */
export function defineWorkflow<const Emits extends readonly EventContract[]>(
  workflow: WorkflowDeclaration<Emits>,
): WorkflowDeclaration<Emits> {
  return workflow
}
