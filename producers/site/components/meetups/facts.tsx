import type { ReactNode } from 'react'
import { type MeetupView, startOf } from '../../../../schemas/meetups.ts'
import { placesInWords, stageOf } from '../../meetups/places.ts'
import { endOf, here, whenOf } from '../../meetups/when.ts'
import { ClockIcon, PinIcon, ScreenIcon, TicketIcon } from '../icons.tsx'

type Said = Pick<MeetupView, 'date' | 'startTime' | 'endTime'>

interface Props {
  readonly meetup: MeetupView
}

/** When a meetup is, where the reader is. `isLong`: says also whose time that is. */
export function When({ meetup, isLong = false }: { readonly meetup: Said; readonly isLong?: boolean }) {
  const { day, from, to, zone } = whenOf(meetup)
  return (
    <Fact icon={<ClockIcon />} label="When">
      <span>
        {day},{' '}
        <span className="together">
          <time dateTime={startOf(meetup).toISOString()}>{from}</time> –{' '}
          <time dateTime={endOf(meetup).toISOString()}>{to}</time> {zone}
        </span>
        {isLong && <small>Your time zone, {here().timeZone}</small>}
      </span>
    </Fact>
  )
}

export const Where = ({
  meetup: { locationType, location },
  isShort = false,
}: Props & { readonly isShort?: boolean }) =>
  locationType === 'online' ? (
    <Fact icon={<ScreenIcon />} label="Where">
      {isShort ? 'Online' : <span>Online: {isLink(location) ? <Outside href={location} /> : location}</span>}
    </Fact>
  ) : (
    <Fact icon={<PinIcon />} label="Where">
      {location}
    </Fact>
  )

export const Places = ({ meetup }: Props) => (
  <Fact icon={<TicketIcon />} label="Places">
    <span data-stage={stageOf(meetup)}>{placesInWords(meetup)}</span>
  </Fact>
)

interface FactProps {
  readonly icon: ReactNode
  /** For whoever does not see the icon. */
  readonly label: string
  readonly children: ReactNode
}

const Fact = ({ icon, label, children }: FactProps) => (
  <p className="fact">
    {icon}
    <span className="visually-hidden">{label}: </span>
    {children}
  </p>
)

/** A location is what somebody typed: only the web's own addresses are links. */
const isLink = (location: string): boolean => /^https?:\/\/\S+$/.test(location) && URL.canParse(location)

const Outside = ({ href }: { readonly href: string }) => (
  <a href={href} rel="noopener noreferrer nofollow ugc">
    {href}
  </a>
)
