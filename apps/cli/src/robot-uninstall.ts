import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Execute } from './command.ts';
import { EXIT, Failure } from './failure.ts';
import { requestOf, runCommand } from './robot-install.ts';
import { serviceOf } from './service/service-of.ts';

export const execute: Execute = async (call) => {
  const { terminal, env } = call;
  const request = requestOf(call);
  const service = serviceOf(request, process.platform, env);
  if (!existsSync(service.file))
    throw new Failure(`There is no service '${request.name}' (${service.file}).`);
  terminal.note('Waiting for the jobs that run …');
  for (const command of service.stop) await runCommand(command, service.file);
  await rm(service.file);
  for (const command of service.forget) await runCommand(command, service.file);
  terminal.say(`The service '${request.name}' is gone. ${request.dataFolder} stays.`);
  terminal.data({ name: request.name, file: service.file, data: request.dataFolder });
  return EXIT.success;
};
