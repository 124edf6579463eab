import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { settle } from '../../account/settle.ts'
import { hrefOf } from '../../meetups/address.ts'
import { LATE, lookAtMeetup, meetupIn } from '../../meetups/one.ts'
import type { Accepted } from '../../meetups/publish.ts'
import { useUpload } from '../../meetups/use-upload.ts'
import { CheckIcon, ClockIcon } from '../icons.tsx'
import { Loading } from '../loading.tsx'
import { Notice } from '../notice.tsx'
import { Result } from '../result.tsx'
import { ShareLink } from './share-link.tsx'
import { UploadStatus } from './upload-status.tsx'

interface Props extends Accepted {
  readonly picture: File | undefined
  readonly isPublic: boolean
  /** Where to upload if that has failed: it is open for a minute only. */
  readonly newUpload: () => Promise<Accepted['upload']>
}

/** After the form is sent: uploads the picture, and waits until the meetup is there. */
export function Publishing({ meetupId, upload, picture, isPublic, newUpload }: Props) {
  const [isThere, setIsThere] = useState<boolean>()
  const uploading = useUpload(picture, upload, newUpload)
  useEffect(() => {
    settle(
      () => lookAtMeetup(meetupId),
      (answer) => meetupIn(answer) !== undefined,
    ).then(setIsThere)
  }, [meetupId])

  if (isThere === undefined) {
    return (
      <Result key="waiting" icon={<ClockIcon />} tone="neutral" title="Publishing your meetup" isNews>
        <Loading>It is accepted, and will be there in a moment…</Loading>
        {picture && <UploadStatus {...uploading} />}
      </Result>
    )
  }
  return (
    <Result
      icon={<CheckIcon />}
      tone="good"
      title={isThere ? 'Your meetup is published' : 'Your meetup is accepted'}
      isNews
    >
      {isThere ? (
        <p className="lead">
          {isPublic
            ? 'Everybody finds it among the meetups. Send the link to whom you want to see there.'
            : 'It is in no list: send the link to whom you want to see there.'}
        </p>
      ) : (
        <Notice {...LATE} />
      )}
      {picture && <UploadStatus {...uploading} />}
      <ShareLink path={hrefOf(meetupId)} />
      <div className="actions">
        <Button component="a" href={hrefOf(meetupId)}>
          See your meetup
        </Button>
        <Button variant="default" component="a" href="/dashboard.html">
          All my meetups
        </Button>
      </div>
    </Result>
  )
}
