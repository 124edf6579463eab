const KEY = 'ensemble.email'

/**
 * Hands an address on from page to page: from the sign-up to its confirmation to the login, in this tab only. In the URL it
 * would end up in logs and histories.
 */
export function rememberAddress(email: string): void {
  try {
    sessionStorage.setItem(KEY, email)
  } catch {
    // Then it is typed once more.
  }
}

/** The address that was handed on, if one was. */
export function rememberedAddress(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

/** To be called once nobody needs it any more. */
export function forgetAddress(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was remembered.
  }
}
