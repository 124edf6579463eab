import { Button } from '@mantine/core'
import { useList } from '../../api/use-list.ts'
import { readUpcoming } from '../../meetups/read.ts'
import { Heading } from '../heading.tsx'
import { List } from '../list.tsx'
import { MeetupCard } from './meetup-card.tsx'

const NEW = '/new-meetup.html'

/** /meetups.html */
export function Explore() {
  const list = useList(readUpcoming)
  return (
    <div className="explore">
      <div className="intro explore-intro">
        <div>
          <Heading>Meetups</Heading>
          <p className="lead">What is coming up, soonest first. Take a place at any of them.</p>
        </div>
        <div className="actions">
          <Button component="a" href={NEW}>
            Publish a meetup
          </Button>
          <Button variant="default" component="a" href="/dashboard.html">
            Your meetups
          </Button>
        </div>
      </div>
      <noscript>
        <p className="notice">This page needs JavaScript, which your browser does not run.</p>
      </noscript>
      <List
        list={list}
        what="meetups"
        className="cards"
        keyOf={({ meetupId }) => meetupId}
        empty={<NothingYet />}
        placeholder={<Placeholder />}
      >
        {(meetup) => <MeetupCard meetup={meetup} />}
      </List>
    </div>
  )
}

const NothingYet = () => (
  <section className="card empty">
    <h2>Nothing is coming up yet</h2>
    <p>Yours could be the first: say when and where, and how many people it is for.</p>
    <Button component="a" href={NEW}>
      Publish a meetup
    </Button>
  </section>
)

const Placeholder = () => (
  <div className="cards placeholder" aria-hidden="true">
    {[1, 2, 3].map((card) => (
      <div key={card} className="meetup-card">
        <div className="banner" />
        <div className="meetup-said">
          <span />
          <span />
          <span />
        </div>
      </div>
    ))}
  </div>
)
