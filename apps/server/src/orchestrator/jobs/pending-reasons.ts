import { enumeration } from '../../kernel/contract/enumeration.ts';
import { SessionState } from '../sessions/enumerations.ts';
import { JobState } from './enumerations.ts';

/**
 * Why a job is pending, and what has to be looked at to cure it. The conditions are those of the claim
 * (dispatch.ts), one by one, as SQL over a row `$`: a job, or what would become one.
 *
 * What lacks stays until somebody changes something. It is judged live where a job is read
 * (`PendingReasons`), and kept with the job for Info and for filters (waits-for.ts). Whose turn it is changes
 * with every job that ends, so it is only judged live.
 */
const CODES = {
  NoAccount: 1,
  RobotNotInFolder: 2,
  NoMachine: 3,
  MachineNotInFolder: 4,
  NoHostConnected: 5,
  MachineNotConnected: 6,
  NoHostForPackage: 7,
  NoHostWithLabels: 8,
  InMaintenance: 9,
  AccountNotOnMachine: 10,
  /** From here on nothing lacks: it waits for its turn. */
  GivenBack: 20,
  MachineBusy: 21,
  NoFreeSlot: 22,
  OthersFirst: 23,
  NextHeartbeat: 24,
  BeingPrepared: 25,
  NotDueYet: 26,
} as const;
export const PendingReason = enumeration('PendingReason', CODES);

/** What the cure of a reason begins with. */
const TARGETS = {
  Folder: 0,
  Machine: 1,
  Robot: 2,
  Process: 3,
  Session: 4,
  Job: 5,
} as const;
export const PendingReasonTarget = enumeration('PendingReasonTarget', TARGETS);

interface Reason {
  readonly code: keyof typeof CODES;
  readonly when: string;
  /** A sentence, as SQL. */
  readonly text: string;
  readonly target: keyof typeof TARGETS;
  /** The id of the target, as SQL. */
  readonly id: string;
}

const IS_CONNECTED = `s.state = ${SessionState.Available} and s.responsive_until > now()`;
const IS_WANTED = `mf.machine_id = coalesce($.wanted_machine_id, mf.machine_id) and s.id = coalesce($.wanted_session_id, s.id)`;

/** Whether a host is connected that may run the job and fulfils the conditions. */
const hosts = (...conditions: readonly string[]): string =>
  `exists (select from machine_folders mf join sessions s on s.machine_id = mf.machine_id
            where mf.folder_id = $.folder_id and ${[IS_WANTED, IS_CONNECTED, ...conditions].join(' and ')})`;

const RUNS_PACKAGE = '$.runtime_kind = any(s.capabilities)';
const HAS_LABELS = '$.requires <@ s.labels';
const IS_OPEN = 's.maintenance_mode = 0';
const TAKES_ACCOUNT = `(not exists (select from machine_robots o where o.machine_id = mf.machine_id)
  or exists (select from machine_robots o join folder_robots fr on fr.robot_id = o.robot_id and fr.folder_id = $.folder_id
              where o.machine_id = mf.machine_id and o.robot_id = coalesce($.wanted_robot_id, o.robot_id)))`;

const FOLDER = { target: 'Folder', id: '$.folder_id' } as const;
const OF_FOLDER = `coalesce($.wanted_machine_id, (select min(mf.machine_id) from machine_folders mf where mf.folder_id = $.folder_id))`;
const MACHINE = { target: 'Machine', id: OF_FOLDER } as const;

const lacksMachines: Reason = {
  code: 'NoMachine',
  when: 'not exists (select from machine_folders mf where mf.folder_id = $.folder_id)',
  text: `'Waits for a machine: none serves the folder at the moment.'`,
  ...FOLDER,
};

/** Each holds only if none before it does. */
const ACCOUNT: readonly Reason[] = [
  {
    code: 'NoAccount',
    when: 'not exists (select from folder_robots fr where fr.folder_id = $.folder_id)',
    text: `'Waits for an account: none may run jobs in the folder at the moment.'`,
    ...FOLDER,
  },
  {
    code: 'RobotNotInFolder',
    when: `$.wanted_robot_id is not null
      and not exists (select from folder_robots fr where fr.folder_id = $.folder_id and fr.robot_id = $.wanted_robot_id)`,
    text: `'Waits for its robot, which may not run jobs in the folder at the moment.'`,
    target: 'Robot',
    id: '$.wanted_robot_id',
  },
];

const HOST: readonly Reason[] = [
  lacksMachines,
  {
    code: 'MachineNotInFolder',
    when: `$.wanted_machine_id is not null
      and not exists (select from machine_folders mf where mf.folder_id = $.folder_id and mf.machine_id = $.wanted_machine_id)`,
    text: `'Waits for its machine, which does not serve the folder at the moment.'`,
    target: 'Machine',
    id: '$.wanted_machine_id',
  },
  {
    code: 'NoHostConnected',
    when: `not exists (select from machine_folders mf join session_runtimes r on r.machine_id = mf.machine_id
                        where mf.folder_id = $.folder_id and r.runtime_type = $.runtime_type and r.is_connected)`,
    text: `'Waits for a host to connect: none of the folder’s machines has one.'`,
    ...MACHINE,
  },
  {
    code: 'MachineNotConnected',
    when: `($.wanted_machine_id is not null or $.wanted_session_id is not null) and not ${hosts()}`,
    text: `case when $.wanted_session_id is not null then 'Waits for its host, which is not connected.'
                else 'Waits for its machine: none of its hosts is connected.' end`,
    ...MACHINE,
  },
  {
    code: 'NoHostForPackage',
    when: `not ${hosts(RUNS_PACKAGE)}`,
    text: `format('Waits for a host that can run packages of the kind ''%s'': no connected one can.', $.runtime_kind)`,
    ...MACHINE,
  },
  {
    code: 'NoHostWithLabels',
    when: `$.requires <> '{}' and not ${hosts(RUNS_PACKAGE, HAS_LABELS)}`,
    text: `format('Waits for a host with the labels that it requires (%s): no connected one has them.', array_to_string($.requires, ', '))`,
    ...MACHINE,
  },
  {
    code: 'InMaintenance',
    when: `not ${hosts(RUNS_PACKAGE, HAS_LABELS, IS_OPEN)}`,
    text: `'Waits for the end of maintenance: every connected host that could run it is in maintenance.'`,
    ...MACHINE,
  },
  {
    code: 'AccountNotOnMachine',
    when: `not ${hosts(RUNS_PACKAGE, HAS_LABELS, IS_OPEN, TAKES_ACCOUNT)}`,
    text: `'Waits for an account: the connected machines take none that may run jobs in the folder.'`,
    ...MACHINE,
  },
];

const over = (text: string, row: string): string => text.replaceAll('$.', `${row}.`);
const caseOf = (reasons: readonly Reason[], then: (reason: Reason) => string): string =>
  `case ${reasons.map((reason) => `when ${reason.when} then ${then(reason)}`).join('\n')} end`;

/** What lacks first, over a row `w`. Null if somebody can run the job. */
const LACKING = [lacksMachines, ...ACCOUNT, ...HOST.filter((reason) => reason !== lacksMachines)];
export const LACKING_CODE = over(
  caseOf(LACKING, ({ code }) => String(PendingReason[code])),
  'w',
);
export const LACKING_TEXT = over(
  caseOf(LACKING, ({ text }) => text),
  'w',
);

type Parts = Omit<Reason, 'when'> & { readonly count?: string };
const object = ({ code, text, target, id, count = 'null' }: Parts): string =>
  `jsonb_build_object('Code', ${PendingReason[code]}, 'Text', ${text}, 'Count', ${count},
                      'TargetType', ${PendingReasonTarget[target]}, 'TargetId', ${id})`;

/** Slots that could run the job, and how many are free. */
const SLOTS = `
  select coalesce(sum(r.slots), 0) as slots, coalesce(sum(greatest(r.slots - r.used, 0)), 0) as free
    from machine_folders mf join sessions s on s.machine_id = mf.machine_id
    join session_runtimes r on r.session_id = s.id and r.runtime_type = $.runtime_type
   where mf.folder_id = $.folder_id and ${[IS_WANTED, IS_CONNECTED, RUNS_PACKAGE, HAS_LABELS, IS_OPEN, TAKES_ACCOUNT].join(' and ')}`;

const oneOf = (one: string, several: string): string =>
  `case when t.slots = 1 then '${one}' else format('${several}', t.slots) end`;
const NO_SLOT = `(select case
  when t.free > 0 then ${object({ code: 'NextHeartbeat', text: `'A slot is free: a host takes the job with one of its next heartbeats.'`, count: 't.free', ...FOLDER })}
  when $.wanted_machine_id is not null then ${object({
    code: 'MachineBusy',
    text: oneOf(
      'Waits for its machine, whose only slot is taken.',
      'Waits for its machine, whose %s slots are all taken.',
    ),
    count: 't.slots',
    ...MACHINE,
  })}
  else ${object({
    code: 'NoFreeSlot',
    text: oneOf(
      'Waits for a slot: the only one that could run it is taken.',
      'Waits for a slot: all %s that could run it are taken.',
    ),
    count: 't.slots',
    ...FOLDER,
  })} end from (${SLOTS}) t)`;

/** Jobs before it are counted up to here, in higher priorities and in its own. */
const MOST_BEFORE = 100;
const before = (condition: string): string => `
  (select count(*) from (select from jobs b where b.tenant_id = $.tenant_id and b.runtime_type = $.runtime_type
     and b.state = ${JobState.Pending} and ${condition} and b.folder_id = $.folder_id and b.session_id is null and b.due_at is null
     limit ${MOST_BEFORE}) x)`;
const OTHERS_FIRST = `(select case when t.n > 0 then ${object({
  code: 'OthersFirst',
  text: `case when t.n = 1 then 'One job of the folder comes first.'
              else format('%s%s jobs of the folder come first.', case when t.n >= ${MOST_BEFORE} then 'At least ' else '' end, t.n) end`,
  count: 't.n',
  ...FOLDER,
})} end from (select ${before('b.priority > $.priority')} + ${before('b.priority = $.priority and b.id < $.id')} as n) t)`;

const NOT_DUE = object({
  code: 'NotDueYet',
  text: `coalesce($.waits_for, 'Waits until it is due.')`,
  target: 'Job',
  id: '$.id',
});
const PREPARED = object({
  code: 'BeingPrepared',
  text: `format('The host %s has it and prepares it.', $.host_machine_name)`,
  target: 'Session',
  id: '$.session_id',
});
const GIVEN_BACK = `case when $.info is not null then ${object({
  code: 'GivenBack',
  text: `format('A host gave it back: %s', $.info)`,
  ...FOLDER,
})} end`;

/** Reasons of a job, as a JSON list: what must be cured first comes first. Empty where it is not pending. */
export const PENDING_REASONS = `(case when $.state <> ${JobState.Pending} then '[]'
  when $.due_at is not null then jsonb_build_array(${NOT_DUE})
  when $.session_id is not null then jsonb_build_array(${PREPARED})
  else (select coalesce(jsonb_agg(u.x order by u.n) filter (where u.x is not null), '[]')
          from (select ${caseOf(ACCOUNT, object)} as account, ${caseOf(HOST, object)} as host) l
         cross join lateral unnest(array[l.account, l.host, ${GIVEN_BACK}]
           || case when l.account is null and l.host is null then array[${NO_SLOT}, ${OTHERS_FIRST}] end)
           with ordinality u (x, n)) end)`;

/** The first of them, from what is kept with the job, so that a list can be narrowed to it at once. */
export const FIRST_REASON = `(case when $.state <> ${JobState.Pending} then null
  when $.due_at is not null then ${PendingReason.NotDueYet}
  when $.session_id is not null then ${PendingReason.BeingPrepared}
  when $.waits_code is not null then $.waits_code
  when $.info is not null then ${PendingReason.GivenBack}
  when $.wanted_machine_id is not null then ${PendingReason.MachineBusy}
  else ${PendingReason.NoFreeSlot} end)`;
