import { join } from 'node:path';
import { type Service, type ServiceRequest, xml } from './service.ts';

/** `folder`: where the property lists lie. `uid`: whose session starts it, unless it is the system. */
export function launchdAgent(request: ServiceRequest, folder: string, uid: number): Service {
  const { name, command, dataFolder, isOfSystem, user, stopSeconds } = request;
  const label = `dev.baton.${name}`;
  const log = join(dataFolder, 'robot.log');
  const file = join(folder, `${label}.plist`);
  const text = (value: string) => `<string>${xml(value)}</string>`;
  const members = [
    ['Label', text(label)],
    ['ProgramArguments', `<array>${command.map(text).join('')}</array>`],
    ['WorkingDirectory', text(dataFolder)],
    ...(isOfSystem ? [['UserName', text(user)]] : []),
    ['RunAtLoad', '<true/>'],
    // Started again unless it ended well, as it does when it is told to stop.
    ['KeepAlive', '<dict><key>SuccessfulExit</key><false/></dict>'],
    ['ExitTimeOut', `<integer>${stopSeconds}</integer>`],
    // Jobs outlive a robot that fails.
    ['AbandonProcessGroup', '<true/>'],
    ['StandardOutPath', text(log)],
    ['StandardErrorPath', text(log)],
  ];
  const content = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    ...members.map(([key, value]) => `  <key>${key}</key>${value}`),
    '</dict>',
    '</plist>',
    '',
  ];
  const domain = isOfSystem ? 'system' : `gui/${uid}`;
  return {
    file,
    content: content.join('\n'),
    start: [['launchctl', 'bootstrap', domain, file]],
    stop: [['launchctl', 'bootout', `${domain}/${label}`]],
    forget: [],
    log,
    notes: [`Nothing shortens ${log}: let newsyslog do it.`],
  };
}
