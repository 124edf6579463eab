/**
 * IP addresses as hexadecimal text: eight digits for version 4, thirty-two for version 6, so that addresses of one
 * version compare as strings do.
 */
export type Address = string

export interface AddressRange {
  readonly first: Address
  readonly last: Address
}

const V4 = /^\d+\.\d+\.\d+\.\d+$/
const V6 = /^[\da-fA-F]*:[\da-fA-F:]*$/

/** The address that a text spells, in any notation; undefined if the text is something else. */
export function parseAddress(text: string): Address | undefined {
  if (V4.test(text)) return parseV4(text)
  if (V6.test(text)) return parseV6(text)
  return undefined
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.').map(Number)
  // Leading zeros are decimal here, not octal; the engine takes no more than fifteen characters.
  if (text.length > 15 || parts.some((part) => part > 255)) return undefined
  return parts.map((part) => hex(part, 2)).join('')
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  // "::" stands for one group at least.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail].map((group) => parseInt(`0${group}`, 16))
  if ([...head, ...tail].includes('') || groups.some((group) => group > 0xffff)) return undefined
  const address = groups.map((group) => hex(group, 4)).join('')
  return address.startsWith(MAPPED_V4) ? address.slice(MAPPED_V4.length) : address
}

/** ::ffff:a.b.c.d is the version 4 address a.b.c.d. */
const MAPPED_V4 = '00000000000000000000ffff'

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** Parses a block like 10.0.0.0/8; host bits do not matter. Throws a plain Error that says what is wrong. */
export function parseCidr(text: string): AddressRange {
  // Slashes at the very end are not counted.
  const [ip = '', mask, ...more] = text.replace(/\/+$/, '').split('/')
  if (mask === undefined || more.length > 0) throw new Error("Malformed CIDR, one '/' required")
  if (!V4.test(ip) && !V6.test(ip)) throw new Error(`Nonstandard IP address: ${ip}`)
  const address = parseAddress(ip)
  if (address === undefined) throw new Error(`Invalid IP address: ${ip}`)
  const bits = parseMask(mask)
  const width = address.length * 4
  if (bits >= width) throw new Error(width === 32 ? 'IPv4 mask bits must be < 32' : 'IPv6 mask bits must be < 128')
  const hostBits = (1n << BigInt(width - bits)) - 1n
  const value = BigInt(`0x${address}`)
  const last = value | hostBits
  return { first: hexBig(last - hostBits, address.length), last: hexBig(last, address.length) }
}

function parseMask(mask: string): number {
  const bits = Number(mask)
  if (!/^[+-]?\d+$/.test(mask) || Math.abs(bits) >= 2 ** 31)
    throw new Error('Malformed CIDR, mask bits must be an integer')
  if (bits < 0) throw new Error('Malformed CIDR, mask bits must not be negative')
  return bits
}

const hexBig = (value: bigint, digits: number): string => value.toString(16).padStart(digits, '0')

/** Does a text spell an address within the range? */
export function inRange(range: AddressRange, text: string): boolean {
  const address = parseAddress(text)
  return address?.length === range.first.length && address >= range.first && address <= range.last
}
