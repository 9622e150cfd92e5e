import sql from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { InputFor } from '../../kernel/contract/operation.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { getProcesses, PublishedProcess } from './contract.ts';
import { machineOf, robotOfMachine } from './robots-of-machine.ts';

export async function processesOfRobot(
  ctx: Context,
  { body }: InputFor<typeof getProcesses>,
): Promise<OutputOf<typeof PublishedProcess>[]> {
  const robot = await robotOfMachine(ctx.db, machineOf(ctx), body);
  return ctx.db.query<OutputOf<typeof PublishedProcess>>(sql`
    select r.key as "processKey", r.name as "processName", r.description as "processDescription", r.process_key as "packageId",
           r.process_version as "packageVersion", r.input_arguments as "inputArguments", r.process_settings as "processSettings",
           f.id as "folderId", f.display_name as "folderName", f.path as "folderFullyQualifiedName",
           null as "activationKey", null as "feedUrl"
      from releases r join folders f on f.id = r.folder_id
      join machine_folders mf on mf.folder_id = f.id and mf.machine_id = ${robot.machineId}
      join folder_robots fr on fr.folder_id = f.id and fr.robot_id = ${robot.id}
     order by f.path, r.name`);
}
