/** The column by which one export is told from another: every query names the one that it is about. */
export const EXPORT_ID = 'export_id'

/**
 * Where an export has the items of a table, within its bucket; beside that folder are manifests, which are no items.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
export const dataPathOf = (table: string, exportId: string): string => `${table}/AWSDynamoDB/${exportId}/data/`
