import { Button } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { Answer } from '../../api/call.ts'
import { troubleOf } from '../../api/failure.ts'
import { idIn } from '../../meetups/address.ts'
import { type Meetup as Loaded, lookAtMeetup, meetupIn } from '../../meetups/one.ts'
import { stageOf } from '../../meetups/places.ts'
import { watch } from '../../meetups/watch.ts'
import { Heading } from '../heading.tsx'
import { LinkIcon } from '../icons.tsx'
import { Loading } from '../loading.tsx'
import { Notice } from '../notice.tsx'
import { Result } from '../result.tsx'
import { useSearch } from '../use-browser.ts'
import { Attendance } from './attendance.tsx'
import { Banner } from './banner.tsx'
import { Places, When, Where } from './facts.tsx'

/** /meetup.html; `?id=` says which. */
export function Meetup() {
  const search = useSearch()
  return search === undefined ? <LoadingMeetup /> : <Known key={search} meetupId={idIn(search)} />
}

const LoadingMeetup = () => (
  <div className="single account">
    <div className="intro">
      <Heading>Meetup</Heading>
    </div>
    <noscript>
      <p className="notice">This page needs JavaScript, which your browser does not run.</p>
    </noscript>
    <Loading>Loading the meetup…</Loading>
  </div>
)

function Known({ meetupId }: { readonly meetupId: string }) {
  const [answer, setAnswer] = useState<Answer | undefined>(meetupId ? undefined : { status: 404 })
  useEffect(() => {
    if (answer) return
    let isWanted = true
    lookAtMeetup(meetupId).then((answer) => isWanted && setAnswer(answer))
    return () => {
      isWanted = false
    }
  }, [meetupId, answer])

  if (!answer) return <LoadingMeetup />
  const meetup = meetupIn(answer)
  if (meetup) return <Found initial={meetup} />
  if (answer.status === 404) return <NotThere />
  return (
    <div className="single account">
      <div className="intro">
        <Heading>Meetup</Heading>
      </div>
      <Notice {...troubleOf(answer)} />
      <Button onClick={() => setAnswer(undefined)}>Try again</Button>
    </div>
  )
}

const NotThere = () => (
  <Result icon={<LinkIcon />} tone="neutral" title="There is no such meetup">
    <p className="lead">The link may be incomplete, or mistyped. Whoever sent it to you may have another one.</p>
    <Button component="a" href="/meetups.html">
      See all meetups
    </Button>
  </Result>
)

function Found({ initial }: { readonly initial: Loaded }) {
  const [meetup, setMeetup] = useState(initial)
  const { meetupId, title, category, description, bannerUrl } = meetup
  const stage = stageOf(meetup)
  const see = useCallback((answer: Answer) => setMeetup((before) => meetupIn(answer) ?? before), [])

  useEffect(() => {
    document.title = `${title} · Ensemble`
  }, [title])
  useEffect(() => {
    const end = new AbortController()
    watch(() => lookAtMeetup(meetupId), see, end.signal)
    return () => end.abort()
  }, [meetupId, see])

  return (
    <article className="meetup" data-stage={stage}>
      <div className="meetup-head">
        <Banner title={title} category={category} url={bannerUrl} />
        <div className="intro">
          <p className="category">{category}</p>
          <Heading>{title}</Heading>
        </div>
      </div>
      <div className="card meetup-side">
        <div className="meetup-facts">
          <When meetup={meetup} isLong />
          <Where meetup={meetup} />
          {(stage === 'open' || stage === 'full') && <Places meetup={meetup} />}
        </div>
        <Attendance meetup={meetup} onChange={async () => see(await lookAtMeetup(meetupId))} />
      </div>
      <section className="meetup-description" aria-labelledby="about-title">
        <h2 id="about-title">About this meetup</h2>
        <p>{description}</p>
      </section>
    </article>
  )
}
