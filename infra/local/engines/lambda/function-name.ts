/** Of `name`, `name:alias`, or an ARN, whole or partial, with or without an alias or version. */
export function functionNameIn(functionArnOrName: string): string {
  const parts = functionArnOrName.split(':')
  return parts[parts.indexOf('function') + 1] ?? functionArnOrName
}
