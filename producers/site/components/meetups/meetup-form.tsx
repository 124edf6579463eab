import { TextInput } from '@mantine/core'
import { type FormEvent, useId, useState } from 'react'
import type { MeetupForm as Values } from '../../../../schemas/meetups.ts'
import type { Failure } from '../../api/failure.ts'
import { MeetupAsTyped } from '../../meetups/as-typed.ts'
import { rememberDraft, rememberedDraft } from '../../meetups/draft.ts'
import { Choices } from '../choices.tsx'
import { Form } from '../form.tsx'
import { TextArea } from '../text-area.tsx'
import { PicturePicker } from './picture-picker.tsx'
import { TimesHint } from './times-hint.tsx'

interface Props {
  readonly send: (form: Values, idempotencyKey: string) => Promise<Failure | undefined>
  readonly onPicture: (file: File | undefined) => void
}

const CATEGORIES = [
  'Art',
  'Books',
  'Business',
  'Crafts',
  'Food & drink',
  'Games',
  'Health',
  'History',
  'Language',
].concat(['Music', 'Nature', 'Science', 'Sports', 'Technology', 'Travel'])

const PLACES = [
  { value: 'in-person', title: 'In person', text: 'People come to a place' },
  { value: 'online', title: 'Online', text: 'People follow a link' },
] as const

const PRIVACIES = [
  { value: 'public', title: 'Public', text: 'Everybody finds it among the meetups' },
  { value: 'private', title: 'Private', text: 'In no list: only who has its link finds it' },
] as const

/** All that is to be said of a new meetup. */
export function MeetupForm({ send, onPicture }: Props) {
  const [initial] = useState(rememberedDraft)
  const [draft, setDraft] = useState(initial)
  const [locationType, setLocationType] = useState(
    PLACES.find(({ value }) => value === initial.locationType)?.value ?? 'in-person',
  )
  const [privacy, setPrivacy] = useState(PRIVACIES.find(({ value }) => value === initial.privacy)?.value ?? 'public')
  const categories = useId()
  const isOnline = locationType === 'online'

  /** The inputs keep what is typed; what is shown of it beside them is read from there. */
  const onInput = ({ currentTarget }: FormEvent<HTMLDivElement>) => {
    const form = currentTarget.closest('form')
    const typed = form ? [...new FormData(form)] : []
    const draft = Object.fromEntries(
      typed.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    )
    setDraft(draft)
    rememberDraft(draft)
  }

  return (
    <Form
      schema={MeetupAsTyped}
      label="New meetup"
      submit="Publish"
      busy="Publishing…"
      className="card meetup-form"
      send={send}
    >
      {(field) => (
        <div className="form" onInput={onInput}>
          <TextInput label="Title" required defaultValue={initial.title} {...field('title')} />
          <TextInput
            label="Category"
            description="One of those proposed, or another."
            list={categories}
            required
            defaultValue={initial.category}
            {...field('category')}
          />
          <datalist id={categories}>
            {CATEGORIES.map((category) => (
              <option key={category} value={category} />
            ))}
          </datalist>
          <PicturePicker title={draft.title ?? ''} category={draft.category ?? ''} onPicture={onPicture} />
          <TextArea
            label="Description"
            rows={6}
            required
            defaultValue={initial.description}
            {...field('description')}
          />
          <div className="times">
            <TextInput label="Date" type="date" min={today()} required defaultValue={initial.date} {...field('date')} />
            <TextInput label="Starts" type="time" required defaultValue={initial.startTime} {...field('startTime')} />
            <TextInput label="Ends" type="time" required defaultValue={initial.endTime} {...field('endTime')} />
          </div>
          <TimesHint typed={draft} />
          <Choices
            name="locationType"
            legend="Where is it?"
            choices={PLACES}
            value={locationType}
            onChange={setLocationType}
          />
          <TextInput
            label={isOnline ? 'Link' : 'Address'}
            description={isOnline ? 'Or how else to join.' : 'So that people find it.'}
            required
            defaultValue={initial.location}
            {...field('location')}
          />
          <TextInput
            label="Places"
            description="How many people can attend."
            type="number"
            inputMode="numeric"
            min={1}
            max={100_000}
            defaultValue={initial.maxAttendees ?? 20}
            required
            {...field('maxAttendees')}
          />
          <Choices name="privacy" legend="Who can see it?" choices={PRIVACIES} value={privacy} onChange={setPrivacy} />
        </div>
      )}
    </Form>
  )
}

/** As an input for dates takes it. */
function today(): string {
  const now = new Date()
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}
