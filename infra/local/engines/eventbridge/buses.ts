import * as z from 'zod'
import { AwsError, type CloudContext } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import { Paging, pageOf } from '../paging.ts'
import { DEFAULT_BUS } from './arns.ts'
import type { Catalog } from './catalog.ts'
import type { Bus } from './model.ts'
import { BusNameOrArn } from './rules.ts'

/** A custom bus; names with slashes are those of partners. */
export const BusName = z.string().regex(/^[.\-_A-Za-z0-9]{1,256}$/)

const ListEventBuses = z.object({ NamePrefix: z.string().min(1).max(256).optional(), ...Paging })

/**
 * The operations on event buses, by name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
export function busOperations(context: CloudContext, catalog: Catalog): Readonly<Record<string, Operation>> {
  const describe = ({ name, description, createdAt }: Bus) => ({
    Name: name,
    Arn: catalog.arns.bus(name),
    Description: description,
    CreationTime: createdAt / 1000,
    LastModifiedTime: createdAt / 1000,
  })

  return {
    CreateEventBus: operation(
      z.object({ Name: BusName, Description: z.string().max(512).optional() }),
      ({ Name, Description }) => {
        if (catalog.buses.get(Name)) {
          throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`)
        }
        catalog.buses.put(Name, { name: Name, description: Description, createdAt: context.now() })
        return { EventBusArn: catalog.arns.bus(Name), Description }
      },
    ),

    DescribeEventBus: operation(z.object({ Name: BusNameOrArn.optional() }), ({ Name }) => describe(catalog.bus(Name))),

    ListEventBuses: operation(ListEventBuses, ({ NamePrefix = '', ...paging }) => {
      const buses = catalog.buses.all().filter(({ name }) => name.startsWith(NamePrefix))
      const { items, ...next } = pageOf(buses, ({ name }) => name, paging)
      return { EventBuses: items.map(describe), ...next }
    }),

    DeleteEventBus: operation(z.object({ Name: BusName }), ({ Name }) => {
      if (Name === DEFAULT_BUS) throw new AwsError('ValidationException', `Cannot delete event bus ${Name}.`)
      if (catalog.rules.of(Name).length > 0) {
        throw new AwsError('ValidationException', `Cannot delete event bus ${Name} since it has rules.`)
      }
      catalog.buses.delete(Name)
    }),
  }
}
