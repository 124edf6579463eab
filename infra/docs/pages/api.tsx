import type { RouteContract } from '../../../schemas/route.ts'
import { Problem } from '../../../schemas/service.ts'
import { curlOf } from '../curl.ts'
import { type Field, fieldsOf } from '../fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ERRORS, errorsOf, querySchemaOf, takesBody, takesIdempotencyKey } from '../routes.ts'
import styles from './api.module.css'
import type { Contracts } from './index.tsx'
import { Code, Entry, EventLinks, Facts, Fields, Json, Reference, Text } from './parts.tsx'

/** Every route but the one that takes what no other does. */
export const Api = ({ contexts }: Contracts) => {
  const groups = contexts
    .map(({ name, routes }) => ({ name, routes: routes.filter(({ path }) => path.startsWith('/')) }))
    .filter(({ routes }) => routes.length > 0)
  return (
    <Reference
      title="routes"
      groups={groups.map(({ name, routes }) => ({
        name,
        entries: routes.map((route) => ({ id: route.name, label: <Name route={route} /> })),
      }))}
    >
      <Conventions />
      {groups.flatMap(({ name, routes }) =>
        routes.map((route) => <Route key={route.name} route={route} context={name} />),
      )}
    </Reference>
  )
}

const Name = ({ route: { method, path } }: { readonly route: RouteContract }) => (
  <>
    <span className={styles.method} data-method={method}>
      {method}
    </span>{' '}
    <span className={styles.path}>{path}</span>
  </>
)

const EXAMPLE = {
  type: 'about:blank',
  title: 'Bad request',
  status: 400,
  detail: 'Please correct: email',
  errors: [{ path: 'email', message: 'Must be one e-mail address, like ada@example.com' }],
} satisfies Problem

const Conventions = () => (
  <Entry id="conventions" terms={['errors headers problem correlation idempotency']}>
    <h2>What all have in common</h2>
    <p>
      JSON in and out. An error is an <code>application/problem+json</code> (RFC 9457) that names every wrong field.
      Every answer carries <code>x-correlation-id</code>; one that is sent is kept, and all events that follow from the
      request carry it too. On AWS, what the gateway answers itself, a 401 for one, has <code>apigw-requestid</code>
      instead. What emits takes an <code>Idempotency-Key</code>: the same key from the same caller is the same request,
      and has one effect.
    </p>
    <h3>Errors</h3>
    <ul className={styles.answers}>
      {ERRORS.map(({ status, summary }) => (
        <li key={status}>
          <span className={styles.status}>{status}</span> <Text>{summary}</Text>
        </li>
      ))}
    </ul>
    <Fields fields={fieldsOf(jsonSchemaOf(Problem, 'openapi'))} />
    <Json title="A problem" value={EXAMPLE} />
  </Entry>
)

const Route = ({ route, context }: { readonly route: RouteContract; readonly context: string }) => {
  const { name, method, path, summary, auth, deprecated, formThanksPage, emits = [] } = route
  const parameters = [...pathFields(route), ...queryFields(route)]
  return (
    <Entry id={name} terms={[name, method, path, summary, context, ...emits.map((event) => event.name)]}>
      <h2>
        <a href={`#${name}`}>
          <Name route={route} />
        </a>
      </h2>
      <p>
        <Text>{summary}</Text>
      </p>
      {deprecated && (
        <p className={styles.deprecated}>
          An old name, since {deprecated.since}: use <code>{deprecated.successor}</code>.
        </p>
      )}
      <Facts
        facts={[
          ['who may', auth ? 'whoever has a token of the user pool' : 'everybody'],
          ...(takesIdempotencyKey(route)
            ? [['repeats', <Text key="repeats">one effect with the same `Idempotency-Key`</Text>] as const]
            : []),
          ...(emits.length > 0 ? [['emits', <EventLinks key="emits" events={emits} />] as const] : []),
        ]}
      />
      {parameters.length > 0 && (
        <>
          <h3>Parameters</h3>
          <Fields fields={parameters} />
        </>
      )}
      {takesBody(route) && (
        <>
          <h3>Body</h3>
          <p>
            <code>application/json</code>
            {formThanksPage && (
              <>
                {' '}
                or a form as browsers post it, <code>application/x-www-form-urlencoded</code>
              </>
            )}
          </p>
          <Fields fields={fieldsOf(jsonSchemaOf(route.body, 'openapi', 'input'))} />
        </>
      )}
      <Code title="Try it">{curlOf(route)}</Code>
      <h3>Answers</h3>
      <Answers route={route} />
    </Entry>
  )
}

const Answers = ({ route }: { readonly route: RouteContract }) => (
  <ul className={styles.answers}>
    {Object.entries(route.responses).map(([status, { summary, body, example }]) => (
      <li key={status}>
        <span className={styles.status}>{status}</span> <Text>{summary}</Text>
        {body && <Fields fields={fieldsOf(jsonSchemaOf(body, 'openapi'))} />}
        {example !== undefined && <Json title={`${status}, for example`} value={example} />}
      </li>
    ))}
    <li>
      <a href="#conventions">As others do</a>:{' '}
      {errorsOf(route)
        .map(({ status }) => status)
        .join(', ')}
    </li>
  </ul>
)

const pathFields = ({ params = {} }: RouteContract): readonly Field[] =>
  Object.entries(params).map(([path, { summary }]) => ({
    path,
    isRequired: true,
    type: 'in the path',
    notes: [summary],
  }))

const queryFields = (route: RouteContract): readonly Field[] =>
  fieldsOf(querySchemaOf(route)).map((field) => ({ ...field, type: `in the query, ${field.type}` }))
