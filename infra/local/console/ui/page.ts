import type { ComponentType } from 'react'
import type { Route } from './model/route.ts'
import type { Status } from './model/status.ts'
import type { IconName } from './parts/icon.tsx'

export interface PageProps extends Omit<Route, 'page'> {
  readonly status: Status | undefined
}

/** A page of the console: the folder of each exports one from its `page.ts`, and it is loaded when somebody goes there. */
export interface Page {
  /** What its address begins with: `events` for `#/events/…`. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  readonly component: ComponentType<PageProps>
}
