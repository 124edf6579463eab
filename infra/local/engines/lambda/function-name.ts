/** Of `name`, `name:alias`, or an ARN, whole or partial, with or without an alias or version. */
export function functionNameIn(functionArnOrName: string): string {
  const parts = functionArnOrName.split(':')
  return parts[parts.indexOf('function') + 1] ?? functionArnOrName
}

/** The access key id that a function signs its calls with. DynamoDB Local takes letters and digits only. */
export const accessKeyOf = (functionName: string): string => functionName.replace(/[^A-Za-z0-9]/g, '')
