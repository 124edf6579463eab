import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { type EventContract, registrySchemaOf } from '../../schemas/event.ts'
import { Mistake } from '../mistake.ts'
import { breakingChanges } from './schema-changes.ts'
import { canonical, type Json } from './schema-keywords.ts'

/** What is found where a contract and its published schema differ. */
export interface Finding {
  /** The file below the folder of published schemas, e.g. `registrations/EmailVerified.v1.json`. */
  readonly file: string
  readonly kind: 'breaking' | 'compatible' | 'unpublished'
  /** One sentence or two: what and where, and what to do. */
  readonly text: string
}

const PUBLISH = 'npm run schemas -- publish'

/**
 * Compares every declared contract with the file that was published of it, and every published file with what is
 * declared. A file is the whole document that the schema registry holds, envelope and all: what the file says is what
 * whoever reads the registry gets, and references in it lead into the same document.
 */
export function findingsOf(contracts: readonly EventContract[], folder: string): readonly Finding[] {
  const declared = new Set(contracts.map(fileOf))
  const gone = globSync('*/*.json', { cwd: folder })
    .sort()
    .filter((file) => !declared.has(file))
    .map(
      (file): Finding => ({
        file,
        kind: 'breaking',
        text: 'is declared no longer, but archived events of it can still be replayed. Keep the declaration; once the archive holds no such event, delete the published file with it.',
      }),
    )
  return [...contracts.flatMap((contract) => compare(contract, contracts, folder)), ...gone]
}

/**
 * Writes the published schema of each contract that has none, and of each whose changes break nobody. Answers what was
 * found: breaking changes stay as they are.
 */
export function publish(contracts: readonly EventContract[], folder: string): readonly Finding[] {
  const findings = findingsOf(contracts, folder)
  const toWrite = new Set(findings.flatMap(({ file, kind }) => (kind === 'breaking' ? [] : [file])))
  for (const contract of contracts) {
    const path = join(folder, fileOf(contract))
    if (!toWrite.has(fileOf(contract))) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${JSON.stringify(registrySchemaOf(contract), null, 2)}\n`)
  }
  return findings
}

const fileOf = ({ context, name, version }: EventContract): string => join(context, `${name}.v${version}.json`)

function compare(contract: EventContract, contracts: readonly EventContract[], folder: string): readonly Finding[] {
  const file = fileOf(contract)
  if (!existsSync(join(folder, file)))
    return [{ file, kind: 'unpublished', text: `is not published yet. ${PUBLISH} writes it; commit that.` }]
  const before = readSchema(join(folder, file))
  const after = z.json().parse(JSON.parse(JSON.stringify(registrySchemaOf(contract))))
  const changes = breakingChanges(before, after)
  if (changes.length > 0)
    return changes.map(({ path, what, remedy }) => ({
      file,
      kind: 'breaking',
      text: `${path} ${what}. ${capital(remedy)}, or declare ${nextVersionOf(contract, contracts)}.`,
    }))
  if (canonical(before) === canonical(after)) return []
  return [{ file, kind: 'compatible', text: `has changed and breaks nobody. ${PUBLISH} takes it over; commit that.` }]
}

function nextVersionOf({ name, context, version }: EventContract, contracts: readonly EventContract[]): string {
  const versions = contracts.filter((other) => other.name === name && other.context === context)
  const next = Math.max(...versions.map((other) => other.version)) + 1
  return `\`version: ${next}\` of ${name} beside version ${version}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function readSchema(path: string): Json {
  try {
    return z.json().parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new Mistake(`The published schema ${basename(path)} is not valid JSON: restore it from git.`)
  }
}
