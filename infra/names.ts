/** Every name on AWS follows from the stage; nobody types one twice. This is the one place that knows how. */
export interface Names {
  readonly prefix: string
  readonly bus: string
  readonly archive: string
  readonly registry: string
  readonly linkKey: string
  /** The topic for messages to single users. */
  readonly topic: string
  /** The bucket of meetups' banners: names of buckets are the whole world's, hence the account and the Region. */
  readonly banners: (account: string, region: string) => string
  /** In Glue's catalogue, for Athena. */
  readonly database: string
  readonly workgroup: string
  /** The bucket for exports of tables. */
  readonly exports: (account: string, region: string) => string
  /** Of what an account has once for all Regions: all that is CloudFront's, and dashboards. */
  readonly global: (name: string, region: string) => string
  readonly table: (name: string) => string
  readonly function: (name: string) => string
  readonly workflow: (name: string) => string
  readonly queue: (consumer: string) => string
  readonly deadLetters: (consumer: string) => string
}

/** `stage`: 1–18 lower-case letters, digits and dashes, e.g. `dev`. */
export const namesOf = (stage: string): Names => {
  const prefix = `ensemble-${stage}`
  return {
    prefix,
    bus: prefix,
    archive: `${prefix}-archive`,
    registry: prefix,
    linkKey: `${prefix}-link-key`,
    topic: `${prefix}-notifications`,
    banners: (account, region) => `${prefix}-banners-${account}-${region}`,
    // A dash in it would have to be quoted in every query.
    database: prefix.replaceAll('-', '_'),
    workgroup: prefix,
    exports: (account, region) => `${prefix}-exports-${account}-${region}`,
    global: (name, region) => `${prefix}-${name}-${region}`,
    table: (name) => `${prefix}-${name}`,
    function: (name) => `${prefix}-${name}`,
    workflow: (name) => `${prefix}-${name}`,
    queue: (consumer) => `${prefix}-${consumer}`,
    deadLetters: (consumer) => `${prefix}-${consumer}-dlq`,
  }
}

/** Days that the archive keeps events. */
export const ARCHIVE_DAYS = 90

/** Idempotency records outlive the archive by a day, so that no replay can find a consumer that has forgotten. */
export const IDEMPOTENCY_SECONDS = (ARCHIVE_DAYS + 1) * 86_400
