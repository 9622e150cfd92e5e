import { type RobotOptions, startRobot } from './robot.ts';

// A robot in a process of its own, which tests can kill: `node robot.fixture.ts '{ options }'`.
const say = (level: string) => (fields: object, message: string) =>
  process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`);
const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
const options = JSON.parse(process.argv[2] ?? '{}') as Omit<RobotOptions, 'log'>;
const robot = await startRobot({ ...options, log });
process.on('SIGTERM', () => void robot.stop());
