/** The page of a meetup. */
export const hrefOf = (meetupId: string): string => `/meetup.html?${new URLSearchParams({ id: meetupId })}`

/** `search`: the query of that page. */
export const idIn = (search: string): string => new URLSearchParams(search).get('id') ?? ''
