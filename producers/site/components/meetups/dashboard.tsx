import { Button, Tabs } from '@mantine/core'
import { useState } from 'react'
import { useList } from '../../api/use-list.ts'
import type { Meetup } from '../../meetups/one.ts'
import { readAttended, readOwn } from '../../meetups/read.ts'
import { AccountPage } from '../account-page.tsx'
import { Heading } from '../heading.tsx'
import { List } from '../list.tsx'
import { Loading } from '../loading.tsx'
import { LoggedIn } from '../logged-in.tsx'
import { AttendedRow, OwnRow } from './meetup-row.tsx'

const TITLE = 'Your meetups'
const LEAD = 'Those that you publish, and those that you attend.'

/** /dashboard.html; `?tab=` says which of the two is shown. */
export const Dashboard = () => (
  <LoggedIn
    loading={
      <AccountPage title={TITLE} lead={LEAD}>
        <Loading>Looking who you are…</Loading>
      </AccountPage>
    }
  >
    <Open />
  </LoggedIn>
)

const [MINE, ATTENDING] = ['mine', 'attending']

function Open() {
  const [tab, setTab] = useState(() =>
    new URLSearchParams(window.location.search).get('tab') === ATTENDING ? ATTENDING : MINE,
  )
  const choose = (tab: string | null) => {
    if (!tab) return
    setTab(tab)
    // To be found again when the page is loaded anew, or by its link.
    window.history.replaceState(null, '', `?${new URLSearchParams({ tab })}`)
  }
  return (
    <div className="explore">
      <div className="intro explore-intro">
        <div>
          <Heading>{TITLE}</Heading>
          <p className="lead">{LEAD}</p>
        </div>
        <Button component="a" href="/new-meetup.html">
          Publish a meetup
        </Button>
      </div>
      <Tabs value={tab} onChange={choose} keepMounted={false} unstyled>
        <Tabs.List className="tabs" aria-label={TITLE}>
          <Tabs.Tab value={MINE}>My meetups</Tabs.Tab>
          <Tabs.Tab value={ATTENDING}>Attending</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={MINE} className="tab-panel">
          <Mine />
        </Tabs.Panel>
        <Tabs.Panel value={ATTENDING} className="tab-panel">
          <Attending />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}

const keyOf = ({ meetupId }: Meetup): string => meetupId

function Mine() {
  const list = useList(readOwn)
  const cancelled = ({ meetupId }: Meetup) =>
    list.change((meetups) =>
      meetups.map((meetup) => (meetup.meetupId === meetupId ? { ...meetup, status: 'CANCELLED' } : meetup)),
    )
  return (
    <List
      list={list}
      what="meetups"
      className="rows"
      keyOf={keyOf}
      placeholder={<Loading>Loading your meetups…</Loading>}
      empty={
        <section className="card empty">
          <h2>You have not published a meetup yet</h2>
          <p>Say when and where, and how many people it is for. People can take their places a moment later.</p>
          <Button component="a" href="/new-meetup.html">
            Publish a meetup
          </Button>
        </section>
      }
    >
      {(meetup) => <OwnRow meetup={meetup} onCancelled={cancelled} />}
    </List>
  )
}

function Attending() {
  const list = useList(readAttended)
  return (
    <List
      list={list}
      what="meetups"
      className="rows"
      keyOf={keyOf}
      placeholder={<Loading>Loading the meetups that you attend…</Loading>}
      empty={
        <section className="card empty">
          <h2>You attend no meetup yet</h2>
          <p>Take a place at one, and it will be here.</p>
          <Button component="a" href="/meetups.html">
            See what is coming up
          </Button>
        </section>
      }
    >
      {(meetup) => <AttendedRow meetup={meetup} />}
    </List>
  )
}
