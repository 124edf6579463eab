import { createElement, Fragment, type ReactNode } from 'react'
import type { EventContract } from '../../../schemas/event.ts'
import { versionedNameOf } from '../../../schemas/event.ts'
import type { Emitter } from '../../contracts.ts'
import type { Field } from '../fields.ts'
import { linkTo } from '../links.ts'
import styles from './parts.module.css'

/** A program's words, or data; `title` says what it is. */
export const Code = ({ title, children }: { readonly title: string; readonly children: string }) => (
  <figure className={styles.code} data-code>
    <figcaption>{title}</figcaption>
    <pre>
      <code>{children}</code>
    </pre>
  </figure>
)

export const Json = ({ title, value }: { readonly title: string; readonly value: unknown }) => (
  <Code title={title}>{JSON.stringify(value, null, 2)}</Code>
)

/** A sentence, in which what is between backticks is a program's word. */
export const Text = ({ children }: { readonly children: string }) =>
  createElement(
    Fragment,
    null,
    ...children.split('`').map((part, index) => (index % 2 === 1 ? createElement('code', null, part) : part)),
  )

/** Facts in pairs, each what it is about and what is the case. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [about: string, fact: ReactNode])[] }) => (
  <dl className={styles.facts}>
    {facts.map(([about, fact]) => (
      <div key={about}>
        <dt>{about}</dt>
        <dd>{fact}</dd>
      </div>
    ))}
  </dl>
)

export const Fields = ({ fields }: { readonly fields: readonly Field[] }) => (
  <dl className={styles.fields}>
    {fields.map(({ path, isRequired, type, notes }) => (
      <div key={path}>
        <dt>
          <code>{path}</code>
        </dt>
        <dd>
          {type}
          {!isRequired && <span className={styles.optional}>optional</span>}
          {notes.length > 0 && (
            <span className={styles.notes}>
              <Text>{sentences(notes)}</Text>
            </span>
          )}
        </dd>
      </div>
    ))}
  </dl>
)

const sentences = (notes: readonly string[]): string =>
  notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1).replace(/\.$/, '')}.`).join(' ')

/** Links, with commas between them; a dash if there are none. */
export const Links = ({ links }: { readonly links: readonly { readonly href: string; readonly label: string }[] }) =>
  links.length === 0
    ? '–'
    : links.map(({ href, label }, index) => (
        <span key={href}>
          {index > 0 && ', '}
          <a href={href}>{label}</a>
        </span>
      ))

export const EventLinks = ({ events }: { readonly events: readonly EventContract[] }) => (
  <Links links={events.map((event) => ({ href: linkTo.event(event), label: versionedNameOf(event) }))} />
)

export const EmitterLinks = ({ emitters }: { readonly emitters: readonly Emitter[] }) => (
  <Links links={emitters.map((emitter) => ({ href: linkTo.emitter(emitter), label: emitter.title }))} />
)

/** One thing of a reference, which links and searches find: `id` is its anchor, `terms` the words that it is found by. */
export const Entry = ({ id, terms, children }: EntryProps) => (
  <article className={styles.entry} id={id} data-terms={terms.join(' ').toLowerCase()}>
    {children}
  </article>
)

interface EntryProps {
  readonly id: string
  readonly terms: readonly string[]
  readonly children: ReactNode
}

/** A reference: beside it what is in it, and where JavaScript runs a field that searches it. */
export const Reference = ({ title, groups, children }: ReferenceProps) => (
  <div className={styles.reference}>
    <aside className={styles.contents}>
      <p className={styles.search} data-search hidden>
        <label htmlFor="search">Search {title}</label>
        <input id="search" type="search" autoComplete="off" spellCheck={false} />
        <span role="status" />
      </p>
      <nav aria-label={`All ${title}`}>
        {groups.map(({ name, entries }) => (
          <section key={name} data-group>
            <h2>{name.replaceAll('-', ' ')}</h2>
            <ul>
              {entries.map(({ id, label }) => (
                <li key={id} data-for={id}>
                  <a href={`#${id}`}>{label}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
    </aside>
    <div className={styles.entries}>{children}</div>
  </div>
)

interface ReferenceProps {
  /** What is in it, in the plural. */
  readonly title: string
  readonly groups: readonly {
    readonly name: string
    readonly entries: readonly { readonly id: string; readonly label: ReactNode }[]
  }[]
  readonly children: ReactNode
}
