import { useLive } from '../live/use-live.ts'
import { goInstead } from '../live/use-route.ts'
import { counted } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { idOf, nameOf, Users } from '../model/user.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { FilterInput } from '../parts/filter-input.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { UserRow } from './user-row.tsx'
import { UserView } from './user-view.tsx'

// Users also come and change without an event or a mail.
const USERS = { topics: ['events', 'emails'], everyMs: 2000, parse: (json: unknown) => Users.parse(json) } as const

/** Who has an account: the users of all pools, the newest first. */
export function UsersPage({ id, query, status }: PageProps) {
  const { search = '' } = query
  const { data, failed, retry } = useLive(`users?${new URLSearchParams({ search })}`, USERS)
  if (!data) return failed ? <Failed what="users" retry={retry} /> : <Loading what="users" />
  const { pools, users, more } = data
  if (pools.every(({ userCount }) => userCount === 0) && id === undefined)
    return <NoUsers data={data} status={status} />
  const titleOf = (wanted: string) => {
    const found = users.find((user) => idOf(user) === wanted)
    return found ? nameOf(found) : wanted.slice(wanted.indexOf('/') + 1)
  }
  return (
    <Browser
      page="users"
      label="Users"
      query={{ search }}
      head={
        <>
          <FilterInput
            label="Address, name or id"
            value={search}
            onChange={(text) => goInstead(linkTo('users', undefined, { search: text }))}
          />
          <p aria-live="polite">
            {more ? `The newest ${counted(users.length, 'user')}` : counted(users.length, 'user')}
            {search !== '' && ' found'}
          </p>
        </>
      }
      rows={users.map((user) => ({
        id: idOf(user),
        title: <UserRow user={user} />,
        ...(pools.length > 1 ? { group: pools.find((pool) => pool.id === user.poolId)?.name ?? user.poolId } : {}),
      }))}
      id={id}
      titleOf={titleOf}
      detail={(wanted) => (
        <UserView
          id={wanted}
          pool={pools.find(({ id }) => wanted.startsWith(`${id}/`))?.name}
          onChanged={retry}
          onDeleted={() => {
            retry()
            goInstead(linkTo('users', undefined, { search }))
          }}
        />
      )}
    />
  )
}

function NoUsers({ data: { pools }, status }: { readonly data: Users; readonly status: PageProps['status'] }) {
  if (pools.length === 0)
    return (
      <Empty title="No user pools">
        <p>Every user pool in the templates shows up here, with its users.</p>
      </Empty>
    )
  return (
    <Empty title="No users yet">
      <p>
        Whoever signs up
        {status && (
          <>
            {' '}
            on <a href={status.siteUrl}>the site</a>
          </>
        )}{' '}
        shows up here, and whom <code>aws cognito-idp admin-create-user</code> creates. User pools:{' '}
        {pools.map(({ name, id }) => `${name} (${id})`).join(', ')}.
      </p>
    </Empty>
  )
}
