import { Button } from '@mantine/core'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { describeStatus, otherAttributes, pathOf, User } from '../model/user.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Copy } from '../parts/copy.tsx'
import { Facts } from '../parts/facts.tsx'
import { Problem } from '../parts/problem.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { Subscriptions } from '../parts/subscriptions.tsx'
import { Tag } from '../parts/tag.tsx'
import { Sessions } from './sessions.tsx'
import styles from './user-view.module.css'

const USER = { topics: ['events', 'emails'], everyMs: 2000, parse: (json: unknown) => User.parse(json) } as const

interface UserViewProps {
  /** As `idOf` makes it. */
  readonly id: string
  /** The pool's name. */
  readonly pool: string | undefined
  readonly onChanged: () => void
  readonly onDeleted: () => void
}

/** One user: what is known, what can be done, sessions and subscriptions. */
export function UserView({ id, pool, onChanged, onDeleted }: UserViewProps) {
  const { data: user, failed, problem, retry } = useLive(pathOf(id), USER)
  if (failed && problem !== undefined) return <Empty title={problem} />
  if (!user) return failed ? <Failed what="user" retry={retry} /> : <Loading what="the user" />
  const { email, email_verified } = user.attributes
  const changed = () => {
    retry()
    onChanged()
  }
  return (
    <>
      <Actions user={user} onChanged={changed} onDeleted={onDeleted} />
      <Facts
        facts={[
          {
            term: 'Address',
            value:
              email === undefined ? (
                '–'
              ) : (
                <>
                  {email} <Verified isIt={email_verified === 'true'} />
                </>
              ),
          },
          ...otherAttributes(user.attributes),
          { term: 'Id', value: <Id text={user.attributes.sub ?? user.username} /> },
          ...(user.attributes.sub === user.username ? [] : [{ term: 'Username', value: user.username }]),
          { term: 'Pool', value: pool === undefined ? user.poolId : `${pool} (${user.poolId})` },
          { term: 'Created', value: formatFull(user.createdAt) },
          { term: 'Changed', value: formatFull(user.modifiedAt) },
        ]}
      />
      <p className={styles.links}>
        {email !== undefined && <a href={linkTo('inbox', undefined, { to: email })}>Mails to this address</a>}
        <a href={linkTo('events', undefined, { search: user.attributes.sub ?? user.username })}>Events with this id</a>
      </p>
      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        {user.sessions.length > 0 ? (
          <Sessions sessions={user.sessions} />
        ) : (
          <p className={styles.none}>Has not signed in, or not for a long time.</p>
        )}
      </section>
      <section aria-labelledby="subscriptions">
        <h2 id="subscriptions">Subscriptions</h2>
        {user.subscriptions.length > 0 ? (
          <Subscriptions subscriptions={user.subscriptions} withTopic />
        ) : (
          <p className={styles.none}>No topic has a subscription of this address.</p>
        )}
      </section>
    </>
  )
}

interface ActionsProps {
  readonly user: User
  readonly onChanged: () => void
  readonly onDeleted: () => void
}

function Actions({ user, onChanged, onDeleted }: ActionsProps) {
  const { run, busy, problem } = useAction()
  const { label, tone } = describeStatus(user.status)
  const path = pathOf(`${user.poolId}/${user.username}`)
  return (
    <div>
      <div className={styles.actions}>
        <span aria-live="polite">
          <Tag tone={tone}>{label}</Tag>
        </span>
        {!user.enabled && <Tag tone="bad">disabled</Tag>}
        {user.status === 'UNCONFIRMED' && (
          <Button
            size="xs"
            disabled={busy}
            title="Without the code that was mailed, as AdminConfirmSignUp does"
            // A trigger may fail after the user is confirmed.
            onClick={() => run(() => post(`${path}/confirm`).finally(onChanged))}
          >
            Confirm by hand
          </Button>
        )}
        <Confirm
          label="Delete"
          question={`Delete ${user.attributes.email ?? user.username} for good?`}
          disabled={busy}
          onConfirm={() => run(() => post(`${path}/delete`).then(onDeleted))}
        />
      </div>
      <Problem text={problem} />
    </div>
  )
}

const Verified = ({ isIt }: { readonly isIt: boolean }) => (
  <Tag tone={isIt ? 'good' : 'warning'}>{isIt ? 'verified' : 'not verified'}</Tag>
)

const Id = ({ text }: { readonly text: string }) => (
  <>
    <code>{text}</code> <Copy text={text} what="the id" />
  </>
)
