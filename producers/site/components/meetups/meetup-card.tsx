import type { MeetupView } from '../../../../schemas/meetups.ts'
import { hrefOf } from '../../meetups/address.ts'
import { stageOf } from '../../meetups/places.ts'
import { Banner } from './banner.tsx'
import { Places, When, Where } from './facts.tsx'

/** A meetup in a list for everybody. All of it leads to its page. */
export const MeetupCard = ({ meetup }: { readonly meetup: MeetupView }) => (
  <article className="meetup-card" data-stage={stageOf(meetup)}>
    <Banner title={meetup.title} category={meetup.category} url={meetup.bannerUrl} />
    <div className="meetup-said">
      <p className="category">{meetup.category}</p>
      <h2>
        <a href={hrefOf(meetup.meetupId)}>{meetup.title}</a>
      </h2>
      <When meetup={meetup} />
      <Where meetup={meetup} isShort />
      <Places meetup={meetup} />
    </div>
  </article>
)
