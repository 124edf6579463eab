import { namesOf } from '../names.ts'

/** An environment variable that the infrastructure sets; throws if it did not. */
export function variable(name: string): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`The environment variable ${name} is not set: the infrastructure must give it to this function`)
  return value
}

/** The names of this stage's resources. */
export const names = namesOf(variable('STAGE'))
