import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import type { Attribute } from '../model/topic.ts'
import { Icon } from '../parts/icon.tsx'
import styles from './publish.module.css'

const TYPES = ['String', 'Number', 'String.Array']

interface AttributesProps {
  readonly attributes: readonly Attribute[]
  readonly onChange: (attributes: readonly Attribute[]) => void
}

/** A message's attributes, which filters look at: a line for each. */
export function Attributes({ attributes, onChange }: AttributesProps) {
  const next = Math.max(0, ...attributes.map(({ id }) => id)) + 1
  return (
    <fieldset className={styles.attributes}>
      <legend>Attributes</legend>
      {attributes.map((attribute, index) => (
        <Line
          key={attribute.id}
          number={index + 1}
          attribute={attribute}
          onChange={(changed) => onChange(attributes.with(index, changed))}
          onRemove={() => onChange(attributes.toSpliced(index, 1))}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        onClick={() => onChange([...attributes, { id: next, name: '', type: 'String', value: '' }])}
      >
        Add an attribute
      </Button>
    </fieldset>
  )
}

interface LineProps {
  readonly number: number
  readonly attribute: Attribute
  readonly onChange: (attribute: Attribute) => void
  readonly onRemove: () => void
}

function Line({ number, attribute, onChange, onRemove }: LineProps) {
  const typed = { size: 'xs', spellCheck: false, autoComplete: 'off' } as const
  return (
    <div className={styles.attribute}>
      <TextInput
        {...typed}
        aria-label={`Name of attribute ${number}`}
        placeholder="name"
        value={attribute.name}
        onChange={({ currentTarget }) => onChange({ ...attribute, name: currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        aria-label={`Type of attribute ${number}`}
        data={TYPES}
        value={attribute.type}
        onChange={({ currentTarget }) => onChange({ ...attribute, type: currentTarget.value })}
      />
      <TextInput
        {...typed}
        aria-label={`Value of attribute ${number}`}
        placeholder={attribute.type === 'String.Array' ? '["value"]' : 'value'}
        value={attribute.value}
        onChange={({ currentTarget }) => onChange({ ...attribute, value: currentTarget.value })}
      />
      <ActionIcon
        variant="subtle"
        aria-label={`Remove attribute ${number}`}
        title="Remove this attribute"
        onClick={onRemove}
      >
        <Icon name="close" />
      </ActionIcon>
    </div>
  )
}
