import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { InputOf } from '../../kernel/contract/fields.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { invalid, notFound } from '../../kernel/errors.ts';
import { type Machine, UpdatePolicyType } from './contract.ts';

type Body = InputOf<typeof Machine>;

const COLUMNS = {
  Name: 'name',
  Description: 'description',
  Type: 'type',
  Scope: 'scope',
  NonProductionSlots: 'non_production_slots',
  UnattendedSlots: 'unattended_slots',
  HeadlessSlots: 'headless_slots',
  TestAutomationSlots: 'test_automation_slots',
  AutomationType: 'automation_type',
  TargetFramework: 'target_framework',
} as const satisfies Partial<Record<keyof Body, string>>;

const DEFAULTS: Partial<Record<keyof typeof COLUMNS, number>> = {
  Type: 0,
  Scope: 0,
  NonProductionSlots: 0,
  UnattendedSlots: 0,
  HeadlessSlots: 0,
  TestAutomationSlots: 0,
  AutomationType: 0,
  TargetFramework: 0,
};

const DETAILS = [
  'UpdatePolicy',
  'Tags',
  'MaintenanceWindow',
  'VpnSettings',
] as const satisfies (keyof Body)[];

/**
 * The columns and values that a body sets. With `whole`, members that the body leaves out get their default.
 * Otherwise they stay as they were.
 */
export function assignments(
  body: Body,
  whole: boolean,
): readonly { readonly column: Sql; readonly value: Sql }[] {
  const name = body.Name;
  if ((whole || body.Name !== undefined) && !name) throw invalid('Name', 'is required');
  const result: { column: Sql; value: Sql }[] = [];
  for (const [member, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    if (body[member] === undefined && !whole) continue;
    const value = member === 'Name' ? name : (body[member] ?? DEFAULTS[member] ?? null);
    result.push({ column: raw(column), value: sql`${value}` });
  }
  checkPolicy(body.UpdatePolicy);
  const given = DETAILS.filter((member) => body[member] !== undefined);
  if (whole || given.length > 0) {
    const details = JSON.stringify(Object.fromEntries(given.map((member) => [member, body[member]])));
    const value = whole ? sql`${details}::jsonb` : sql`details || ${details}::jsonb`;
    result.push({ column: raw('details'), value });
  }
  return result;
}

/** Hosts give the version to a command of their own, so it holds nothing that a shell would act on. */
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]*$/;

function checkPolicy(policy: Body['UpdatePolicy']): void {
  const version = policy?.SpecificVersion;
  if (version && !VERSION.test(version))
    throw invalid('UpdatePolicy.SpecificVersion', 'is no version such as 0.2.0');
  if (policy?.Type === UpdatePolicyType.SpecificVersion && !version)
    throw invalid('UpdatePolicy.SpecificVersion', 'is required for this type');
}

/** Sets which accounts may run jobs on the machine. An empty list allows all accounts. */
export async function setRobotUsers(
  tx: Transaction,
  tenantId: number,
  machineId: number,
  body: Body,
): Promise<void> {
  if (!body.RobotUsers) return;
  const wanted = [...new Set(body.RobotUsers.map(({ RobotId }) => RobotId))];
  await tx.execute(sql`delete from machine_robots where machine_id = ${machineId}`);
  const added = await tx.execute(sql`
    insert into machine_robots (machine_id, robot_id)
    select ${machineId}, id from robots where tenant_id = ${tenantId} and id = any(${wanted}::bigint[])`);
  if (added !== wanted.length) throw notFound('Robot');
}

export const setClause = (values: ReturnType<typeof assignments>): Sql =>
  join(
    values.map(({ column, value }) => sql`${column} = ${value}`),
    ', ',
  );
