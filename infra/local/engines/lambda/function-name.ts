/** `name` and `qualifier`, an alias or a version, of `name`, `name:alias`, or an ARN, whole or partial. */
function partsOf(functionArnOrName: string): { readonly name: string; readonly qualifier: string | undefined } {
  const parts = functionArnOrName.split(':')
  const [name = functionArnOrName, qualifier] = parts.slice(parts.indexOf('function') + 1)
  return { name, qualifier }
}

/** The bare name. */
export const functionNameIn = (functionArnOrName: string): string => partsOf(functionArnOrName).name

/** The alias or version; `undefined` for the latest. */
export const qualifierIn = (functionArnOrName: string): string | undefined => partsOf(functionArnOrName).qualifier

/** The access key id that a function signs its calls with. DynamoDB Local takes letters and digits only. */
export const accessKeyOf = (functionName: string): string => functionName.replace(/[^A-Za-z0-9]/g, '')
